"""Which documents hold a term: gathered in memory, written to and read from Whoosh whole.

Whoosh's own writer takes a posting at a time and needs three times as long for the same files.
This leans on the inside of Whoosh 2.7.4, which is pinned and will not change any more.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3LeafMatcher
from whoosh.reading import TermNotFound
from whoosh.system import pack_ushort

FIELD = "terms"
Numbers: TypeAlias = "array[int]"  # a string because only Python 3.12 can subscript it
_BLOCK = 1 << 31  # postings to a block: all of them, since lists are only ever read whole


class Terms(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field of ready-made terms, without positions, counts or lengths."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)


SCHEMA = fields.Schema(**{FIELD: Terms()})


class Postings:
    """The documents of every term, in the place of Whoosh's posting pool."""

    def __init__(self) -> None:
        self._documents: defaultdict[str, Numbers] = defaultdict(lambda: array("I"))

    def add(self, number: int, terms: Iterable[str]) -> None:
        """Note that a document holds the terms; numbers must come in rising order."""
        for term in terms:
            self._documents[term].append(number)

    def frequency(self, term: str) -> int:
        """Return how many documents hold the term."""
        return len(self._documents.get(term, ()))

    def iter_postings(self) -> Iterator[tuple[bytes, Numbers]]:
        """Yield the lists in the order of the terms' bytes, as Whoosh wants them."""
        yield from sorted((term.encode(), numbers) for term, numbers in self._documents.items())

    def cleanup(self) -> None:
        """Whoosh calls this when the lists are written."""
        self._documents.clear()


class BulkCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """The standard file format; only the writing differs, so the standard reader reads it."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=_BLOCK, compression=0)

    def field_writer(self, storage: Any, segment: Any) -> "_BulkWriter":
        """Return the writer for the one field."""
        return _BulkWriter(self, storage, segment)


class _BulkWriter(W3FieldWriter):  # type: ignore[misc]  # Whoosh has no types
    def add_postings(
        self, schema: Any, lengths: None, items: Iterable[tuple[bytes, Numbers]]
    ) -> None:
        self.start_field(FIELD, schema[FIELD])
        field = pack_ushort(self._fieldid)
        of_one: dict[int, bytes] = {}  # most lists have one document, and those of one are the same
        for term, numbers in items:
            only = numbers[0] if len(numbers) == 1 else None
            entry = of_one.get(only) if only is not None else None
            if entry is None:
                entry = self._written(term, numbers)
                if only is not None:
                    of_one[only] = entry
            self._tindex.add(field + term, entry)
        self.finish_field()

    def _written(self, term: bytes, numbers: Numbers) -> bytes:
        """Write a posting list; return what its term's entry says of it."""
        self.start_term(term)
        block = self._postwriter
        block._ids, block._maxweight = numbers, 1.0
        block._weights = array("f", (1.0,)) * len(numbers)
        entry: bytes = block.finish_postings().to_bytes()
        return entry


class Entry(NamedTuple):
    """What an index says of a term: how many documents hold it, and where their list stands."""

    frequency: int
    place: int  # in the file of the lists; of a list of one, its document


ABSENT = Entry(0, 0)


def entry_of(reader: Any, term: str) -> Entry:
    """Look a term up in a reader of Whoosh's; ABSENT for one that nothing holds."""
    try:
        info = reader.term_info(FIELD, term.encode())
    except TermNotFound:
        return ABSENT
    frequency = info.doc_frequency()
    return Entry(frequency, info.min_id() if frequency == 1 else info.extent()[0])


def numbers_of(reader: Any, entry: Entry) -> NDArray[np.uint32]:
    """Return the numbers of all documents under a term that was looked up there, rising.

    Whoosh would look the term up again and go through the list one by one, in twenty times the
    time. Not for two threads at once: it goes to and fro in a file.
    """
    if entry.frequency < 2:
        return np.full(entry.frequency, entry.place, np.uint32)
    matcher = W3LeafMatcher(reader._terms._postfile, entry.place, None, SCHEMA[FIELD].format)
    matcher._read_data()
    # By way of an array: NumPy takes three times as long over a tuple.
    return np.frombuffer(array("I", matcher._data[0]), np.uint32).cumsum(dtype=np.uint32)
