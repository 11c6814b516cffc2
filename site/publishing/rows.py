"""What comes out of a sheet: one row of a white or a black list."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ListKind(StrEnum):
    """The two lists, and what institutions must show on the wall."""

    WHITE = "white"
    BLACK = "black"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class ListRow:
    """A clean row of either list; None where the list has no such column or the cell says nothing.

    `row` is what Excel shows at the left; in a text file, the number of the record.
    `status`: white, suspended, closed, rectifying, black, removed, withdrawn, term_over.
    """

    sheet: str
    row: int
    name: str | None = None
    former_names: tuple[str, ...] = ()
    uscc: str | None = None
    licence: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    address: str | None = None
    nature: str | None = None
    stages: str | None = None
    kinds: tuple[str, ...] = ()  # the main one first
    content: str | None = None
    department: str | None = None
    co_department: str | None = None
    town: str | None = None
    status: str = "white"
    reason: str | None = None
    basis: str | None = None
    decision: str | None = None
    authority: str | None = None
    notified: date | None = None  # told of reason and ground, and heard, before it was listed
    listed: date | None = None
    term: str | None = None
    until: date | None = None
    removed: date | None = None
    outcome: str | None = None  # None when it holds personal data
    reply: str | None = None  # what the institution says to the act, in its own words
    replied: date | None = None
    issues: tuple[str, ...] = ()  # codes of findings.RULES in their order
