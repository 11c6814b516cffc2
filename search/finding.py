"""The documents that hold all of a query: what LIKE would find, without reading every row.

The rarest terms name the candidates, and their own text decides. Where even the rarest is frequent,
reading the whole column costs less than the posting list.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from search.analysis import code_form
from search.columns import Lines, Numbers
from search.documents import MatchedBy
from search.query import Query
from search.ranking import HOW, NOTHING, PLACE, Scores, Tally, graded
from search.reading import Reader
from search.terms import CODE_PART, code_terms, text_terms

_SCAN_SHARE = 8  # a list longer than an eighth of the documents is not worth reading
_ENOUGH = 200  # candidates are not narrowed down any more
_FEW = 10  # candidates cost less than looking up another term

PLACES = frozenset(PLACE)
ADDRESSES = frozenset({MatchedBy.ADDRESS})
_BY_WORTH = sorted(PLACE, key=PLACE.__getitem__)
_WORTH = np.array([_BY_WORTH.index(how) if how in PLACE else 0 for how in HOW], np.uint8)
_SCORES = np.array([PLACE[place] for place in _BY_WORTH], np.float32)
_HOW = np.array([HOW.index(place) for place in _BY_WORTH], np.uint8)


def found(reader: Reader, query: Query) -> Tally:
    """Return every document that holds all parts of the query.

    Addresses answer to another way of writing, too: 锦程广场四楼 finds 锦程广场4层.
    """
    tally = holding(reader, [query.whole])
    if not query.in_one_piece:
        tally = tally.with_more(holding(reader, query.parts))
    if query.as_address != query:
        tally = tally.with_more(holding(reader, query.as_address.parts, ADDRESSES))
    return tally


def holding(reader: Reader, parts: Sequence[str], places: frozenset[MatchedBy] = PLACES) -> Tally:
    """Return every document that holds all parts, each in one of the places."""
    if len(parts) == 1:
        return _tally(reader, parts[0], None, places)
    tallies, within = list[Tally](), None
    for part in sorted(parts, key=lambda part: _rarest(reader, part)):
        tallies.append(_tally(reader, part, within, places))
        within = tallies[-1].numbers
    return _weakest([tally.at(tallies[-1].numbers) for tally in tallies])


def _weakest(tallies: list[Tally]) -> Tally:
    """Judge documents that hold several parts by the weakest, all in the name by the best."""
    weakest = np.minimum.reduce([_WORTH[tally.how] for tally in tallies])
    best = np.maximum.reduce([tally.scores for tally in tallies])
    named = weakest == _BY_WORTH.index(MatchedBy.NAME)
    scores = np.where(named, best, _SCORES[weakest]).astype(np.float32)
    return Tally(tallies[0].numbers, scores, _HOW[weakest])


def _tally(
    reader: Reader, part: str, within: Numbers | None, places: frozenset[MatchedBy]
) -> Tally:
    columns = reader.columns
    text: dict[MatchedBy, Lines] = {
        MatchedBy.NAME: columns.names,
        MatchedBy.FORMER_NAME: columns.formers,
        MatchedBy.ADDRESS: columns.addresses,
    }
    candidates = _candidates(reader, text_terms_of(part)) if within is None else within
    graded_hits = []
    if candidates is None or len(candidates):
        graded_hits = [
            _graded(reader, text[place], part, candidates, place) for place in text.keys() & places
        ]
    code = code_form(part)
    if len(code) >= CODE_PART and MatchedBy.CODE in places:
        candidates = _candidates(reader, code_terms(code)) if within is None else within
        graded_hits.append(_graded(reader, columns.codes, code, candidates, MatchedBy.CODE))
    tally = Tally.of(reader.size, graded_hits)
    return tally.where(reader.kept[tally.numbers])


def _graded(
    reader: Reader, lines: Lines, part: str, candidates: Numbers | None, place: MatchedBy
) -> tuple[Numbers, Scores, MatchedBy]:
    hits = lines.everywhere(part) if candidates is None else lines.among(part, candidates)
    scores = graded(reader.columns, hits, len(part), place) if len(hits.numbers) else NOTHING.scores
    return hits.numbers, scores, place


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
    longest = reader.size / _SCAN_SHARE
    ordered = sorted(_looked_up(reader, terms, min(_FEW, longest)))
    frequency, rarest = ordered[0]
    if frequency > longest:
        return None
    numbers = reader.numbers(rarest) if frequency else NOTHING.numbers
    for frequency, term in ordered[1:3]:
        if len(numbers) <= _ENOUGH or frequency > longest:
            break
        numbers = np.intersect1d(numbers, reader.numbers(term), assume_unique=True)
    return numbers


def _looked_up(reader: Reader, terms: set[str], few: float) -> Iterator[tuple[int, str]]:
    """Yield terms with their frequencies, up to the first that few documents hold, or none."""
    for term in terms:
        yield (frequency := reader.frequency(term)), term
        if frequency <= few:
            return
