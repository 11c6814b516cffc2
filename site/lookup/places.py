"""A look-up by address, grouped by building: who is there, and who was."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from areas.divisions import full_name
from lookup.highlighting import highlighted
from lookup.matching import Words, names_of
from portal.i18n import gettext
from portal.revision import remembered
from register.cards import Card, Cards
from register.indexing import index
from register.listed import Place, by_codes
from register.models import Status
from search import (
    Answer,
    Filters,
    Hit,
    MatchedBy,
    Tier,
    Wording,
    address_pieces,
    fold,
    marks,
    standard_address,
)

MOST = 40  # institutions on a page, about 50 KB; a street is better asked for by number
_GONE = {Status.REMOVED.value, Status.CLOSED.value}

_ADDRESS = re.compile(
    r"路|街|巷|弄|大道|胡同|号|栋|幢|[A-Za-z0-9一二三四五六七八九十]座|楼|层|室|单元"
    r"|小区|广场|大厦|花园|商[场城]|公寓|新村"
)
_FORMER = re.compile(r"[（(]原(?:地)?址[:：]?([^（）()]+)[）)]")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
# What stands behind the building: floor, room, shop; and remarks in brackets.
_UNIT = re.compile(
    r"(?:[（(][^（）()]*[）)]|店面|商铺|[负地下]*[0-9一二三四五六七八九十]+(?:[层楼室F]|单元|号?铺)"
    r"|(?<=[^\d号弄路街巷道-])\d+(?:-\d+)+室?|(?<=[层楼室元])\d+|[,，、\s])+$"
)


@dataclass(slots=True)
class Building:
    """One building: institutions there now, and those that were."""

    name: str
    here: list[Card] = field(default_factory=list)
    before: list[Card] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Places:
    """The answer to an address, or a page of it."""

    buildings: list[Building]
    others: list[Card]  # found by name with the same words
    whole: bool  # nobody stands on another page
    next: str | None
    named: str  # what of the query is in no address: 晨曦湾 of 晨曦湾 码头路

    @property
    def here(self) -> int:
        """How many institutions are there now."""
        return len({card.code for building in self.buildings for card in building.here})

    @property
    def before(self) -> int:
        """How many were there and are not any more."""
        now = {card.code for building in self.buildings for card in building.here}
        return len({c.code for building in self.buildings for c in building.before} - now)

    @property
    def cards(self) -> list[Card]:
        """Everybody in the buildings, now or before."""
        return [c for building in self.buildings for c in (*building.here, *building.before)]


def places(
    session: Session,
    query: str,
    words: Words,
    filters: Filters,
    after: str | None,
    first: Answer,
    cards: Cards,
) -> Places | None:
    """Return who is at an address; `first` is the list as it begins; None if a name answers better.

    It is an address when only addresses hold it, or when it reads like one and most that hold it
    are addresses. Names may stand beside it: 晨曦湾 码头路.
    """
    if not (looks_like_address(query) or any(_by_address(hit) for hit in first.hits)):
        return None
    found = index().search(query, filters, after, MOST) if first.next else first
    if not _asks_for_a_place(query, found):
        return None
    asked = _asked(query, words())
    buildings, others, beside = dict[str, Building](), list[Card](), set(asked)
    for institution in by_codes(session, [hit.key for hit in found.hits]):
        card, names = cards.card(institution), names_of(institution)
        there = [p for p in institution.premises if _holds(p.address, names, asked)]
        card = replace(
            card,
            marked_name=_marked(card.name, query),
            marked_address=_marked(card.address, query),
        )
        if not there:
            others.append(card)
        for premises in there:
            if beside:
                beside -= {*filter(_holder(premises.address), beside)}
            shown, address, gone = _at(premises, names, card, asked, query)
            area = remembered(session, full_name, premises.area_code)
            name = building_name(address, area)
            building = buildings.setdefault(standard_address(name), Building(name))
            (building.before if gone else building.here).append(shown)
    if not buildings:
        return None
    in_order = [building for _, building in sorted(buildings.items())]
    named = "".join(piece for piece in asked if piece in beside)
    whole = after is None and found.next is None
    return Places(in_order, others, whole, found.next, named)


def _asked(query: str, words: Wording) -> list[str]:
    """Return the pieces that a place must have; of areas and words of asking only if alone."""
    pieces = [piece for part in words.pieces for piece in address_pieces(part) or [part]]
    return pieces or [*filter(None, map(fold, re.split(r"[\s,，、;；]+", query)))]


def _holds(address: str, names: list[str], asked: list[str]) -> bool:
    """Tell whether an address has what was asked, but for what stands in a name."""
    there = _holder(address)
    return any(map(there, asked)) and all(
        there(piece) or any(piece in name for name in names) for piece in asked
    )


def _holder(address: str) -> Callable[[str], bool]:
    published, standard = fold(address), standard_address(address)
    return lambda piece: piece in published or standard_address(piece) in standard


def _marked(text: str, query: str) -> str:
    return highlighted(text, marks(text, query, loosely=looks_like_address(text)))


def _by_address(hit: Hit) -> bool:
    return hit.matched_by is MatchedBy.ADDRESS


def _asks_for_a_place(query: str, found: Answer) -> bool:
    by_address = sum(map(_by_address, found.hits))
    if found.tier is not Tier.FOUND or not by_address:
        return False
    return by_address == len(found.hits) or (
        looks_like_address(query) and 2 * by_address >= len(found.hits)
    )


def _at(
    premises: Place, names: list[str], card: Card, asked: list[str], query: str
) -> tuple[Card, str, bool]:
    """Return the card at a place, the address that was asked for, and whether it has left it."""
    address, gone = premises.address, premises.closed_on is not None
    former = _FORMER.search(address)
    if former and not _holds(_FORMER.sub("", address), names, asked):
        address, gone = former[1], True
    marked = _marked(premises.address, query)
    shown = replace(card, address=premises.address, marked_address=marked, more_places=0)
    if card.verdict.standing in _GONE:
        return shown, address, True
    if gone:
        shown = replace(shown, matched=gettext("现在不在这个地址"))
    return shown, address, gone


def looks_like_address(text: str) -> bool:
    """Tell whether a text has a word that streets and buildings have."""
    return _ADDRESS.search(text) is not None


def building_name(address: str, area: str = "") -> str:
    """Return an address up to its building: no area in front, no floor or room behind."""
    within = next((address[len(a) :] for a in _fronts(area) if address.startswith(a)), address)
    within = within.translate(_HALF_WIDTH)
    return _UNIT.sub("", within) or within


def _fronts(area: str) -> Iterator[str]:
    """Yield 云浦市临江区, then 临江区."""
    yield area
    _, city, county = area.partition("市")
    if city and county:
        yield county
