"""A document as the index keeps it: folded, with what searching needs to know ready."""

from typing import NamedTuple

from search.addresses import standard_address
from search.analysis import fold
from search.documents import Document, Filters


class Record(NamedTuple):
    """Several names, addresses or codes stand one to a line: no match reaches over a line end."""

    key: str
    name: str
    former_names: str
    addresses: str  # as published, and in the standard way where that is another
    codes: str
    area: str
    kinds: tuple[str, ...]
    standing: str
    start: int = 0  # of the distinctive part of the name
    telling: str = ""  # a digit for each character of `names`: how telling it is

    @property
    def names(self) -> str:
        """Return the name and the former ones."""
        return f"{self.name}\n{self.former_names}" if self.former_names else self.name

    def admitted(self, area_prefix: str, filters: Filters) -> bool:
        """Return whether the record is what the filters ask for."""
        return (
            self.area.startswith(area_prefix)
            and (not filters.kind or filters.kind in self.kinds)
            and (not filters.standing or filters.standing == self.standing)
        )


def record(document: Document) -> Record:
    """Fold a document; how telling its characters are is known only once all are counted."""
    return Record(
        key=document.key,
        name=fold(document.name),
        former_names=_lines(document.former_names),
        addresses=_lines((*document.addresses, *map(standard_address, document.addresses))),
        codes=_lines(document.codes),
        area=document.area,
        kinds=document.kinds,
        standing=document.standing,
    )


def _lines(texts: tuple[str, ...]) -> str:
    return "\n".join(dict.fromkeys(filter(None, map(fold, texts))))
