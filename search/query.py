"""What was asked, folded."""

from dataclasses import dataclass

from search.addresses import standard_address
from search.analysis import parts


@dataclass(frozen=True, slots=True)
class Query:
    """The parts of a query, each of which must be found, and all of it in one piece."""

    parts_typed: tuple[str, ...]  # in their order

    @classmethod
    def of(cls, typed: str) -> "Query":
        """Fold what was typed; without letters and digits in it there are no parts."""
        return cls(parts(typed))

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts, each once."""
        return tuple(dict.fromkeys(self.parts_typed))

    @property
    def whole(self) -> str:
        """All of it in one piece."""
        return "".join(self.parts_typed)

    @property
    def as_address(self) -> "Query":
        """Return the query with floors and buildings written the standard way."""
        return Query(tuple(map(standard_address, self.parts_typed)))

    @property
    def in_one_piece(self) -> bool:
        """Return whether nothing splits it; "1 1" is split though its parts are one."""
        return len(self.parts_typed) == 1
