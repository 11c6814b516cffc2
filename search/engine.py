"""The index that others hold: rebuild it, change it, search it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from heapq import nsmallest
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np

from search.addresses import address_pieces
from search.building import Entry, build, entries, entry
from search.documents import Answer, Document, Filters, Hit, Tier
from search.filtering import admitted, facets
from search.finding import ADDRESSES, PLACES, found, holding
from search.generations import Generation, Generations, NoIndex, share
from search.lookalike import Lookalike, lookalikes
from search.misspelt import misspelt
from search.query import Query
from search.ranking import HOW, NOTHING, Tally
from search.reading import DROPPED, PART, Gone, Reader, folders_in_use
from search.similar import MOST, like_codes, similar
from search.spoken import sayings, spoken
from search.wording import Wording, wording

EVERYTHING = Filters()
_TRIES = 5  # a sweep between reading CURRENT and opening its files is rare, five in a row are not
_POINTS, _DIGITS = 10**6, 7  # scores as whole numbers, so that pages meet exactly
_TAIL = 20  # changed documents may be one in so many before all are written together again,
_TAIL_LEAST = 1000  # or so many


class Index:
    """One folder; a generation per change, swapped in whole. Safe for threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._generations = Generations(folder)
        self._reader: Reader | None = None
        self._opening = Lock()
        self._last = _Last(folder, Query(()), NOTHING)

    @property
    def revision(self) -> int | None:
        """Return the revision that a search would see now; None where no usable index stands."""
        current = self._generations.current()
        return current.revision if current else None

    @property
    def changed_at(self) -> datetime:
        """Return when the current generation was swapped in; raises NoIndex where there is none."""
        return self._generations.changed_at()

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
                build(_part(folder, 1), map(entry, documents), progress)
                self._publish(Generation(folder, revision))

    def update(self, changed: Iterable[Document], gone: Iterable[str], revision: int) -> None:
        """Replace or add these documents, remove those with the keys in `gone`; swap that in.

        Only what changed is read and written, until a twentieth has: then all is written together.
        The newer of two revisions wins, as in `rebuild`. Raises NoIndex where no usable index
        stands.
        """
        with self._generations.building():
            self._generations.sweep(folders_in_use())
            if (self.revision or revision) > revision:
                return
            changes = _changes(self._current_reader(), changed, gone)
            with self._generations.fresh() as folder:
                _write(folder, changes)
                self._publish(Generation(folder, revision))

    def search(
        self, query: str, filters: Filters = EVERYTHING, after: str | None = None, limit: int = 20
    ) -> Answer:
        """Return one page of what answers the query; never raises because of its text.

        The parts of the query, split at spaces and punctuation, must all be found, each in any
        field. Where nothing has them all, words of asking and names of areas are taken out of it;
        then it is read as pinyin or initials; then names come back that have all of it in another
        order, or are like it. Only the first 64 folded characters count. A query without letters
        and digits finds nothing. `after` is the `next` of the page before.
        Raises NoIndex where no usable index stands, ValueError where `after` is none of ours.
        """
        reader, asked = self._current_reader(), Query.of(query)
        if not asked.parts:
            return Answer(Tier.NONE, 0, ())
        tier, everywhere = Tier.FOUND, self._found(reader, asked)
        tally = everywhere.where(admitted(reader.columns, filters, everywhere.numbers))
        kept_back = 0
        if not tally:
            kept_back = len(everywhere.numbers)
            tier, tally = _similar(reader, asked, filters)
        if not everywhere:
            everywhere = tally
            if filters != EVERYTHING:
                everywhere = _similar(reader, asked, EVERYTHING)[1]
                kept_back = 0 if tally else len(everywhere.numbers)
        return replace(
            _page(reader, tier, tally, after, limit),
            filtered_out=kept_back if tier is not Tier.FOUND else 0,
            facets=facets(reader.columns, filters, everywhere.numbers),
        )

    def lookalikes(
        self,
        name: str,
        filters: Filters = EVERYTHING,
        always: str = "",
        *,
        admit_brand: bool = False,
    ) -> list[Lookalike]:
        """Return at most 40 documents whose name may be taken for this one.

        Those of standing `always` come first and whatever the filters. Who bears the very name is
        left out; who has the same distinctive part counts if of standing `always`, or on demand.
        Raises NoIndex where no usable index stands.
        """
        return lookalikes(self._current_reader(), name, filters, always, admit_brand=admit_brand)

    def wording(self, query: str) -> Wording:
        """Return a query without words of asking and names of areas; raises NoIndex."""
        return wording(self._current_reader(), Query.of(query))

    def _found(self, reader: Reader, asked: Query) -> Tally:
        """Return what answers, by the first way of taking the query that finds anything.

        A page asks the same several times, with other filters or limits.
        """
        last = self._last
        if (last.folder, last.asked) != (reader.folder, asked):
            tally = next(filter(None, _ways(reader, asked)), NOTHING)
            self._last = last = _Last(reader.folder, asked, tally)
        return last.tally

    def _publish(self, generation: Generation) -> None:
        self._generations.publish(generation)
        self._current_reader()
        self._generations.sweep(folders_in_use())

    def _current_reader(self) -> Reader:
        for _ in range(_TRIES):
            current = self._generations.current()
            if current is None:
                break
            with self._opening:
                if self._reader is None or self._reader.folder != current.folder:
                    try:
                        self._reader = Reader(current.folder, self._reader)
                    except Gone:
                        continue
                return self._reader
        raise NoIndex(f"no usable search index in {self._generations.folder}: rebuild it")


class _Last(NamedTuple):
    """What the last query found, of which generation; holds no reader, whose folder would stay."""

    folder: Path
    asked: Query
    tally: Tally


class _Changes(NamedTuple):
    """What a generation of single changes is made of; holds no reader, whose folder would stay."""

    late: list[Entry]  # for the second part; or for the only one, where these have become many
    dropped: list[int]
    first: Path | None  # the first part, where it is shared
    counted: tuple[Callable[[str], int], int] | None


def _changes(reader: Reader, changed: Iterable[Document], gone: Iterable[str]) -> _Changes:
    new = {one.key: one for one in map(entry, changed)}
    replaced, key = new.keys() | set(gone), reader.columns.keys.whole
    first, size = reader.parts[0].columns, reader.parts[0].columns.size
    dropped = [n for n in range(size) if not reader.kept[n] or key(n) in replaced]
    stay = [n for n in range(size, reader.size) if key(n) not in replaced]
    late = [*entries(reader.columns, stay), *new.values()]
    if len(late) + len(dropped) > max(_TAIL_LEAST, size / _TAIL):
        left = np.setdiff1d(np.arange(size), np.array(dropped, np.int64)).tolist()
        return _Changes([*entries(first, left), *late], [], None, None)
    shared = reader.folder / next(iter(reader.by_name))
    return _Changes(late, dropped, shared, (reader.parts[0].frequency, size))


def _write(folder: Path, changes: _Changes) -> None:
    if changes.first is None:
        build(_part(folder, 1), changes.late)
        return
    share(changes.first, folder)
    build(_part(folder, 2), changes.late, None, changes.counted)
    np.save(folder / DROPPED, np.array(changes.dropped, np.uint32), allow_pickle=False)


def _part(folder: Path, place: int) -> Path:
    """Make the folder of a part, named so that no other generation has one of that name."""
    part = folder / f"{PART}{place}-{folder.name}"
    part.mkdir()
    return part


def _ways(reader: Reader, asked: Query) -> Iterator[Tally]:
    if asked.whole.isascii() and asked.whole.isalpha():  # codes have letters, too
        yield found(reader, asked).with_more(spoken(reader, asked))
    yield found(reader, asked)
    words = wording(reader, asked)
    if words.pieces and words.pieces != asked.parts_typed:
        yield _there(reader, words, holding(reader, list(dict.fromkeys(words.pieces))))
    pieces = [address_pieces(part) for part in words.pieces]
    if any(pieces):
        # What is no address must be found, too: a street has others than the one who was meant.
        where = ADDRESSES if all(pieces) else PLACES
        split = [p for part, own in zip(words.pieces, pieces, strict=True) for p in own or [part]]
        yield _there(reader, words, holding(reader, list(dict.fromkeys(split)), where))
    yield spoken(reader, asked)


def _there(reader: Reader, words: Wording, tally: Tally) -> Tally:
    return tally.where(words.standing_there(reader, tally.numbers))


def _similar(reader: Reader, asked: Query, filters: Filters) -> tuple[Tier, Tally]:
    words = wording(reader, asked)
    if spelt := like_codes(reader, words.text or asked.whole, filters):
        return Tier.SIMILAR, spelt.best(MOST)
    if words.text.isascii():
        spelt = misspelt(reader, Query(words.pieces), filters)
        if spelt or sayings(Query(words.pieces)):
            return Tier.SIMILAR, spelt.best(MOST)
    complete, alike = similar(reader, asked, words, filters)
    if complete:
        return Tier.FOUND, complete
    if words.areas and not alike:  # 青禾 may be a name, too
        alike = similar(reader, asked, Wording(asked.parts_typed, ()), filters)[1]
    return Tier.SIMILAR, alike or misspelt(reader, Query(words.pieces), filters).best(MOST)


def _page(reader: Reader, tier: Tier, tally: Tally, after: str | None, limit: int) -> Answer:
    """Return the page that follows `after`: best first, the key deciding among equals."""
    numbers, how = tally.numbers, tally.how
    points = np.rint(tally.scores * _POINTS).astype(np.int64)
    total, limit, key = len(numbers), max(limit, 0), reader.columns.keys.whole
    left = np.ones(total, np.bool_)
    if after is not None:
        last, last_key = _position(after)
        left = points < last
        for at in np.flatnonzero(points == last).tolist():
            left[at] = key(numbers[at]) > last_key
    numbers, points, how = numbers[left], points[left], how[left]
    more = limit < len(numbers)
    if more and limit:
        least = np.partition(points, len(points) - limit)[len(points) - limit]
        numbers, points, how = (
            numbers[points >= least],
            points[points >= least],
            how[points >= least],
        )
    rows = zip((-points).tolist(), map(key, numbers.tolist()), how.tolist(), strict=True)
    ranked = nsmallest(limit, rows)
    hits = tuple(Hit(own, -negative / _POINTS, HOW[by]) for negative, own, by in ranked)
    follows = f"{-ranked[-1][0]}.{ranked[-1][1]}" if more and ranked else None
    return Answer(tier if total else Tier.NONE, total, hits, follows)


def _position(after: str) -> tuple[int, str]:
    points, dot, key = after.partition(".")
    if not dot or not points.isascii() or not points.isdigit() or len(points) > _DIGITS:
        raise ValueError(f"not the next of an answer: {after!r}")
    return int(points), key
