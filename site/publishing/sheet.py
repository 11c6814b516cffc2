"""From an officer's file to clean rows and findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from publishing.blacklist import black_draft
from publishing.cells import canonical
from publishing.columns import Column
from publishing.comparing import compare
from publishing.drafts import Circumstances, Draft, said
from publishing.edits import NO_EDITS, Edits
from publishing.findings import Finding, Severity, finding, note, order
from publishing.grids import Grid, UnreadableFile, column_letters
from publishing.offices import Offices
from publishing.reading import read_grids
from publishing.rows import ListKind, ListRow
from publishing.tables import Table, dates_as_of
from publishing.wall import looks_like_disclosure
from publishing.whitelist import white_draft
from publishing.wording import split_departments, white_hint

__all__ = ["ListKind", "ListRow", "Reading", "read_list"]

_TITLES = {ListKind.WHITE: "白名单", ListKind.BLACK: "黑名单"}
_WHITE_ACTS = {"suspended", "rectifying", "closed", "removed"}
BLACK_COLUMNS = {Column.REASON, Column.BASIS, Column.DECISION}
_ENOUGH_ADDRESSES = 2000  # to see which district they are in


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: every row of data, repeated ones included, and everything noticed."""

    kind: ListKind
    as_of: date | None
    rows: tuple[ListRow, ...]
    findings: tuple[Finding, ...]
    tables: tuple[Table, ...] = field(default=(), repr=False)  # that it was read from


def read_list(
    data: bytes,
    filename: str,
    kind: ListKind,
    area_code: str,
    as_of: date | None = None,
    edits: Edits = NO_EDITS,
) -> Reading:
    """Read the bytes of a white or black list.

    `area_code` is the six-digit code of the area the list is for. Without `as_of` the date is what
    the titles say after 截至. Rows marked duplicate_row are for the caller to drop.
    Raises UnreadableFile, its text one Chinese sentence that says what to do, and nothing else.
    """
    notes: list[Finding] = []
    tables = _tables(read_grids(data), kind, edits, notes)
    as_of = as_of or _as_of(tables, filename, notes)
    known = Circumstances(area_code, as_of, _offices(tables))
    draft = white_draft if kind is ListKind.WHITE else black_draft
    drafts = [[draft(record, known) for record in table.records()] for table in tables]
    compare([each for of_table in drafts for each in of_table])
    for table, of_table in zip(tables, drafts, strict=True):
        notes.extend(_notes(table, of_table))
    rows = []
    for each in (each for of_table in drafts for each in of_table):
        row, findings = _finished(each, kind)
        rows.append(row)
        notes.extend(findings)
    return Reading(kind, as_of, tuple(rows), tuple(notes), tuple(tables))


def _tables(
    grids: Sequence[Grid], kind: ListKind, edits: Edits, notes: list[Finding]
) -> list[Table]:
    tables = []
    for grid in (grid for grid in grids if grid.rows):
        table = edits.find_table(grid)
        if grid.hidden:
            notes.append(note("hidden_sheet", grid.name))
        elif table is None:
            notes.append(note("no_header", grid.name))
        elif _is_other_list(table, kind):
            notes.append(note("other_list", grid.name))
        else:
            tables.append(table)
    if tables:
        return tables
    if any(each.code == "other_list" for each in notes):
        raise UnreadableFile(f"这不是{_TITLES[kind]}，而是另一种名单。请选对名单的种类后再上传。")
    raise UnreadableFile("没有找到表头：要有一行写明“机构名称”和其他各列的名称。请补上后再上传。")


def _is_other_list(table: Table, kind: ListKind) -> bool:
    # To publish a black list as a white one is the worst mistake this site could make.
    other = ListKind.BLACK if kind is ListKind.WHITE else ListKind.WHITE
    if table.says(_TITLES[kind]):
        return False
    if looks_like_disclosure(table):
        return True
    if table.says(_TITLES[other]):
        return True
    looks_black = len(BLACK_COLUMNS & table.header.places.keys()) > 1
    return kind is ListKind.WHITE and looks_black and not _are_white_acts(table)


def _are_white_acts(table: Table) -> bool:
    """Tell whether the rows with reason or document are those on their way off the white list."""
    acts = [
        white_hint(f"{record.text(Column.REMARK)}\n{record.text(Column.STATUS)}")
        for record in table.records()
        if any(record.text(column).strip() for column in BLACK_COLUMNS)
    ]
    return bool(acts) and all(hint in _WHITE_ACTS for hint in acts)


def _as_of(tables: Sequence[Table], filename: str, notes: list[Finding]) -> date | None:
    dates = {day for table in tables for day in table.dates()} or set(dates_as_of(filename))
    newest = max(dates, default=None)
    if len(dates) > 1:
        notes.append(note("as_of_differs", "", "", newest))
    return newest


def _offices(tables: Sequence[Table]) -> Offices:
    names = {text for table in tables for text in _cells(table, Column.DEPARTMENT)}
    parts = {part for text in names for part in split_departments(text)}
    departments = {name for part in parts if (name := said(canonical(part)))}
    addresses = [text for table in tables for text in _cells(table, Column.ADDRESS)]
    return Offices(departments, addresses[:_ENOUGH_ADDRESSES])


def _cells(table: Table, column: Column) -> Iterator[str]:
    place = table.header.places.get(column)
    if place is None:
        return
    for row in table.grid.rows[table.header.last + 1 :]:
        value = row.values[place] if place < len(row.values) else None
        if isinstance(value, str):
            yield value


def _notes(table: Table, drafts: Sequence[Draft]) -> Iterator[Finding]:
    sheet = table.grid.name
    yield from (note("column_private", sheet, text) for text in table.header.private)
    yield from (note("column_ignored", sheet, text) for text in table.header.ignored)
    for column in sorted(table.grid.hidden_columns):
        yield note("column_hidden", sheet, column_letters(column))
    copies = ("duplicate_row", "shared_licence")
    found = sum(not any(code in draft.issues for code in copies) for draft in drafts)
    claimed = table.claim()
    if claimed is not None and claimed != found:
        yield note("count_mismatch", sheet, "", claimed, found)


def _finished(draft: Draft, kind: ListKind) -> tuple[ListRow, list[Finding]]:
    codes = sorted(draft.issues.columns, key=order)
    row = replace(draft.row, issues=tuple(codes))
    findings = [finding(code, kind, row, draft.issues.columns[code]) for code in codes]
    if draft.repeats is not None and draft.repeats.raw == draft.raw:
        # The very same row twice needs no decision.
        findings = [
            replace(each, severity=Severity.INFO) if each.code == "duplicate_row" else each
            for each in findings
        ]
    return row, findings
