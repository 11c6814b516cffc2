"""有一家名字很像，别认错: what was asked for beside the names it may be taken for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal.i18n import gettext
from register.cards import Card, Cards
from register.indexing import index
from register.listed import Listed, by_codes
from register.models import Status
from search import Alike, Filters, Lookalike, brand_of, differing, fold

SHOWN = 5
_ANCHORS = 5  # found names whose look-alikes are asked for; the best come first
BLACK = Status.BLACK.value
Letters = list[tuple[str, bool]]  # characters, and whether they are marked


@dataclass(frozen=True, slots=True)
class Side:
    """One name of a comparison; without a card it is what was typed and stands on no list."""

    letters: Letters
    card: Card | None
    alias: bool = False  # the name compared is a former one, or a campus's

    @property
    def name(self) -> str:
        """The name in one piece."""
        return "".join(character for character, _ in self.letters)


@dataclass(slots=True)
class Comparison:
    """One name and those it may be taken for, with a sentence each for whoever sees no dots."""

    asked: Side
    others: list[tuple[Side, str]] = field(default_factory=list)


class Found(NamedTuple):
    """What was found, and who of it bears the name that was asked for."""

    shown: list[Card]
    named: list[Card]


@dataclass(frozen=True, slots=True)
class _Near:
    anchor: str
    card: Card | None
    hit: Lookalike


def confusable(
    session: Session, query: str, found: Found, filters: Filters, cards: Cards
) -> list[Comparison]:
    """Return what the query and the names found for it may be taken for, at most five names.

    The black-listed among them come first and whatever the filters. The query is without words of
    asking: 锦鲤舞蹈被罚过吗 is no name.
    """
    near = _nearest(_near(query, found, filters))
    rows = {i.code: i for i in by_codes(session, {one.hit.key for one in near})}
    comparisons: dict[str, Comparison] = {}
    for one in near:
        if one.hit.key in rows:
            asked = Side([(character, False) for character in one.anchor], one.card)
            comparison = comparisons.setdefault(one.anchor, Comparison(asked))
            _add(comparison, rows[one.hit.key], cards, one.hit)
    return list(comparisons.values())


def _near(query: str, found: Found, filters: Filters) -> Iterator[_Near]:
    brand, shown = brand_of(query).text, {card.code for card in found.shown}
    if not brand:
        return
    anchors = _anchors(brand, found.named)
    for card in anchors:
        black = card.verdict.standing == BLACK
        for hit in index().lookalikes(card.name, filters, BLACK, admit_brand=black):
            if not (
                black and hit.how is Alike.BRAND and hit.key in shown and hit.standing == BLACK
            ):
                yield _Near(card.name, card, hit)  # two doors of one black-listed firm are no trap
    if brand not in {brand_of(card.name).text for card in anchors}:
        # What was typed is on no list as it stands; if only a part of a name, less is enough.
        wanted = Filters(standing=BLACK) if found.named else filters
        for hit in index().lookalikes(query, wanted, BLACK):
            if hit.key not in shown or not found.named:
                yield _Near(query, None, hit)


def _anchors(brand: str, found: Iterable[Card]) -> list[Card]:
    by_brand: dict[str, Card] = {}
    for card in found:
        text = brand_of(card.name).text
        if brand in text or (text and text in brand):
            by_brand.setdefault(text, card)
    return sorted(by_brand.values(), key=lambda card: brand_of(card.name).text != brand)[:_ANCHORS]


def _nearest(near: Iterable[_Near]) -> list[_Near]:
    first: dict[str, _Near] = {}
    for one in near:
        first.setdefault(one.hit.key, one)
    return sorted(first.values(), key=lambda one: one.hit.standing != BLACK)[:SHOWN]


def _add(comparison: Comparison, other: Listed, cards: Cards, hit: Lookalike) -> None:
    name = _published(other, hit.name)
    left, right = differing(comparison.asked.name, name)
    for at, (character, marked) in enumerate(comparison.asked.letters):
        comparison.asked.letters[at] = (character, marked or left[at])
    side = Side(list(zip(name, right, strict=True)), cards.card(other), alias=name != other.name)
    mine = _marked(comparison.asked.name, left)
    sentence = _sentence(comparison.asked, name, hit.how, mine, _marked(name, right))
    comparison.others.append((side, sentence))


def _published(institution: Listed, folded: str) -> str:
    names = [institution.name, *institution.former_names]
    names += [premises.name for premises in institution.premises]
    return next((name for name in names if fold(name) == folded), institution.name)


def _sentence(asked: Side, other: str, how: str, mine: str, theirs: str) -> str:
    one = asked.name
    if how == Alike.BRAND or not (mine or theirs):
        differ = gettext("“%(one)s”和“%(other)s”招牌一样", one=one, other=other)
    elif not mine or not theirs:
        differ = gettext(
            "“%(one)s”和“%(other)s”只差一个“%(extra)s”字",
            one=one, other=other, extra=mine or theirs,
        )  # fmt: skip
    else:
        differ = gettext(
            "“%(one)s”写的是“%(mine)s”，“%(other)s”写的是“%(theirs)s”",
            one=one, other=other, mine=mine, theirs=theirs,
        )  # fmt: skip
    if asked.card:
        return gettext("%(differ)s，是两家机构。", differ=differ)
    # Nobody knows whether it is a slip of the hand or another door's sign.
    return gettext("%(differ)s，可能就是这一家，也可能是另一家。", differ=differ)


def _marked(name: str, marks: list[bool]) -> str:
    return "".join(character for character, mark in zip(name, marks, strict=True) if mark)
