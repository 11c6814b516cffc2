"""A generation from documents: folded, counted, written."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from whoosh.filedb.filestore import FileStorage

from search.documents import Document
from search.lookalike import keys
from search.postings import SCHEMA, BulkCodec, Postings
from search.records import Record, record
from search.telling import distinctive_start, packed, rarity, weights
from search.terms import code_terms, near_pairs, text_terms

REPORT_EVERY = 500


def build(
    folder: Path, documents: Iterable[Document], progress: Callable[[int], None] | None
) -> None:
    """Write an index of the documents into an empty folder.

    `progress` is told how many documents are taken in: after every 500 and at the end.
    """
    postings, records = Postings(), list[Record]()
    for number, document in enumerate(documents):
        if progress and number and number % REPORT_EVERY == 0:
            progress(number)
        records.append(record(document))
        postings.add(number, _terms(records[-1]))
    if progress:
        progress(len(records))
    _write(folder, records, postings)


def _terms(kept: Record) -> set[str]:
    names, addresses = kept.names.split("\n"), kept.addresses.split("\n")
    terms = set[str]().union(*map(text_terms, names), *map(text_terms, addresses))
    terms = terms.union(*map(near_pairs, names), *map(keys, names))
    return terms.union(*map(code_terms, kept.codes.split("\n")))


def _write(folder: Path, records: list[Record], postings: Postings) -> None:
    @cache
    def rarity_of(pair: str) -> float:
        return rarity(pair, postings.frequency(pair), len(records))

    writer = FileStorage(str(folder)).create_index(SCHEMA).writer(codec=BulkCodec())
    writer.pool = postings
    for kept in records:
        telling = [weights(name, rarity_of) for name in kept.names.split("\n")]
        ready = kept._replace(
            start=distinctive_start(telling[0]), telling="\n".join(map(packed, telling))
        )
        writer.add_document(record=tuple(ready))
    writer.commit()
    for lock in folder.glob("*LOCK"):  # of no use to a generation that never changes
        lock.unlink()
