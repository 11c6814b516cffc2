"""What was asked, folded."""

from dataclasses import dataclass

from search.addresses import standard_address
from search.analysis import parts


@dataclass(frozen=True, slots=True)
class Query:
    """The parts of a query, each of which must be found, and all of it in one piece."""

    parts: tuple[str, ...]
    whole: str

    @classmethod
    def of(cls, typed: str) -> "Query":
        """Fold what was typed; without letters and digits in it there are no parts."""
        pieces = parts(typed)
        return cls(tuple(dict.fromkeys(pieces)), "".join(pieces))

    @property
    def as_address(self) -> "Query":
        """Return the query with floors and buildings written the standard way."""
        return Query(
            tuple(dict.fromkeys(map(standard_address, self.parts))), standard_address(self.whole)
        )

    @property
    def in_one_piece(self) -> bool:
        """Return whether nothing splits it; "1 1" is split though its parts are one."""
        return self.parts == (self.whole,)
