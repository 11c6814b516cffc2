"""A generation opened for reading: posting lists from Whoosh, records in memory."""

import weakref
from pathlib import Path
from threading import Lock

from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError

from search.postings import FIELD
from search.records import Record
from search.telling import rarity

# Every reader of this process that somebody still holds, so that no folder is swept from under it.
_open: weakref.WeakSet["Reader"] = weakref.WeakSet()
_open_lock = Lock()


class Gone(Exception):
    """The generation's files are not there any more: a newer one has taken its place."""


class Reader:
    """One generation; never changes, and lives on when its files are removed.

    Safe for threads: Whoosh seeks in shared buffers, so one lock guards its files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        try:
            self._postings = FileStorage(str(folder)).open_index().reader()
        except (FileNotFoundError, EmptyIndexError) as error:
            raise Gone(folder) from error
        weakref.finalize(self, self._postings.close)
        self.records = [Record(*stored["record"]) for _, stored in self._postings.iter_docs()]
        with _open_lock:
            _open.add(self)

    def frequency(self, term: str) -> int:
        """Return how many records hold the term."""
        with self._lock:
            return int(self._postings.doc_frequency(FIELD, term.encode()))

    def numbers(self, term: str) -> list[int]:
        """Return the positions of the records which hold the term, rising."""
        with self._lock:
            if not self._postings.doc_frequency(FIELD, term.encode()):
                return []
            return list(self._postings.postings(FIELD, term.encode()).all_ids())

    def rarity_of(self, pair: str) -> float:
        """Return how rare two neighbouring characters are, 0 to 1."""
        return rarity(pair, self.frequency(pair), len(self.records))


def folders_in_use() -> set[Path]:
    """Return the folders that readers of this process were opened from."""
    with _open_lock:
        return {reader.folder for reader in _open}
