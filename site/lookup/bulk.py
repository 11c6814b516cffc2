"""Many names at once: for each the verdict, whom it means, and how we know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from lookup.confusable import BLACK
from lookup.matching import EXACT
from portal.i18n import gettext
from register.cards import Card, Cards
from register.indexing import index
from register.listed import Listed, by_codes
from register.models import Edition
from register.verdict import NOT_FOUND, WORDS
from search import Hit, MatchedBy, Tier, brand_of

_MOST = 3  # institutions shown for one name
_BY_EAR = {MatchedBy.SOUND, MatchedBy.INITIALS}  # such names are to mind, not meant


class How(StrEnum):
    """How a name given was found to mean an institution."""

    CODE = "code"
    NAME = "name"
    LOCAL = "local"
    FORMER = "former"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Match:
    """An institution that a name given may mean."""

    card: Card
    how: str  # in words


@dataclass(frozen=True, slots=True)
class Checked:
    """One name given: what it means, or why nothing can be said; and names to mind."""

    given: str
    matches: list[Match]
    near: list[Card]
    remark: str

    @property
    def standing(self) -> str:
        """The standing, where one institution is meant; not found; empty where it is unclear."""
        if len(self.matches) == 1:
            return self.matches[0].card.verdict.standing
        return "" if self.matches or self.remark else NOT_FOUND


@dataclass(frozen=True, slots=True)
class _Found:
    hits: dict[str, Hit]
    near: list[str]
    generic: bool


def check_names(session: Session, names: Iterable[str]) -> list[Checked]:
    """Return the names given, checked, in their order; raises search.NoIndex."""
    found = {name: _find(name) for name in names}
    keys = {key for one in found.values() for key in (*one.hits, *one.near)}
    rows = {institution.code: institution for institution in by_codes(session, sorted(keys))}
    cards = Cards(session)
    by_key = {code: cards.card(institution) for code, institution in rows.items()}
    return [_checked(name, one, rows, by_key) for name, one in found.items()]


def _find(name: str) -> _Found:
    answer, generic = index().search(name, limit=10), index().wording(name).generic
    alike = [hit.key for hit in index().lookalikes(name, always=BLACK)]
    if answer.tier is not Tier.FOUND:
        near = [*alike, *(hit.key for hit in answer.hits)]
        return _Found({}, list(dict.fromkeys(near))[:_MOST], generic)
    named = {
        hit.key: hit for hit in answer.hits if hit.matched_by not in {*_BY_EAR, MatchedBy.ADDRESS}
    }
    exact = {key: hit for key, hit in named.items() if hit.score == EXACT}
    if generic and not exact:
        return _Found({}, [], generic=True)
    heard = [hit.key for hit in answer.hits if hit.matched_by in _BY_EAR]
    near = [key for key in dict.fromkeys([*alike, *heard]) if key not in (exact or named)]
    return _Found(named, near[:_MOST], generic=False)


def _checked(name: str, found: _Found, rows: dict[str, Listed], cards: dict[str, Card]) -> Checked:
    known = {key: hit for key, hit in found.hits.items() if key in rows}
    hows = {key: _how(name, hit, rows[key]) for key, hit in known.items()}
    for sure in (How.CODE, How.NAME, How.LOCAL, How.FORMER):  # one of these settles it
        if sure in hows.values():
            hows = {key: how for key, how in hows.items() if how is sure}
            break
    matches = [Match(cards[key], _words(how)) for key, how in hows.items()]
    near = [cards[key] for key in found.near if key in cards]
    if found.generic:
        return Checked(name, [], near, gettext("写得太笼统，请写全名。"))
    if len(matches) > _MOST:
        sentence = gettext("名称里有这几个字的不止一家，请写全名。")
        return Checked(name, [], near, sentence)
    remark = gettext("对上的不止一家，请按地址分辨。") if len(matches) > 1 else ""
    return Checked(name, matches, near, remark)


def _how(name: str, hit: Hit, institution: Listed) -> How:
    if hit.matched_by is MatchedBy.CODE:
        return How.CODE if hit.score == EXACT else How.PART
    if hit.score == EXACT:
        return How.NAME
    if _local(name) == _local(institution.name):
        return How.LOCAL
    others = [*institution.former_names, *(place.name for place in institution.premises)]
    if hit.matched_by is MatchedBy.FORMER_NAME and _local(name) in map(_local, others):
        return How.FORMER
    return How.PART


def _local(name: str) -> str:
    brand = brand_of(name)
    return brand.name[brand.place :]


def _words(how: How) -> str:
    match how:
        case How.CODE:
            return str(gettext("证号一致"))
        case How.NAME:
            return str(gettext("名称一致"))
        case How.LOCAL:
            return str(gettext("名称一致，只差前面的地区"))
        case How.FORMER:
            return str(gettext("曾用名或教学点的名字一致"))
        case How.PART:
            return str(gettext("名称里有这几个字，请核对全名"))


def table_of(checked: Iterable[Checked], latest: Edition | None) -> list[list[str]]:
    """Return the answer as rows of a table, header first; a line for each institution meant."""
    head = [
        gettext("您给的名字"), gettext("结论"), gettext("对上的机构"), gettext("怎么对上的"),
        gettext("地址"), gettext("提醒"), gettext("名单截至"), gettext("期"),
    ]  # fmt: skip
    rows = [head]
    for one in checked:
        reminder = _reminder(one)
        for match in one.matches:
            card, as_of = match.card, match.card.verdict
            rows.append([
                one.given, str(as_of.word), card.name, match.how, card.address, reminder,
                *_edition(as_of.as_of, as_of.edition),
            ])  # fmt: skip
        if not one.matches:
            word = str(WORDS[NOT_FOUND][0]) if one.standing == NOT_FOUND else ""
            number = latest.number if latest else None
            edition = _edition(latest.as_of if latest else None, number)
            rows.append([one.given, word, "", "", "", reminder, *edition])
    return rows


def _reminder(one: Checked) -> str:
    near = [
        gettext("名字很像，别认错：%(name)s（%(word)s）", name=c.name, word=c.verdict.word)
        for c in one.near
    ]
    return "；".join(filter(None, [one.remark.rstrip("。"), *near]))


def _edition(as_of: date | None, number: int | None) -> list[str]:
    return [as_of.isoformat() if as_of else "", str(number or "")]
