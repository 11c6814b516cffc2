"""What a peer is given and must do, and how text becomes terms for those that take terms.

The terms are plain ones, made here and not by our engine: neighbours, syllables, parts of codes.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import ClassVar

from bench.search.records import Institution
from bench.search.sounds import spelled, splits
from search import fold

PAGE = 20  # hits that are asked for
_CODE_PART, _INITIALS = 4, 3


class Missing(Exception):
    """The peer is not installed here; the message says what would install it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One institution as a peer gets it; words stand with spaces between them."""

    number: int
    text: str  # name, former name, address, codes, folded
    bigrams: str
    terms: str


class Peer(ABC):
    """One engine over one folder; `search` returns numbers of institutions, best first."""

    name: ClassVar[str]
    per_class: ClassVar[int] = 1000  # queries of a class that it is asked at most
    in_process: ClassVar[bool] = True  # not where a server holds the index

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def build(self, register: list[Institution], given: list[Row]) -> None:
        """Write the index."""

    @abstractmethod
    def open(self) -> None:
        """Make ready for searching."""

    @abstractmethod
    def search(self, query: str) -> list[int]:
        """Return at most twenty institutions."""

    def close(self) -> None:  # noqa: B027 (few have anything to close)
        """Let go of what was opened."""

    def size(self) -> int:
        """Return the bytes on disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def library(name: str, remedy: str) -> ModuleType:
    """Import what only this measurement needs. Raises Missing with the remedy."""
    try:
        return import_module(name)
    except ImportError as error:
        raise Missing(f"{name} is not here: {remedy}") from error


def rows(register: Iterable[Institution]) -> Iterator[Row]:
    """Yield what the peers are given."""
    for number, one in enumerate(register):
        names = list(map(fold, one.names))
        texts = [*names, fold(one.address.text), fold(one.uscc), fold(one.licence)]
        bigrams = dict.fromkeys(pair for text in texts for pair in pairs(text))
        terms = bigrams | dict.fromkeys(term for name in names for term in _sounds(spelled(name)))
        terms |= dict.fromkeys(part for text in texts[-2:] for part in _parts(text))
        yield Row(number, "\n".join(texts), " ".join(bigrams), " ".join(terms))


def pairs(text: str) -> list[str]:
    """Return neighbours in folded text; of a single character, itself."""
    return ["".join(pair) for pair in pairwise(text)] or [text]


def query_pairs(query: str) -> list[str]:
    """Return the distinct pairs of neighbours in a query."""
    return [pair for pair in dict.fromkeys(pairs(fold(query))) if pair]


def query_terms(query: str) -> list[str]:
    """Return the terms that records like the query have."""
    folded = fold(query)
    terms = dict.fromkeys(pairs(folded))
    if re.search("[㐀-鿿]", folded):
        terms |= dict.fromkeys(_sounds(spelled(folded)))
    elif ways := splits(folded) if folded.isalpha() else []:
        terms |= dict.fromkeys(_sounds(min(ways, key=lambda way: len(way))))
    if re.fullmatch("[a-z0-9]+", folded):
        terms |= dict.fromkeys(_parts(folded))
        terms |= dict.fromkeys(f"i{part}" for part in _grams(folded, _INITIALS))
    return [term for term in terms if term]


def _sounds(syllables: Sequence[str]) -> Iterator[str]:
    for one, other in pairwise(syllables):
        yield f"{one}_{other}"
    initials = "".join(syllable[0] for syllable in syllables)
    yield from (f"i{part}" for part in _grams(initials, _INITIALS))


def _parts(code: str) -> list[str]:
    return _grams(code, _CODE_PART)


def _grams(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(len(text) - length + 1)]
