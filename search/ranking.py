"""How well a place in a document answers a piece of a query."""

from collections.abc import Iterable
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from search.columns import Columns, Hits, Mask, Numbers
from search.documents import MatchedBy

Scores = NDArray[np.float32]

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
HOW = tuple(MatchedBy)  # a tally keeps the place in this


def graded(columns: Columns, hits: Hits, length: int, place: MatchedBy) -> Scores:
    """Return a score for each place where a piece of that many characters stands."""
    base = np.full(len(hits.numbers), PLACE[place], np.float32)
    if place is MatchedBy.NAME:
        # A query may bring the area's name along: 丰泽区晨曦 begins the distinctive part too.
        starts = columns.starts[hits.numbers]
        base[(hits.places <= starts) & (starts < hits.places + np.uint32(length))] = DISTINCTIVE
    scores = base + _SHARE * length / hits.lengths + _FRONT / (1 + hits.places)
    if place in {MatchedBy.NAME, MatchedBy.CODE}:
        scores[hits.lengths == length] = EXACT
    return scores.astype(np.float32)


class Tally(NamedTuple):
    """Documents with their scores and where these were earned; numbers rise, each stands once."""

    numbers: Numbers
    scores: Scores
    how: NDArray[np.uint8]

    @classmethod
    def of(cls, size: int, parts: "Iterable[tuple[Numbers, Scores, MatchedBy]]") -> Self:
        """Return the best score of each number, of an index of so many documents."""
        given = [(n, s, np.full(len(n), HOW.index(how), np.uint8)) for n, s, how in parts if len(n)]
        if not given:
            return cls(*NOTHING)
        numbers = np.concatenate([one[0] for one in given])
        scores = np.concatenate([one[1] for one in given])
        how = np.concatenate([one[2] for one in given])
        order = np.argsort(scores, kind="stable")
        numbers, scores, how = numbers[order], scores[order], how[order]
        if len(numbers) < _FEW:
            # Of the same number the last one, which has the best score.
            kept, last = np.unique(numbers[::-1], return_index=True)
            return cls(kept, scores[::-1][last], how[::-1][last])
        best, by = np.zeros(size, np.float32), np.zeros(size, np.uint8)
        best[numbers], by[numbers] = scores, how  # of equal numbers the last one stays
        kept = np.flatnonzero(best).astype(np.uint32)
        return cls(kept, best[kept], by[kept])

    def where(self, wanted: Mask | NDArray[np.intp]) -> "Tally":
        """Return those of these documents that are wanted, by a mask or by their places."""
        return Tally(self.numbers[wanted], self.scores[wanted], self.how[wanted])

    def at(self, numbers: Numbers) -> "Tally":
        """Return these numbers, all of which are in it."""
        return self.where(np.searchsorted(self.numbers, numbers))

    def with_more(self, other: "Tally") -> "Tally":
        """Return it with the documents of another one that are not in it."""
        if not (self and other):
            return self or other
        more = other.where(~np.isin(other.numbers, self.numbers, assume_unique=True))
        numbers = np.concatenate([self.numbers, more.numbers])
        order = np.argsort(numbers)
        scores = np.concatenate([self.scores, more.scores])[order]
        return Tally(numbers[order], scores, np.concatenate([self.how, more.how])[order])

    def best(self, count: int) -> "Tally":
        """Return the documents with the best scores, at most so many."""
        if len(self.numbers) <= count:
            return self
        return self.where(np.sort(np.argsort(-self.scores, kind="stable")[:count]))

    def __bool__(self) -> bool:
        return len(self.numbers) > 0


_FEW = 4096  # numbers; more are counted in an array over all documents
NOTHING = Tally(np.zeros(0, np.uint32), np.zeros(0, np.float32), np.zeros(0, np.uint8))
