"""The records that hold all of a query: what LIKE would find, without reading every row.

The rarest term of the query names the candidates, and their own text decides. One posting list is
enough, because looking into a record costs less than reading one more posting.
"""

from collections.abc import Iterable
from operator import itemgetter

from search.documents import Filters, MatchedBy
from search.query import Query
from search.ranking import grade
from search.reading import Reader
from search.terms import CODE_PART, code_terms, text_terms

_SCAN_SHARE = 4  # a list longer than a fourth of the records is not worth reading

Scored = tuple[float, str, MatchedBy]  # negative score, key: sorts best first, ties by key
_Lists = tuple[int, frozenset[str]]  # how many postings, and the terms they stand under


def found(reader: Reader, query: Query, filters: Filters) -> list[Scored]:
    """Return every record that holds all parts of the query, in no order.

    Addresses answer to another way of writing, too: 锦程广场四楼 finds 锦程广场4层.
    """
    scored, other = _holding(reader, query, filters), query.as_address
    if other == query:
        return scored
    keys = {key for _, key, _ in scored}
    more = _holding(reader, other, filters)
    return scored + [hit for hit in more if hit[2] is MatchedBy.ADDRESS and hit[1] not in keys]


def _holding(reader: Reader, query: Query, filters: Filters) -> list[Scored]:
    area_prefix, scored = filters.area_prefix, []
    for number in _candidates(reader, query):
        record = reader.records[number]
        if record.admitted(area_prefix, filters):
            graded = grade(record, query)
            if graded:
                scored.append((-graded[0], record.key, graded[1]))
    return scored


def _candidates(reader: Reader, query: Query) -> Iterable[int]:
    postings, terms = min((_lists(reader, part) for part in query.parts), key=itemgetter(0))
    if not query.in_one_piece:
        more, code_term = _code_list(reader, query.whole)
        postings, terms = postings + more, terms | code_term
    if postings > len(reader.records) / _SCAN_SHARE:
        return range(len(reader.records))
    return set[int]().union(*map(reader.numbers, terms))


def _lists(reader: Reader, part: str) -> _Lists:
    """Return the lists that together name every record which may hold the part."""
    terms = {term for term in text_terms(part) if len(term) == min(len(part), 2)}
    postings, term = min((reader.frequency(term), term) for term in terms)
    more, code_term = _code_list(reader, part)
    return postings + more, code_term | {term}


def _code_list(reader: Reader, part: str) -> _Lists:
    if len(part) < CODE_PART:
        return 0, frozenset()
    postings, term = min((reader.frequency(term), term) for term in code_terms(part))
    return postings, frozenset({term})
