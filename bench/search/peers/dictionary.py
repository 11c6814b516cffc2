"""The lower bound: a dictionary of terms in memory, their records as numpy arrays."""

import pickle
from collections import defaultdict
from math import log

import numpy as np
import numpy.typing as npt

from bench.search.peers.peer import PAGE, Peer, Row, query_terms
from bench.search.records import Institution

BUDGET = 30_000  # postings that are counted, rarest lists first


class Dictionary(Peer):
    """Adds up how rare the terms in common are; nothing else."""

    name = "numpy dictionary, plain terms"

    def build(self, register: list[Institution], given: list[Row]) -> None:
        lists = defaultdict[str, list[int]](list)
        for row in given:
            for term in row.terms.split():
                lists[term].append(row.number)
        kept = {term: np.array(numbers, np.int32) for term, numbers in lists.items()}
        with (self.folder / "terms.pickle").open("wb") as file:
            pickle.dump((len(register), kept), file, pickle.HIGHEST_PROTOCOL)

    def open(self) -> None:
        with (self.folder / "terms.pickle").open("rb") as file:
            self.total, self.lists = pickle.load(file)  # noqa: S301 (we wrote it ourselves)

    def search(self, query: str) -> list[int]:
        found = [self.lists[term] for term in query_terms(query) if term in self.lists]
        touched: list[npt.NDArray[np.int32]] = []
        scores, left = np.zeros(self.total, np.float32), BUDGET
        for numbers in sorted(found, key=len):
            left -= len(numbers)
            if left < 0 and touched:
                break
            scores[numbers] += log(1 + self.total / len(numbers))
            touched.append(numbers)
        if not touched:
            return []
        candidates = np.unique(np.concatenate(touched))
        order = np.argsort(-scores[candidates], kind="stable")[:PAGE]
        return [int(number) for number in candidates[order]]
