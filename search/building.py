"""A part of an index from documents: folded, counted, written."""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from whoosh.filedb.filestore import FileStorage

from search.addresses import standard_address
from search.analysis import code_form, fold
from search.areas import short_forms
from search.brand import brand_of
from search.columns import Columns, Labels, Lines, Weights
from search.documents import Document
from search.lookalike import keys
from search.postings import SCHEMA, BulkCodec, Postings
from search.telling import distinctive_start, rarity, weights
from search.terms import code_terms, initial_terms, near_pairs, sound_terms, text_terms

REPORT_EVERY = 500
_BRACKET = re.compile(r"[(（\[［【〔][^)）\]］】〕]*[)）\]］】〕]")  # 晨曦（临江）美术培训中心
Progress = Callable[[int], None]
Frequency = Callable[[str], int]


class Entry(NamedTuple):
    """A document as the index keeps it."""

    key: str
    name: str
    aside: tuple[int, int]  # where what stands in brackets begins and ends in the name
    formers: tuple[str, ...]
    addresses: tuple[str, ...]  # as published, and in the standard way where that is another
    codes: tuple[str, ...]
    area: tuple[str, ...]
    kinds: tuple[str, ...]
    standing: tuple[str, ...]
    places: tuple[str, ...]


def entry(document: Document) -> Entry:
    """Fold a document."""
    return Entry(
        key=document.key,
        name=fold(document.name),
        aside=_aside(document.name),
        formers=_lines(map(fold, document.former_names)),
        addresses=_lines(
            (*map(fold, document.addresses), *map(standard_address, document.addresses))
        ),
        codes=_lines(map(code_form, map(fold, document.codes))),
        area=(document.area,),
        kinds=document.kinds,
        standing=(document.standing,),
        places=_lines(map(fold, document.places)),
    )


def entries(columns: Columns, numbers: Iterable[int]) -> Iterator[Entry]:
    """Yield documents from the columns of an index, as they went in."""
    for n in numbers:
        yield Entry(
            columns.keys.whole(n),
            columns.names.whole(n),
            (int(columns.asides[n, 0]), int(columns.asides[n, 1])),
            *(tuple(c.of_document(n)) for c in (columns.formers, columns.addresses, columns.codes)),
            *(
                labels.of(n)
                for labels in (columns.area, columns.kinds, columns.standing, columns.places)
            ),
        )


def build(
    folder: Path,
    taken: Iterable[Entry],
    progress: Progress | None = None,
    known: tuple[Frequency, int] | None = None,
) -> None:
    """Write a part of an index into an empty folder.

    `progress` is told how many documents are taken in: after every 500 and at the end. `known` says
    how many of how many documents hold a pair, where that is not to be counted among these.
    """
    postings, kept = Postings(), list[Entry]()
    for number, one in enumerate(taken):
        if progress and number and number % REPORT_EVERY == 0:
            progress(number)
        kept.append(one)
        postings.add(number, _terms(one))
    if progress:
        progress(len(kept))
    frequency, documents = known or (postings.frequency, len(kept))
    _columns(kept, _telling(frequency, documents)).save(folder)
    _write(folder, len(kept), postings)


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))


def _aside(name: str) -> tuple[int, int]:
    bracket = _BRACKET.search(name)
    start, end = (len(fold(name[:at])) for at in bracket.span()) if bracket else (0, 0)
    return (start, end) if 0 < start < end < min(len(fold(name)), 255) else (0, 0)


def _terms(one: Entry) -> set[str]:
    start, end = one.aside
    names = {one.name, one.name[:start] + one.name[end:], *one.formers}
    terms = set[str]().union(*map(text_terms, names), *map(text_terms, one.addresses))
    terms = terms.union(*map(near_pairs, names), *map(code_terms, one.codes))
    for name in names:
        start = max(brand_of(name).start, _place_end(name, one.places))
        terms |= keys(name) | sound_terms(name, start) | initial_terms(name[start:])
        terms |= initial_terms(name)
    return terms


def _telling(frequency: Frequency, documents: int) -> Callable[[str], list[float]]:
    @cache
    def rarity_of(pair: str) -> float:
        return rarity(pair, frequency(pair), documents)

    return lambda run: weights(run, rarity_of)


def _columns(kept: list[Entry], telling: Callable[[str], list[float]]) -> Columns:
    of_names = [_without_place(telling(one.name), one.name, one.places) for one in kept]
    return Columns(
        keys=Lines.of([(one.key,) for one in kept]),
        names=Lines.of([(one.name,) for one in kept]),
        formers=Lines.of([one.formers for one in kept]),
        addresses=Lines.of([one.addresses for one in kept]),
        codes=Lines.of([one.codes for one in kept]),
        area=Labels.made(one.area for one in kept),
        kinds=Labels.made(one.kinds for one in kept),
        standing=Labels.made(one.standing for one in kept),
        places=Labels.made(one.places for one in kept),
        starts=np.array([min(distinctive_start(w), 255) for w in of_names], np.uint8),
        telling=_packed(of_names),
        asides=np.array([one.aside for one in kept], np.uint8).reshape(-1, 2),
        formers_telling=_packed(
            _without_place(telling(line), line, one.places) for one in kept for line in one.formers
        ),
    )


def _without_place(values: list[float], name: str, places: Iterable[str]) -> list[float]:
    """Return the weights with those of the areas' names in front taken away."""
    end = _place_end(name, places)
    return [0.0] * end + values[end:]


def _place_end(name: str, places: Iterable[str]) -> int:
    """Return where the names of areas in front of a name end; 0 where it has nothing else."""
    end = 0
    for place in places:
        end += next((len(form) for form in short_forms(place) if name.startswith(form, end)), 0)
    return end if end < len(name) else 0


def _packed(lines: Iterable[list[float]]) -> Weights:
    """Return a digit for each character of lines, and one for the end of each."""
    packed = array("B")
    for values in lines:
        packed.extend(round(value * 9) for value in values)
        packed.append(0)
    return np.frombuffer(packed, np.uint8) if packed else np.zeros(0, np.uint8)


def _write(folder: Path, documents: int, postings: Postings) -> None:
    writer = FileStorage(str(folder)).create_index(SCHEMA).writer(codec=BulkCodec())
    writer.pool = postings
    for _ in range(documents):
        writer.add_document()
    writer.commit()
    for lock in folder.glob("*LOCK"):  # of no use to a part that never changes
        lock.unlink()
