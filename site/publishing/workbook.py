"""The officer's own file back, as a workbook with a comment on every cell that has a finding.

Of a large file a list of the findings instead, made in a moment: to write 100,000 rows again takes
longer than anybody waits, and Excel labours under thousands of comments.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterable

import xlsxwriter

from publishing.cells import as_text
from publishing.columns import Column
from publishing.excerpts import tables_of
from publishing.findings import MARKS, Severity
from publishing.grids import Grid, GridRow
from publishing.models import Sheet, SheetFinding
from publishing.planning import order_of
from publishing.reading import read_grids
from publishing.tables import Table

# Nothing is spooled to disk, no cell is run or linked.
_BOOK = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FILLS = {Severity.BLOCK: "#f3c6c4", Severity.ASK: "#faf0dc", Severity.INFO: "#e4edf3"}
_WORST = tuple(Severity)
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31  # of a worksheet, in Excel
_LONGEST_CELL = 32_767
_MOST_ROWS = 10_000  # about three seconds
_HEADINGS = ("工作表", "行", "列", "分类", "问题")

Cell = tuple[int, int]


def is_commented(sheet: Sheet) -> bool:
    """Tell whether a sheet comes back with comments; a larger one as a list of its findings."""
    return sheet.row_count <= _MOST_ROWS


def findings_workbook(sheet: Sheet, findings: Iterable[SheetFinding]) -> bytes:
    """Return the workbook; raises UnreadableFile."""
    return _commented(sheet, findings) if is_commented(sheet) else _list(findings)


def _list(findings: Iterable[SheetFinding]) -> bytes:
    binary = io.BytesIO()
    with xlsxwriter.Workbook(binary, _BOOK) as book:
        page = book.add_worksheet("问题")
        page.freeze_panes(1, 0)
        page.set_column(4, 4, 80)
        page.write_row(0, 0, _HEADINGS, book.add_format({"bold": True}))
        row = 0
        for row, each in enumerate(findings, start=1):
            mark = MARKS[each.severity]
            page.write_row(row, 0, (each.tab, each.row or "", each.column, mark, each.message))
        page.autofilter(0, 0, row, len(_HEADINGS) - 1)
    return binary.getvalue()


def _commented(sheet: Sheet, findings: Iterable[SheetFinding]) -> bytes:
    """Put a finding of a whole row or sheet on its first cell.

    Cells that were mended at the desk have their new text.
    """
    order = order_of(sheet)
    grids = read_grids(order.data)
    tables = {t.grid.name: t for t in tables_of(grids, order.list_kind, order.edits)}
    places = {tab: _places(table) for tab, table in tables.items()}
    by_tab: dict[str, dict[Cell, list[SheetFinding]]] = defaultdict(lambda: defaultdict(list))
    for each in findings:
        columns = {column.value: place for column, place in places.get(each.tab, {}).items()}
        cell = (max(each.row - 1, 0), columns.get(each.column, 0))
        by_tab[each.tab][cell].append(each)
    binary = io.BytesIO()
    with xlsxwriter.Workbook(binary, _BOOK) as book:
        for number, grid in enumerate(grids, start=1):
            if grid.name in tables:
                _mend(grid, tables[grid.name], places[grid.name])
            _write(book, _name(grid.name, number), grid, by_tab.get(grid.name, {}))
    return binary.getvalue()


def _places(table: Table) -> dict[Column, int]:
    """Return where every column stands; what was filled in without a column stands behind all."""
    places = dict(table.header.places)
    behind = max((len(row.values) for row in table.grid.rows), default=0)
    for cells in table.mended.values():
        for column in cells:
            if column not in places:
                places[column], behind = behind, behind + 1
    return places


def _mend(grid: Grid, table: Table, places: dict[Column, int]) -> None:
    for column in places.keys() - table.header.places.keys():
        _set(grid.rows[table.header.last], places[column], column.value)
    for row in grid.rows:
        for column, text in table.mended.get(row.number, {}).items():
            _set(row, places[column], text)


def _set(row: GridRow, place: int, text: str) -> None:
    row.values.extend([None] * (place + 1 - len(row.values)))
    row.values[place] = text


def _write(
    book: xlsxwriter.Workbook, name: str, grid: Grid, found: dict[Cell, list[SheetFinding]]
) -> None:
    page = book.add_worksheet(name)
    text = book.add_format({"num_format": "@"})
    fills = {s: book.add_format({"num_format": "@", "bg_color": c}) for s, c in _FILLS.items()}
    values = {
        (row.number - 1, column): as_text(value)[:_LONGEST_CELL]
        for row in grid.rows
        for column, value in enumerate(row.values)
    }
    page.set_column(0, 30, 18, text)
    for cell in sorted(values.keys() | found.keys()):
        worst = min((_WORST.index(each.severity) for each in found.get(cell, ())), default=None)
        style = text if worst is None else fills[_WORST[worst]]
        page.write_string(*cell, values.get(cell, ""), style)
    for cell, findings in found.items():
        comment = "\n".join(dict.fromkeys(each.message for each in findings))
        page.write_comment(*cell, comment, {"x_scale": 2, "author": "明单"})


def _name(name: str, number: int) -> str:
    # Numbered, so that two names that are cut to the same stay two.
    plain = _NOT_IN_A_NAME.sub(" ", name).strip()
    return f"{number} {plain}".strip()[:_LONGEST_NAME]
