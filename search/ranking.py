"""How well a place in a document answers a piece of a query."""

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


class Tally:
    """The best score of every document so far and where it was earned."""

    def __init__(self, size: int) -> None:
        self.scores: Scores = np.zeros(size, np.float32)
        self.how: NDArray[np.uint8] = np.zeros(size, np.uint8)

    def put(self, numbers: Numbers, scores: Scores, how: MatchedBy) -> None:
        """Take in scores; a number may come more than once, its best counts."""
        order = np.argsort(scores, kind="stable")
        numbers, scores = numbers[order], scores[order]
        better = scores > self.scores[numbers]
        self.scores[numbers[better]] = scores[better]  # of equal numbers the last one stays
        self.how[numbers[better]] = HOW.index(how)

    def add(self, other: "Tally") -> None:
        """Take in the scores of another tally, where they are better."""
        better = other.scores > self.scores
        self.scores[better], self.how[better] = other.scores[better], other.how[better]

    def keep(self, wanted: Mask) -> None:
        """Forget all other documents."""
        self.scores[~wanted] = 0

    @property
    def numbers(self) -> Numbers:
        """The documents with a score, rising."""
        return np.flatnonzero(self.scores).astype(np.uint32)

    def __bool__(self) -> bool:
        return bool(self.scores.any())
