"""A row on its way to the list: its values so far, what was noticed, and where."""

import re
from dataclasses import dataclass, field
from datetime import date

from publishing.cells import BLANKS, tidy
from publishing.columns import Column
from publishing.grids import Value
from publishing.offices import Offices
from publishing.persons import has_personal_data
from publishing.rows import ListRow
from publishing.tables import Record

LONGEST_REPLY = 500  # characters: a right of reply, not a page of its own
_SEQ = re.compile("[0-9]{1,6}")
_NO_TEXT = {Column.SEQ, Column.USCC, Column.LICENCE, Column.ACCOUNT}


class Issues:
    """The codes noticed in a row, each once, with the column it was noticed in."""

    def __init__(self) -> None:
        self.columns: dict[str, str] = {}

    def add(self, code: str | None, column: str = "") -> None:
        """Note a code; None is none."""
        if code is not None:
            self.columns.setdefault(code, column)

    def __contains__(self, code: str) -> bool:
        return code in self.columns


@dataclass(slots=True)
class Draft:
    """A clean row before it was compared with the others."""

    row: ListRow
    issues: Issues
    seq: str  # the number the list itself gives the row, if it does
    raw: tuple[Value, ...]
    repeats: "Draft | None" = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What one row cannot know by itself."""

    area_code: str
    as_of: date | None
    offices: Offices


def draft_of(record: Record, row: ListRow, issues: Issues) -> Draft:
    """Return the draft of a record that was read into a row."""
    values = (value for column, value in record.values.items() if column is not Column.SEQ)
    seq = record.text(Column.SEQ).strip()
    return Draft(row, issues, seq if _SEQ.fullmatch(seq) else "", tuple(values))


def issues_of(record: Record) -> Issues:
    """Return what can be noticed in any record, whatever its columns mean."""
    issues = Issues()
    if record.hidden:
        issues.add("hidden_row")
    for column in record.dittos:
        issues.add("ditto", column)
    for column in record.errors:
        issues.add("cell_error", column)
    texts = {c: v for c, v in record.values.items() if isinstance(v, str) and c not in _NO_TEXT}
    whole = "\n".join(texts.values())
    if "\ufffd" in whole:
        issues.add("garbled", next(c for c, text in texts.items() if "\ufffd" in text))
    if has_personal_data(whole):
        found = next((c for c, text in texts.items() if has_personal_data(text)), "")
        issues.add("personal_data", found)
    return issues


def said(text: str | None) -> str | None:
    """Return the text, or None for what stands for nothing: / — 无 暂无."""
    return None if text is None or BLANKS.fullmatch(text) else text


def tidied(record: Record, column: Column) -> str | None:
    """Return a cell's words as published."""
    return said(tidy(record.values.get(column)))


def reply_of(record: Record, issues: Issues) -> str | None:
    """Return what the institution says to the act; one that is too long is not cut but left out."""
    reply = tidied(record, Column.REPLY)
    if reply and len(reply) > LONGEST_REPLY:
        issues.add("reply_long", Column.REPLY)
        return None
    return reply
