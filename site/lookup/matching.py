"""How a hit answers the query, in a word, and the text that shows it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial

from lookup.highlighting import highlighted
from portal.i18n import gettext
from portal.i18n import lazy_gettext as _
from register.cards import Card
from register.indexing import index
from register.listed import Listed
from search import Alike, Hit, MatchedBy, Wording, alike, brand_of, code_marks, fold, marks

EXACT = 1.0  # the score of a whole name or a whole code
_WORDS = {
    MatchedBy.SOUND: _("拼音"),
    MatchedBy.INITIALS: _("首字母"),
    MatchedBy.FORMER_NAME: _("曾用名"),
    MatchedBy.ADDRESS: _("地址"),
    MatchedBy.CODE: _("代码"),
}


Words = Callable[[], Wording]


def words_of(query: str) -> Words:
    """Return what gives the query without areas and words of asking: read once, and only if asked.

    Most queries stand in a name as they were typed.
    """
    return cache(partial(index().wording, query))


def with_match(card: Card, institution: Listed, hit: Hit, query: str, words: Words) -> Card:
    """Return the card with what was asked for marked, and how it was found in words."""
    if hit.matched_by is MatchedBy.SIMILAR:
        return replace(card, matched=_likeness(institution.name, query))
    in_name = marks(card.name, query, loosely=hit.matched_by is MatchedBy.NAME)
    matched, text = _how(institution, hit, query, words, named=any(in_name))
    address = marks(card.address, query, loosely=text == card.address)
    return replace(
        card,
        marked_name=highlighted(card.name, in_name),
        marked_address=highlighted(card.address, address),
        matched=matched,
        matched_text="" if text == card.address else _marked(text, hit, query),
    )


def how_named(name: str, hit: Hit, query: str, words: Words) -> str:
    """Return in a word how a name answers: in full, by its distinctive part, by a part, by ear."""
    match hit.matched_by:
        case MatchedBy.NAME:
            return _by_name(name, hit, query, words)
        case MatchedBy.SIMILAR:
            return _likeness(name, query)
    return str(_WORDS[hit.matched_by])


def bears(institution: Listed, folded: str) -> bool:
    """Tell whether a name of it, a former one, a campus's or a code has a folded piece of text."""
    return any(folded in name for name in names_of(institution))


def names_of(institution: Listed) -> list[str]:
    """Return all it may be called by, folded: names, former names, names of campuses, codes."""
    campuses = [premises.name for premises in institution.premises]
    codes = filter(None, (institution.uscc, institution.licence_number))
    return [*map(fold, (institution.name, *institution.former_names, *campuses, *codes))]


def _by_name(name: str, hit: Hit, query: str, words: Words) -> str:
    if hit.score == EXACT:
        return gettext("全名一致")
    typed, folded = fold(query), fold(name)
    if typed in brand_of(name).text:
        return gettext("简称")
    if typed in folded:
        return gettext("名称里有这些字")
    # The rest of what was typed is the area it stands in, or words of asking.
    if all(area in folded for area in words().areas):
        return gettext("名称里有这些字")
    named = gettext("、").join(words().pieces)
    return gettext("名称里有“%(words)s”，地区也对得上", words=named)


def _how(
    institution: Listed, hit: Hit, query: str, words: Words, *, named: bool
) -> tuple[str, str]:
    """Return in words how it was found, and the text where it was, if the card has it not."""
    said = how_named(institution.name, hit, query, words)
    match hit.matched_by:
        case MatchedBy.FORMER_NAME:
            return next(_other_names(institution, query), (said, ""))
        case MatchedBy.SOUND | MatchedBy.INITIALS if not named:
            return said, next(_other_names(institution, query), ("", ""))[1]
        case MatchedBy.ADDRESS:
            return said, _best([p.address for p in institution.premises], query)
        case MatchedBy.CODE:
            return _code(institution, hit, query)
    return said, ""


def _other_names(institution: Listed, query: str) -> Iterator[tuple[str, str]]:
    """Yield former names and names of campuses, with what they are, the likeliest first."""
    former = [(gettext("曾用名"), name) for name in institution.former_names]
    campus = [
        (gettext("教学点"), premises.name)
        for premises in institution.premises
        if premises.name != institution.name
    ]
    names = [*former, *campus]
    yield from (pair for pair in names if any(marks(pair[1], query)))
    yield from (pair for pair in names if any(marks(pair[1], query, loosely=True)))


def _best(texts: list[str], query: str) -> str:
    return max(texts, key=lambda text: sum(marks(text, query, loosely=True)), default="")


def _code(institution: Listed, hit: Hit, query: str) -> tuple[str, str]:
    for code in filter(None, (institution.uscc, institution.licence_number)):
        wanted = code_marks(code, query)
        if any(wanted):
            if hit.score == EXACT:
                return gettext("代码一致"), code
            return (gettext("代码末位") if wanted[-1] else gettext("代码中间")), code
    return gettext("代码"), ""


def _marked(text: str, hit: Hit, query: str) -> str:
    if hit.matched_by is MatchedBy.CODE:
        return highlighted(text, code_marks(text, query))
    return highlighted(text, marks(text, query, loosely=True))


def _likeness(name: str, query: str) -> str:
    typed = fold(query)
    if typed.isascii():
        by_code = any(character.isdigit() for character in typed)
        return gettext("代码相近") if by_code else gettext("拼音相近")
    match alike(brand_of(query), brand_of(name)):
        case Alike.SOUND:
            return gettext("同音")
        case Alike.CHARACTER:
            return gettext("差一个字")
    return gettext("名称相近")
