"""The index that others hold: rebuild it, search it."""

from collections.abc import Callable, Iterable
from heapq import nsmallest
from pathlib import Path
from threading import Lock

from search.building import build
from search.documents import Answer, Document, Filters, Hit, Tier
from search.finding import Scored, found
from search.generations import Generation, Generations, NoIndex
from search.lookalike import Lookalike, lookalikes
from search.query import Query
from search.reading import Gone, Reader, folders_in_use
from search.similar import similar

EVERYTHING = Filters()
_TRIES = 5  # a sweep between reading CURRENT and opening its files is rare, five in a row are not


class Index:
    """One folder; a generation per rebuild, swapped in whole. Safe for threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder)
        self._reader: Reader | None = None
        self._opening = Lock()

    @property
    def revision(self) -> int | None:
        """Return the revision that a search would see now; None where no usable index stands."""
        current = self._generations.current()
        return current.revision if current else None

    def rebuild(
        self,
        documents: Iterable[Document],
        revision: int,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Build a generation of exactly these documents and swap it in.

        Waits for another rebuild to end. Where a newer revision stands already nothing happens and
        `documents` is not read. If `documents` raises, everything stays as it was.
        """
        with self._generations.building():
            self._generations.sweep(folders_in_use())
            if (self.revision or revision) > revision:
                return
            with self._generations.fresh() as folder:
                build(folder, documents, progress)
                self._generations.publish(Generation(folder, revision))
            with self._opening:
                self._reader = None
            self._generations.sweep(folders_in_use())

    def search(
        self, query: str, filters: Filters = EVERYTHING, offset: int = 0, limit: int = 20
    ) -> Answer:
        """Return one page of what answers the query; never raises because of its text.

        The parts of the query, split at spaces and punctuation, must all be found, each in any
        field; where nothing has them all, names like the query come back instead. Only the first 64
        folded characters count. A query without letters and digits finds nothing.
        Raises NoIndex where no usable index stands.
        """
        reader, asked = self._current_reader(), Query.of(query)
        if not asked.parts:
            return Answer(Tier.NONE, 0, ())
        if scored := found(reader, asked, filters):
            return _page(Tier.FOUND, scored, offset, limit)
        scored = similar(reader, asked, filters)
        return _page(Tier.SIMILAR if scored else Tier.NONE, scored, offset, limit)

    def lookalikes(
        self,
        name: str,
        filters: Filters = EVERYTHING,
        always: str = "",
        *,
        admit_brand: bool = False,
    ) -> list[Lookalike]:
        """Return at most 40 records whose name may be taken for this one.

        Those of standing `always` come first and whatever the filters. Who bears the very name is
        left out; who has the same distinctive part counts if of standing `always`, or on demand.
        Raises NoIndex where no usable index stands.
        """
        return lookalikes(self._current_reader(), name, filters, always, admit_brand=admit_brand)

    def _current_reader(self) -> Reader:
        for _ in range(_TRIES):
            current = self._generations.current()
            if current is None:
                break
            with self._opening:
                if self._reader is None or self._reader.folder != current.folder:
                    try:
                        self._reader = Reader(current.folder)
                    except Gone:
                        continue
                return self._reader
        raise NoIndex(f"no usable search index in {self._generations.folder}: rebuild it")


def _page(tier: Tier, scored: list[Scored], offset: int, limit: int) -> Answer:
    first, last = max(offset, 0), max(offset, 0) + max(limit, 0)
    best = nsmallest(last, scored)[first:]
    hits = tuple(Hit(key, round(-negative, 6), place) for negative, key, place in best)
    return Answer(tier, len(scored), hits)
