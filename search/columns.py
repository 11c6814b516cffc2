"""What the documents of an index say, column by column, so that many are looked at in one go.

The files are plain: UTF-8 lines and one `.npz` of arrays. A number is a document's place in the
order of building; arrays over documents have one entry each.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise, repeat
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.uint32]
Mask: TypeAlias = NDArray[np.bool_]
Arrays: TypeAlias = dict[str, NDArray[Any]]
Weights: TypeAlias = NDArray[np.uint8]
Vocabulary: TypeAlias = list[tuple[str, ...]]


class Hits(NamedTuple):
    """Where a text stands: the document, the place in its line, the length of that line."""

    numbers: Numbers
    places: Numbers
    lengths: Numbers


class Lines:
    """One field as folded text: a document has none, one or more lines of it."""

    def __init__(self, text: str, starts: Numbers, owners: Numbers, size: int) -> None:
        self.text = text  # every line ends with a line feed, which folded text never holds
        self.starts = starts  # of every line in the text; one more for its end
        self.owners = owners  # of every line, rising
        self._first = np.searchsorted(owners, np.arange(size + 1)).astype(np.uint32)

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Self:
        """Return the column of these documents' lines."""
        lines = list(chain.from_iterable(documents))
        starts = np.zeros(len(lines) + 1, np.uint32)
        np.cumsum([len(line) + 1 for line in lines], out=starts[1:])
        owners = np.repeat(
            np.arange(len(documents), dtype=np.uint32), [len(own) for own in documents]
        )
        return cls("".join(f"{line}\n" for line in lines), starts, owners, len(documents))

    @classmethod
    def joined(cls, columns: Sequence["Lines"]) -> "Lines":
        """Return several columns as one, numbers going on from one to the next."""
        if len(columns) == 1:
            return columns[0]
        starts, owners, characters, size = [], [], 0, 0
        for column in columns:
            starts.append(column.starts[:-1] + np.uint32(characters))
            owners.append(column.owners + np.uint32(size))
            characters += len(column.text)
            size += len(column)
        starts.append(np.array([characters], np.uint32))
        text = "".join(column.text for column in columns)
        return cls(text, np.concatenate(starts), np.concatenate(owners), size)

    def __len__(self) -> int:
        return len(self._first) - 1

    def of_document(self, number: int) -> list[str]:
        """Return the lines of one document."""
        return [self.text[start:end] for start, end in self.spans(number)]

    def whole(self, number: int) -> str:
        """Return the only line of a document."""
        first = self._first[number]
        return self.text[int(self.starts[first]) : int(self.starts[first + 1]) - 1]

    def spans(self, number: int) -> list[tuple[int, int]]:
        """Return where each line of a document begins and ends in the text."""
        bounds = self.starts[self._first[number] : self._first[number + 1] + 1].tolist()
        return [(start, end - 1) for start, end in pairwise(bounds)]

    def among(self, wanted: str, numbers: Numbers) -> Hits:
        """Return the first place of a text in each of these documents that hold it."""
        begin = self.starts[self._first[numbers]].tolist()
        end = self.starts[self._first[numbers + np.uint32(1)]].tolist()
        found = np.fromiter(map(self.text.find, repeat(wanted), begin, end), np.int64)
        return self._hits(found[found >= 0].astype(np.uint32))

    def everywhere(self, wanted: str) -> Hits:
        """Return every place of a text, reading the whole column."""
        # By the lengths of what is between them: three times as quick as going through them.
        between, length = self.text.split(wanted), np.uint32(len(wanted))
        lengths = np.fromiter(map(len, between), np.uint32)[:-1]
        return self._hits(np.cumsum(lengths + length, dtype=np.uint32) - length)

    def _hits(self, at: Numbers) -> Hits:
        lines = np.searchsorted(self.starts, at, side="right") - 1
        starts = self.starts[lines]
        return Hits(
            self.owners[lines],
            at - starts,
            self.starts[lines + 1] - starts - np.uint32(1),
        )


class Labels:
    """One closed set of values a document has: areas, kinds, standing; few among many documents."""

    def __init__(self, vocabulary: Vocabulary, index: Numbers) -> None:
        self.vocabulary, self.index = vocabulary, index

    @classmethod
    def made(cls, documents: Iterable[tuple[str, ...]]) -> Self:
        """Return the column of these documents' values."""
        known: dict[tuple[str, ...], int] = {}
        index = [known.setdefault(values, len(known)) for values in documents]
        return cls(list(known), np.array(index, np.uint32))

    @classmethod
    def joined(cls, columns: Sequence["Labels"]) -> "Labels":
        """Return several columns as one, numbers going on from one to the next."""
        if len(columns) == 1:
            return columns[0]
        known: dict[tuple[str, ...], int] = {}
        parts = [
            np.array([known.setdefault(v, len(known)) for v in c.vocabulary] or [0], np.uint32)[
                c.index
            ]
            for c in columns
        ]
        return cls(list(known), np.concatenate(parts))

    def of(self, number: int) -> tuple[str, ...]:
        """Return the values of one document."""
        return self.vocabulary[int(self.index[number])]

    def among(self, numbers: Numbers, wanted: Callable[[tuple[str, ...]], bool]) -> Mask:
        """Return for each of these documents whether its values are wanted."""
        return np.array([wanted(values) for values in self.vocabulary] or [False])[
            self.index[numbers]
        ]

    def counts(self, numbers: Numbers) -> dict[str, int]:
        """Return how many of these documents have each value; those that none has are left out."""
        counted = np.bincount(self.index[numbers], minlength=len(self.vocabulary))
        found: dict[str, int] = {}
        for values, count in zip(self.vocabulary, counted.tolist(), strict=True):
            for value in values if count else ():
                found[value] = found.get(value, 0) + count
        return found


class Columns(NamedTuple):
    """All columns of some documents. The name is the first line of `names`, others are former."""

    keys: Lines
    names: Lines
    formers: Lines
    addresses: Lines  # as published, and in the standard way where that is another
    codes: Lines
    area: Labels
    kinds: Labels
    standing: Labels
    places: Labels  # names of the areas it stands in
    starts: Weights  # where the distinctive part of the name begins
    telling: Weights  # for each character of `names`: how telling it is, 0 to 9
    formers_telling: Weights  # the same for `formers`
    asides: Weights  # for each document, where the brackets in its name begin and end; 0, 0

    @property
    def size(self) -> int:
        """How many documents there are."""
        return len(self.keys)

    def forms(self, number: int) -> Iterator[tuple[str, Weights]]:
        """Yield a document's name, the name without what stands in brackets, and former names.

        Each with how telling its characters are.
        """
        for lines, telling in ((self.names, self.telling), (self.formers, self.formers_telling)):
            for start, end in lines.spans(number):
                name, weights = lines.text[start:end], telling[start:end]
                yield name, weights
                if lines is self.names and self.asides[number, 1]:
                    aside, on = self.asides[number].tolist()
                    yield name[:aside] + name[on:], np.delete(weights, slice(aside, on))

    def save(self, folder: Path) -> None:
        """Write the columns into a folder."""
        arrays: Arrays = {}
        for name, column in self._asdict().items():
            if isinstance(column, np.ndarray):
                arrays[name] = column
                continue
            if isinstance(column, Labels):
                arrays[f"{name}.index"] = column.index
                column = Lines.of(column.vocabulary)
            # Not strictly: a lone surrogate that somebody published must not stop the index.
            (folder / f"{name}.txt").write_bytes(column.text.encode("utf-8", "surrogatepass"))
            arrays |= {f"{name}.starts": column.starts, f"{name}.owners": column.owners}
            arrays[f"{name}.size"] = np.array(len(column))
        np.savez(folder / "columns.npz", allow_pickle=False, **arrays)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; raises FileNotFoundError where it is gone."""
        with np.load(folder / "columns.npz", allow_pickle=False) as stored:
            arrays: Arrays = dict(stored)

        def lines(name: str) -> Lines:
            text = (folder / f"{name}.txt").read_bytes().decode("utf-8", "surrogatepass")
            starts, owners, size = (arrays[f"{name}.{of}"] for of in ("starts", "owners", "size"))
            return Lines(text, starts, owners, int(size))

        def labels(name: str) -> Labels:
            words = lines(name)
            vocabulary = [tuple(words.of_document(number)) for number in range(len(words))]
            return Labels(vocabulary, arrays[f"{name}.index"])

        columns: list[Any] = [
            *map(lines, ("keys", "names", "formers", "addresses", "codes")),
            *map(labels, ("area", "kinds", "standing", "places")),
            *(arrays[name] for name in ("starts", "telling", "formers_telling", "asides")),
        ]
        return cls(*columns)

    @classmethod
    def joined(cls, parts: Sequence["Columns"]) -> "Columns":
        """Return several parts as one, numbers going on from one to the next."""
        if len(parts) == 1:
            return parts[0]
        columns: list[Any] = [
            np.concatenate(same) if isinstance(same[0], np.ndarray) else same[0].joined(same)
            for same in zip(*map(_any, parts), strict=True)
        ]
        return cls(*columns)


def _any(columns: Columns) -> tuple[Any, ...]:
    return columns
