"""The rows that findings speak of, as the officer wrote them and as they were understood."""

from collections.abc import Iterable, Iterator
from typing import Any

from publishing.cells import as_text
from publishing.columns import Column
from publishing.findings import Finding, Severity
from publishing.grids import Grid
from publishing.planning import Part
from publishing.rows import ListKind, ListRow
from publishing.sheet import Reading
from publishing.tables import Table, find_table
from publishing.wall import WORDS

_SEVERITIES = tuple(Severity)
_MOST = 2000  # rows of a sheet; an officer with more is looking for another fault
_LONGEST = 200  # characters of a cell
_FIELDS = {
    Column.NAME: "name", Column.USCC: "uscc", Column.LICENCE: "licence", Column.ADDRESS: "address",
    Column.VALID_FROM: "valid_from", Column.VALID_TO: "valid_to", Column.NATURE: "nature",
    Column.STAGES: "stages", Column.KIND: "kinds", Column.CONTENT: "content",
    Column.DEPARTMENT: "department", Column.LISTED: "listed", Column.TERM: "term",
    Column.REMOVED: "removed", Column.UNTIL: "until",
}  # fmt: skip


def excerpts(part: Part, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return place → cells [[heading, text]] and understood {heading: text} of the rows named."""
    worst_first = sorted(findings, key=lambda each: _SEVERITIES.index(each.severity))
    named = dict.fromkeys((each.sheet, each.row) for each in worst_first if each.row)
    wanted = set(list(named)[:_MOST])
    rows = (row for row in _rows(part) if (row.sheet, row.row) in wanted)
    understood = {(row.sheet, row.row): _understood(row) for row in rows}
    found = {}
    for table in part.parsed.tables if wanted else ():
        asked = {row for tab, row in wanted if tab == table.grid.name}
        for row in (row for row in table.grid.rows if row.number in asked):
            at = (table.grid.name, row.number)
            cells = [
                [column.value, as_text(row.values[place])[:_LONGEST]]
                for column, place in table.header.places.items()
                if place < len(row.values)
            ]
            found[place_of(*at)] = {"cells": cells, "understood": understood.get(at, {})}
    return found


def place_of(tab: str, row: int) -> str:
    """Return the key of a row."""
    return f"{row} {tab}"


def tables_of(grids: Iterable[Grid], list_kind: ListKind) -> Iterator[Table]:
    """Yield the tables of a file that was read before."""
    for grid in grids:
        of_wall = list_kind is ListKind.INFO
        table = (find_table(grid, WORDS) if of_wall else find_table(grid)) if grid.rows else None
        if table is not None and not grid.hidden:
            yield table


def _rows(part: Part) -> Iterable[ListRow]:
    return part.parsed.rows if isinstance(part.parsed, Reading) else ()


def _understood(row: ListRow) -> dict[str, str]:
    return {column.value: _text(getattr(row, name)) for column, name in _FIELDS.items()}


def _text(value: object) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value or "")
