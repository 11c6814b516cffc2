"""The documents that hold all of a query: what LIKE would find, without reading every row.

The rarest terms name the candidates, and their own text decides. Where even the rarest is frequent,
reading the whole column costs less than the posting list.
"""

from collections.abc import Sequence
from functools import reduce
from operator import and_

import numpy as np

from search.analysis import code_form
from search.columns import Lines, Numbers
from search.documents import MatchedBy
from search.query import Query
from search.ranking import HOW, PLACE, Tally, graded
from search.reading import Reader
from search.terms import CODE_PART, code_terms, text_terms

_SCAN_SHARE = 8  # a list longer than an eighth of the documents is not worth reading
_ENOUGH = 200  # candidates are not narrowed down any more

PLACES = frozenset(PLACE)
ADDRESSES = frozenset({MatchedBy.ADDRESS})
_BY_WORTH = sorted(PLACE, key=PLACE.__getitem__)


def found(reader: Reader, query: Query) -> Tally:
    """Return every document that holds all parts of the query.

    Addresses answer to another way of writing, too: 锦程广场四楼 finds 锦程广场4层.
    """
    tally = holding(reader, [query.whole])
    if not query.in_one_piece:
        parts = holding(reader, query.parts)
        _add(tally, parts)
    if query.as_address != query:
        other = holding(reader, query.as_address.parts, ADDRESSES)
        _add(tally, other)
    return tally


def holding(reader: Reader, parts: Sequence[str], places: frozenset[MatchedBy] = PLACES) -> Tally:
    """Return every document that holds all parts, each in one of the places."""
    if len(parts) == 1:
        return _tally(reader, parts[0], None, places)
    tallies, within = list[Tally](), None
    for part in sorted(parts, key=lambda part: _rarest(reader, part)):
        tallies.append(_tally(reader, part, within, places))
        within = tallies[-1].numbers
    return _weakest(tallies)


def _add(tally: Tally, more: Tally) -> None:
    new = (more.scores > 0) & (tally.scores == 0)
    tally.scores[new], tally.how[new] = more.scores[new], more.how[new]


def _weakest(tallies: list[Tally]) -> Tally:
    """Judge documents that hold several parts by the weakest, all in the name by the best."""
    all_held = reduce(and_, (tally.scores > 0 for tally in tallies))
    worth = np.array([_BY_WORTH.index(how) if how in PLACE else 0 for how in HOW], np.uint8)
    weakest = np.minimum.reduce([worth[tally.how] for tally in tallies])
    result = Tally(len(all_held))
    for rank, place in enumerate(_BY_WORTH):
        here = all_held & (weakest == rank)
        result.scores[here], result.how[here] = PLACE[place], HOW.index(place)
    named = all_held & (weakest == _BY_WORTH.index(MatchedBy.NAME))
    result.scores[named] = np.maximum.reduce([tally.scores for tally in tallies])[named]
    return result


def _tally(
    reader: Reader, part: str, within: Numbers | None, places: frozenset[MatchedBy]
) -> Tally:
    columns, tally = reader.columns, Tally(reader.size)
    text: dict[MatchedBy, Lines] = {
        MatchedBy.NAME: columns.names,
        MatchedBy.FORMER_NAME: columns.formers,
        MatchedBy.ADDRESS: columns.addresses,
    }
    candidates = _candidates(reader, text_terms_of(part)) if within is None else within
    for place in text.keys() & places:
        _put(reader, tally, text[place], part, candidates, place)
    code = code_form(part)
    if len(code) >= CODE_PART and MatchedBy.CODE in places:
        candidates = _candidates(reader, code_terms(code)) if within is None else within
        _put(reader, tally, columns.codes, code, candidates, MatchedBy.CODE)
    tally.keep(reader.kept)
    return tally


def _put(
    reader: Reader,
    tally: Tally,
    lines: Lines,
    part: str,
    candidates: Numbers | None,
    place: MatchedBy,
) -> None:
    hits = lines.everywhere(part) if candidates is None else lines.among(part, candidates)
    if len(hits.numbers):
        tally.put(hits.numbers, graded(reader.columns, hits, len(part), place), place)


def text_terms_of(part: str) -> set[str]:
    """Return the longest terms of a part: its pairs, or its one character."""
    return {term for term in text_terms(part) if len(term) == min(len(part), 2)}


def _rarest(reader: Reader, part: str) -> int:
    code = code_terms(code_form(part))
    return min(map(reader.frequency, text_terms_of(part))) + min(
        map(reader.frequency, code), default=0
    )


def _candidates(reader: Reader, terms: set[str]) -> Numbers | None:
    """Return documents among which are all that hold every term; None if that may be any."""
    ordered = sorted((reader.frequency(term), term) for term in terms)
    longest = reader.size / _SCAN_SHARE
    frequency, rarest = ordered[0]
    if frequency > longest:
        return None
    numbers = reader.numbers(rarest)
    for frequency, term in ordered[1:3]:
        if len(numbers) <= _ENOUGH or frequency > longest:
            break
        numbers = np.intersect1d(numbers, reader.numbers(term), assume_unique=True)
    return numbers
