"""The index that others hold: rebuild it, change it, search it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from heapq import nsmallest
from pathlib import Path
from threading import Lock

import numpy as np

from search.addresses import address_pieces
from search.building import build, entries, entry
from search.columns import Mask, Numbers
from search.documents import Answer, Document, Filters, Hit, Tier
from search.filtering import admitted, facets
from search.finding import ADDRESSES, found, holding
from search.generations import Generation, Generations, NoIndex, share
from search.lookalike import Lookalike, lookalikes
from search.misspelt import misspelt
from search.query import Query
from search.ranking import HOW, Tally
from search.reading import DROPPED, PART, Gone, Reader, folders_in_use
from search.similar import best, like_codes, similar
from search.spoken import spoken
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
            reader = self._current_reader()
            if (self.revision or revision) > revision:
                return
            new = {one.key: one for one in map(entry, changed)}
            replaced = new.keys() | set(gone)
            first = reader.parts[0].columns
            dropped = [
                n
                for n in range(first.size)
                if not reader.kept[n] or first.keys.whole(n) in replaced
            ]
            tail = range(first.size, reader.size)
            stays = [n for n in tail if reader.columns.keys.whole(n) not in replaced]
            late = (*entries(reader.columns, stays), *new.values())
            with self._generations.fresh() as folder:
                if len(late) + len(dropped) > max(_TAIL_LEAST, first.size / _TAIL):
                    left = np.setdiff1d(np.arange(first.size), np.array(dropped, np.int64))
                    build(_part(folder, 1), (*entries(first, left.tolist()), *late))
                else:
                    share(reader.folder / next(iter(reader.by_name)), folder)
                    known = (reader.parts[0].frequency, first.size)
                    build(_part(folder, 2), late, None, known)
                    np.save(folder / DROPPED, np.array(dropped, np.uint32), allow_pickle=False)
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
        wanted = admitted(reader.columns, filters)
        tier, tally = Tier.FOUND, _found(reader, asked)
        everywhere = numbers = tally.numbers
        shown = numbers[wanted[numbers]]
        if not len(shown):
            tier, tally = _similar(reader, asked, wanted)
            shown = tally.numbers
            numbers = numbers if len(numbers) else shown
        return replace(
            _page(reader, tier, tally, shown, after, limit),
            filtered_out=0 if tier is Tier.FOUND else len(everywhere),
            facets=facets(reader.columns, filters, numbers),
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


def _part(folder: Path, place: int) -> Path:
    """Make the folder of a part, named so that no other generation has one of that name."""
    part = folder / f"{PART}{place}-{folder.name}"
    part.mkdir()
    return part


def _found(reader: Reader, asked: Query) -> Tally:
    """Return what answers, by the first way of reading the query that finds anything."""
    if tally := found(reader, asked):
        return tally
    words = wording(reader, asked)
    if words.pieces and words.pieces != asked.parts_typed:
        tally = holding(reader, list(dict.fromkeys(words.pieces)))
        tally.keep(words.standing_there(reader))
        if tally:
            return tally
    if address := [piece for part in words.pieces for piece in address_pieces(part)]:
        tally = holding(reader, list(dict.fromkeys(address)), ADDRESSES)
        tally.keep(words.standing_there(reader))
        if tally:
            return tally
    return spoken(reader, asked)


def _similar(reader: Reader, asked: Query, wanted: Mask) -> tuple[Tier, Tally]:
    words = wording(reader, asked)
    complete, alike = similar(reader, words, wanted)
    if complete:
        return Tier.FOUND, complete
    if words.areas and not alike:  # 青禾 may be a name, too
        alike = similar(reader, Wording(asked.parts_typed, ()), wanted)[1]
    if words.text.isascii() or not alike:
        alike.add(misspelt(reader, Query(words.pieces), wanted))
    return Tier.SIMILAR, best(alike or like_codes(reader, asked.whole, wanted))


def _page(
    reader: Reader, tier: Tier, tally: Tally, numbers: Numbers, after: str | None, limit: int
) -> Answer:
    """Return the page that follows `after`: best first, the key deciding among equals."""
    points = np.rint(tally.scores[numbers] * _POINTS).astype(np.int64)
    total, limit, key = len(numbers), max(limit, 0), reader.columns.keys.whole
    left = np.ones(total, np.bool_)
    if after is not None:
        last, last_key = _position(after)
        left = points < last
        for at in np.flatnonzero(points == last).tolist():
            left[at] = key(numbers[at]) > last_key
    numbers, points = numbers[left], points[left]
    if 0 < limit < len(numbers):
        least = np.partition(points, len(points) - limit)[len(points) - limit]
        numbers, points, more = numbers[points >= least], points[points >= least], True
    else:
        more = limit < len(numbers)
    ranked = nsmallest(limit, zip((-points).tolist(), map(key, numbers), numbers, strict=True))
    hits = tuple(
        Hit(own, -negative / _POINTS, HOW[tally.how[number]]) for negative, own, number in ranked
    )
    follows = f"{-ranked[-1][0]}.{ranked[-1][1]}" if more and ranked else None
    return Answer(tier if total else Tier.NONE, total, hits, follows)


def _position(after: str) -> tuple[int, str]:
    points, dot, key = after.partition(".")
    if not dot or not points.isascii() or not points.isdigit() or len(points) > _DIGITS:
        raise ValueError(f"not the next of an answer: {after!r}")
    return int(points), key
