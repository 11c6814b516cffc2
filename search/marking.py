"""Which characters of a published text answer a query: folded text ↔ text, by character."""

from collections.abc import Iterable, Iterator
from itertools import islice

from search.analysis import code_form, fold, owners
from search.query import Query
from search.spoken import Spoken, heard_at, sayings

_LEAST = 2  # characters in a row that count where a query is not in a text as it stands
_Spans = list[tuple[int, int]]


def marks(text: str, query: str, *, loosely: bool = False) -> list[bool]:
    """Return for each character of a text as published whether the query asks for it.

    What is written in other characters counts by its folded form, what is typed in letters by how
    it is read. `loosely` takes runs of two characters and more that the query has somewhere.
    """
    return _marks(text, _spans(fold(text), Query.of(query), loosely=loosely))


def code_marks(code: str, query: str) -> list[bool]:
    """Return the same for a code, where a letter read as a digit is that digit."""
    folded, asked = code_form(fold(code)), Query.of(query)
    found = (_all(folded, [code_form(part)]) for part in (asked.whole, *asked.parts))
    return _marks(code, next(filter(None, found), []))


def _marks(text: str, spans: _Spans) -> list[bool]:
    wanted = [False] * len(text)
    owned = owners(text) if spans else []
    for start, end in spans:
        for at in range(owned[start], owned[end - 1] + 1):
            wanted[at] = True
    return wanted


def _spans(folded: str, asked: Query, *, loosely: bool) -> _Spans:
    return (
        _all(folded, [asked.whole])
        or _all(folded, asked.parts)
        or (_heard(folded, asked) if _has_letters(asked) else [])
        or (list(_in_common(folded, asked.whole)) if loosely else [])
    )


def _all(folded: str, parts: Iterable[str]) -> _Spans:
    found = _Spans()
    for part in filter(None, parts):
        at = folded.find(part)
        while at >= 0:
            found.append((at, at + len(part)))
            at = folded.find(part, at + len(part))
    return found


def _has_letters(asked: Query) -> bool:
    return any("a" <= letter <= "z" for letter in asked.whole)


def _heard(folded: str, asked: Query) -> _Spans:
    said = sayings(asked)
    if asked.whole.isascii() and asked.whole.isalpha():
        said.append(tuple(Spoken(beginning=letter) for letter in asked.whole))
    found = ((at, at + len(way)) for way in said if way and (at := heard_at(folded, way)) >= 0)
    return list(islice(found, 1))


def _in_common(folded: str, whole: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(folded):
        end = at
        while end < len(folded) and folded[at : end + 1] in whole:
            end += 1
        if end - at >= _LEAST:
            yield at, end
        at = max(end, at + 1)
