"""Which documents may be meant: the terms a query shares with them vote, the rare ones most."""

from collections.abc import Sequence
from math import log
from typing import TypeAlias

import numpy as np

from search.columns import Numbers
from search.documents import Filters, MatchedBy
from search.filtering import admitted
from search.ranking import Scores, Tally
from search.reading import Reader

BUDGET = 8000  # postings of the first terms, which name the candidates
_MORE = 60000  # postings of further ones, which only choose among them
CANDIDATES = 64  # documents that are compared whole
SHARE = 0.35  # of the best vote that a candidate needs

Ballot: TypeAlias = Sequence[
    tuple[int, str, float]
]  # how many documents hold a term, it, its weight


def voted(
    reader: Reader,
    ballot: Ballot,
    filters: Filters,
    budget: int = BUDGET,
    share: float = SHARE,
) -> Numbers:
    """Return the documents with the most votes, of those that the filters admit.

    The first terms of the ballot name the candidates, within a budget. Who has less than a share
    of the best vote is left out.
    """
    votes: Scores = np.zeros(reader.size, np.float32)
    naming, left, named = budget, _MORE, False
    for frequency, term, weight in ballot:
        if not frequency or frequency > left:
            continue
        numbers = reader.numbers(term)
        if frequency <= naming or not named:
            naming, named = naming - frequency, True
        else:
            left -= frequency
            numbers = numbers[votes[numbers] > 0]
        votes[numbers] += np.float32(weight * log(1 + reader.size / frequency))
    numbers = np.flatnonzero(votes).astype(np.uint32)
    numbers = numbers[reader.kept[numbers] & admitted(reader.columns, filters, numbers)]
    got = votes[numbers]
    if len(numbers) > CANDIDATES:
        best = np.argpartition(-got, CANDIDATES)[:CANDIDATES]
        numbers, got = numbers[best], got[best]
    return np.sort(numbers[got >= share * got.max(initial=0)])


def similar_ones(reader: Reader, scores: dict[int, float], how: MatchedBy) -> Tally:
    """Return a tally of these documents, each with a score above 0 and at most 1."""
    numbers = np.array(list(scores), np.uint32)
    values = np.clip(np.array(list(scores.values()), np.float32), 1e-6, 1)
    return Tally.of(reader.size, [(numbers, values.astype(np.float32), how)])
