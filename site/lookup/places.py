"""A look-up by address, grouped by building: who is there, and who was."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from areas.divisions import full_name
from lookup.highlighting import highlighted
from portal.i18n import gettext
from portal.revision import remembered
from register.cards import Card, Cards
from register.indexing import index
from register.listed import Place, by_codes
from register.models import Status
from search import Answer, Filters, Hit, MatchedBy, Tier, fold, marks, standard_address

MOST = 200  # institutions at one place that are shown; a street is better asked for by number
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
    """The answer to an address."""

    buildings: list[Building]
    others: list[Card]  # found by name with the same words
    cut: bool  # more than are shown

    @property
    def here(self) -> int:
        """How many institutions are there now."""
        return len({card.code for building in self.buildings for card in building.here})

    @property
    def before(self) -> int:
        """How many were there and are not any more."""
        now = {card.code for building in self.buildings for card in building.here}
        return len({c.code for building in self.buildings for c in building.before} - now)


def places(
    session: Session, query: str, filters: Filters, first: Answer, cards: Cards
) -> Places | None:
    """Return who is at an address, whose first page is given; None if a name answers better.

    It is an address when only addresses hold it, or when it reads like one and most that hold it
    are addresses.
    """
    if not (_ADDRESS.search(query) or any(_by_address(hit) for hit in first.hits)):
        return None
    found = index().search(query, filters, limit=MOST) if first.next else first
    if not _asks_for_a_place(query, found):
        return None
    buildings, others = dict[str, Building](), list[Card]()
    for institution in by_codes(session, [hit.key for hit in found.hits]):
        card = cards.card(institution)
        there = [p for p in institution.premises if _holds(p.address, query)]
        name, address = _marked(card.name, query), _marked(card.address, query)
        card = replace(card, marked_name=name, marked_address=address)
        if not there:
            others.append(card)
        for premises in there:
            area = remembered(session, full_name, premises.area_code)
            _enter(buildings, premises, card, query, area)
    in_order = sorted(buildings.items())
    return Places([building for _, building in in_order], others, found.total > MOST)


def _marked(text: str, query: str) -> str:
    return highlighted(text, marks(text, query, loosely=_ADDRESS.search(text) is not None))


def _by_address(hit: Hit) -> bool:
    return hit.matched_by is MatchedBy.ADDRESS


def _asks_for_a_place(query: str, found: Answer) -> bool:
    by_address = sum(map(_by_address, found.hits))
    if found.tier is not Tier.FOUND or not by_address:
        return False
    return by_address == len(found.hits) or (
        _ADDRESS.search(query) is not None and 2 * by_address >= len(found.hits)
    )


def _holds(address: str, query: str) -> bool:
    published, standard = fold(address), standard_address(address)
    return all(fold(p) in published or standard_address(p) in standard for p in _parts(query))


def _parts(query: str) -> Iterable[str]:
    return filter(fold, re.split(r"[\s,，、;；]+", query))


def _enter(
    buildings: dict[str, Building], premises: Place, card: Card, query: str, area: str
) -> None:
    address, gone = premises.address, premises.closed_on is not None
    former = _FORMER.search(address)
    if former and not _holds(_FORMER.sub("", address), query):
        address, gone = former[1], True
    marked = _marked(premises.address, query)
    shown = replace(card, address=premises.address, marked_address=marked, more_places=0)
    if gone and card.verdict.standing not in _GONE:
        shown = replace(shown, matched=gettext("现在不在这个地址"))
    name = building_name(address, area)
    building = buildings.setdefault(standard_address(name), Building(name))
    gone = gone or card.verdict.standing in _GONE
    (building.before if gone else building.here).append(shown)


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
