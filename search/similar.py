"""Names a character or so away from a query that nothing holds.

Pairs of characters that query and name share vote for candidates; an alignment then decides. Both
count characters by how telling they are, on either side: 培训学校 in common is nothing in common.
"""

from collections import defaultdict
from collections.abc import Iterator
from heapq import nlargest

from search.documents import Filters, MatchedBy
from search.finding import Scored
from search.query import Query
from search.reading import Reader
from search.records import Record
from search.telling import TELLING, unpacked, weights

MOST = 20
# Enough of the query's weight in common, made up of more than one telling character, ...
THRESHOLD, LEAST = 0.55, 1.5  # 晨羲湾 has two thirds of 晨曦湾
# ... or all of it but one character: 晨羲培训学校 for 晨曦培训学校, where brands have two.
ONE_WRONG = 4  # characters that a query must have for this; below, a slip changes too much
_GAP = 0.25  # off for each character of the name that is passed over
_BUDGET = 6000  # postings read for candidates, rarest pairs first
_CANDIDATES = 40  # records whose names are aligned


def similar(reader: Reader, query: Query, filters: Filters) -> list[Scored]:
    """Return at most 20 records with a name like the query."""
    telling = weights(query.whole, reader.rarity_of)
    scored = []
    for record in _candidates(reader, query.whole, telling, filters):
        likeness = max(_likenesses(query.whole, telling, record), default=0.0)
        if likeness:
            scored.append((-likeness, record.key, MatchedBy.SIMILAR))
    return sorted(scored)[:MOST]


def _candidates(
    reader: Reader, text: str, telling: list[float], filters: Filters
) -> Iterator[Record]:
    votes, left = defaultdict[int, float](float), _BUDGET
    for frequency, term, weight in sorted(_ballot(reader, text, telling)):
        left -= frequency
        if left < 0:
            break
        for number in reader.numbers(term):
            votes[number] += weight
    prefix = filters.area_prefix
    wanted = (number for number in votes if reader.records[number].admitted(prefix, filters))
    best = nlargest(_CANDIDATES, wanted, key=lambda number: (votes[number], -number))
    return (reader.records[number] for number in best)


def _ballot(reader: Reader, text: str, telling: list[float]) -> set[tuple[int, str, float]]:
    """Return frequency, term and weight of the pairs that may stand in a name like the text.

    A character too many or too few moves neighbours apart or together, so each pair is asked for
    both ways.
    """
    ballot = set()
    for gap in (1, 2):
        for at, other in zip(range(len(text)), range(gap, len(text)), strict=False):
            weight = telling[at] + telling[other]
            for term in (f"{text[at]}{text[other]}", f"{text[at]} {text[other]}"):
                frequency = reader.frequency(term) if weight else 0
                if frequency:
                    ballot.add((frequency, term, weight))
    return ballot


def _likenesses(text: str, telling: list[float], record: Record) -> Iterator[float]:
    """Yield for the name and each former one that is like the text how much of it they have."""
    asked = {c for c, weight in zip(text, telling, strict=True) if weight >= TELLING}
    for name, digits in zip(record.names.split("\n"), record.telling.split("\n"), strict=True):
        theirs = unpacked(digits)
        shown = {c for c, weight in zip(name, theirs, strict=True) if weight >= TELLING}
        # Trade words may add up to much of a long query; half of what is its own must be there.
        if not shown & asked or 2 * len(asked & shown) < len(asked):
            continue
        common = _common(text, telling, name, theirs)
        share = common / sum(telling)
        if (common >= LEAST and share >= THRESHOLD) or _one_wrong(text, name):
            yield share


def _common(text: str, telling: list[float], name: str, theirs: list[float]) -> float:
    """Return the weight of the best alignment of the text with any stretch of the name."""
    row = [0.0] * (len(name) + 1)
    for character, weight in zip(text, telling, strict=True):
        above, row = row, [0.0]
        for at, (other, shown) in enumerate(zip(name, theirs, strict=True)):
            same = min(weight, shown) if character == other else 0.0
            row.append(max(above[at] + same, above[at + 1], row[at] - _GAP))
    return max(row)


def _one_wrong(text: str, name: str) -> bool:
    # A last character that is wrong only shows that the name goes on in another way.
    return len(text) >= ONE_WRONG and _edits(text, name) == 1 == _edits(text[:-1], name)


def _edits(text: str, name: str) -> int:
    """Return the fewest characters to add, drop or change until the text is part of the name."""
    row = [0] * (len(name) + 1)
    for length, character in enumerate(text, 1):
        above, row = row, [length]
        for at, other in enumerate(name):
            changed = above[at] + (character != other)
            row.append(min(changed, above[at + 1] + 1, row[at] + 1))
    return min(row)
