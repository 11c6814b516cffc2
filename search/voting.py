"""Which documents may be meant: the terms a query shares with them vote, the rare ones most."""

from math import log
from typing import TypeAlias

import numpy as np

from search.columns import Mask, Numbers
from search.documents import MatchedBy
from search.ranking import HOW, Scores, Tally
from search.reading import Reader

_BUDGET = 12000  # postings read, those of the rarest terms first
_CANDIDATES = 64  # documents that are compared whole
_SHARE = 0.35  # of the best vote that a candidate needs

Ballot: TypeAlias = set[tuple[int, str, float]]  # how many documents hold a term, it, its weight


def voted(reader: Reader, ballot: Ballot, admitted: Mask) -> Numbers:
    """Return the documents with the most votes, at most 64, of those that are admitted."""
    votes: Scores = np.zeros(reader.size, np.float32)
    left = _BUDGET
    for frequency, term, weight in sorted(ballot):
        if not frequency:
            continue
        left -= frequency
        if left < 0:
            break
        votes[reader.numbers(term)] += np.float32(weight * log(1 + reader.size / frequency))
    votes[~(admitted & reader.kept)] = 0
    numbers = np.flatnonzero(votes).astype(np.uint32)
    if len(numbers) > _CANDIDATES:
        best = np.argpartition(-votes[numbers], _CANDIDATES)[:_CANDIDATES]
        numbers = np.sort(numbers[best])
    if len(numbers):
        numbers = numbers[votes[numbers] >= _SHARE * votes[numbers].max()]
    return numbers


def put(tally: Tally, number: int, score: float, how: MatchedBy) -> None:
    """Give one document its score, above 0 and at most 1."""
    tally.scores[number], tally.how[number] = max(min(score, 1.0), 1e-6), HOW.index(how)
