"""Whether a record answers a query and how well."""

from search.documents import MatchedBy
from search.query import Query
from search.records import Record
from search.terms import CODE_PART

Grade = tuple[float, MatchedBy]

EXACT = 1.0  # the whole name, or the whole of a code
# Then where it stands; how much of that text it is and how far in front decide within these.
DISTINCTIVE = 0.8
PLACE = {
    MatchedBy.NAME: 0.6,
    MatchedBy.CODE: 0.5,
    MatchedBy.FORMER_NAME: 0.3,
    MatchedBy.ADDRESS: 0.1,
}
_SHARE, _FRONT = 0.15, 0.04  # together less than the steps above


def grade(record: Record, query: Query) -> Grade | None:
    """Return score and place, or None unless the record holds every part of the query."""
    whole = _grade_part(record, query.whole)
    if whole is not None or query.in_one_piece:
        return whole
    places = [_place(record, part) for part in query.parts]
    if None in places:
        return None
    if set(places) == {MatchedBy.NAME}:
        return max(_grade_name(record, part, record.name.find(part)) for part in query.parts)
    weakest = min(filter(None, places), key=PLACE.__getitem__)
    return PLACE[weakest], weakest


def _place(record: Record, part: str) -> MatchedBy | None:
    if part in record.name:
        return MatchedBy.NAME
    if len(part) >= CODE_PART and part in record.codes:
        return MatchedBy.CODE
    if part in record.former_names:
        return MatchedBy.FORMER_NAME
    return MatchedBy.ADDRESS if part in record.addresses else None


def _grade_part(record: Record, part: str) -> Grade | None:
    place = _place(record, part)
    if place is None:
        return None
    if place is MatchedBy.NAME:
        return _grade_name(record, part, record.name.find(part))
    lines = {
        MatchedBy.CODE: record.codes,
        MatchedBy.FORMER_NAME: record.former_names,
        MatchedBy.ADDRESS: record.addresses,
    }
    return _grade_line(lines[place], part, place)


def _grade_name(record: Record, part: str, at: int) -> Grade:
    if len(part) == len(record.name):
        return EXACT, MatchedBy.NAME
    # A query may bring the area's name along: 丰泽区晨曦 begins the distinctive part too.
    begins = at <= record.start < at + len(part)
    within = _SHARE * len(part) / len(record.name) + _FRONT / (1 + at)
    return (DISTINCTIVE if begins else PLACE[MatchedBy.NAME]) + within, MatchedBy.NAME


def _grade_line(lines: str, part: str, place: MatchedBy) -> Grade:
    if place is MatchedBy.CODE and part in lines.split("\n"):
        return EXACT, place
    at = lines.find(part)
    first, last = lines.rfind("\n", 0, at) + 1, lines.find("\n", at)
    length = (len(lines) if last < 0 else last) - first
    return PLACE[place] + _SHARE * len(part) / length + _FRONT / (1 + at - first), place
