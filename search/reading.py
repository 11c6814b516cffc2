"""A generation opened for reading: posting lists from Whoosh, what documents say in columns."""

import weakref
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TypeAlias

import numpy as np
from whoosh.index import EmptyIndexError

from search.columns import Columns, Mask, Numbers
from search.mapped import MappedStorage
from search.postings import Entry, entry_of, numbers_of
from search.telling import rarity

Entries: TypeAlias = Callable[[str], list[Entry]]
_HOT, _HOT_LISTS = 1 << 14, 512  # terms that stay looked up, and whose lists are kept in memory
PART = "part-"  # how the folders of parts are called
DROPPED = "dropped.npy"  # numbers of the first part's documents that a later part replaces

# Every reader of this process that somebody still holds, so that no folder is swept from under it.
_open: weakref.WeakSet["Reader"] = weakref.WeakSet()
_open_lock = Lock()


class Gone(Exception):
    """The generation's files are not there any more: a newer one has taken its place."""


class Part:
    """Documents that were written together; never changes, and outlives its files.

    Safe for threads: Whoosh goes to and fro in shared files, so one lock guards them.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = Lock()
        try:
            self._postings = MappedStorage(folder).open_index().reader()
            weakref.finalize(self, self._postings.close)
            self.columns = Columns.load(folder)
        except (FileNotFoundError, EmptyIndexError) as error:
            raise Gone(folder) from error

    def entry(self, term: str) -> Entry:
        """Look a term up."""
        return entry_of(self._postings, term)

    def frequency(self, term: str) -> int:
        """Return how many documents hold the term."""
        return self.entry(term).frequency

    def numbers(self, entry: Entry) -> Numbers:
        """Return the numbers of the documents under a term that was looked up here, rising."""
        with self._lock:
            return numbers_of(self._postings, entry)


class Reader:
    """One generation: its first part and, after single changes, a second, small one."""

    def __init__(self, folder: Path, known: "Reader | None" = None) -> None:
        """Open a generation; parts that a known reader has open are not read again.

        Raises Gone where the files have been swept.
        """
        names = sorted(path.name for path in folder.glob(f"{PART}*"))
        if not names:
            raise Gone(folder)
        opened: dict[str, Part] = known.by_name if known else {}
        self.folder = folder
        self.by_name: dict[str, Part] = {
            name: opened.get(name) or Part(folder / name) for name in names
        }
        self.parts = list(self.by_name.values())
        self.columns = Columns.joined([part.columns for part in self.parts])
        self.kept: Mask = np.ones(self.columns.size, np.bool_)
        if len(names) > 1:
            self.kept[_dropped(folder)] = False
        self.places = frozenset(chain.from_iterable(self.columns.places.vocabulary))
        # Without self in them, or a reader would hold itself, and its folder stay.
        entries = lru_cache(_HOT)(partial(_entries, self.parts))
        self.frequency = partial(_frequency, entries)
        self.numbers = lru_cache(_HOT_LISTS)(partial(_numbers, self.parts, self.kept, entries))
        with _open_lock:
            _open.add(self)

    @property
    def size(self) -> int:
        """How many numbers there are, those of dropped documents among them."""
        return self.columns.size

    def rarity_of(self, pair: str) -> float:
        """Return how rare two neighbouring characters are, 0 to 1."""
        return rarity(pair, self.frequency(pair), self.size)


def _entries(parts: list[Part], term: str) -> list[Entry]:
    """Look a term up in every part."""
    return [part.entry(term) for part in parts]


def _frequency(entries: Entries, term: str) -> int:
    """Return how many documents hold the term; dropped ones count until the next rebuild."""
    return sum(entry.frequency for entry in entries(term))


def _numbers(parts: list[Part], kept: Mask, entries: Entries, term: str) -> Numbers:
    """Return the numbers of the documents which hold the term, rising."""
    found = entries(term)
    if len(parts) == 1:
        return parts[0].numbers(found[0])
    lists, before = [], 0
    for part, entry in zip(parts, found, strict=True):
        lists.append(part.numbers(entry) + np.uint32(before))
        before += part.columns.size
    numbers: Numbers = np.concatenate(lists)
    left: Numbers = numbers[kept[numbers]]
    return left


def _dropped(folder: Path) -> Numbers:
    try:
        numbers: Numbers = np.load(folder / DROPPED, allow_pickle=False)
    except FileNotFoundError as error:
        raise Gone(folder) from error
    return numbers


def folders_in_use() -> set[Path]:
    """Return the folders that readers of this process were opened from."""
    with _open_lock:
        return {reader.folder for reader in _open}
