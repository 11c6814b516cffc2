"""Mending a file at the desk, beside its bytes: cells, rows left out, and what its columns mean.

The worker reads the file again with what was said. Every function writes into the session it is
given; the caller commits. A rule that says no raises Refused with one sentence for the officer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.audit import record
from accounts.models import Membership
from portal.clock import now
from publishing.cells import is_formula
from publishing.columns import LISTS, Column
from publishing.excerpts import place_of
from publishing.models import ColumnWord, Sheet, SheetCorrection, Submission
from publishing.sheet import ListKind
from publishing.submissions import Refused, must_be_open, unread
from publishing.wall import WORDS

LONGEST = 1000  # characters of a cell; no field of a list takes more
_MISSED = {  # what a list should have; a period of validity has one column or two
    ListKind.WHITE: (
        Column.USCC, Column.LICENCE, Column.ADDRESS, Column.KIND, Column.NATURE, Column.STAGES,
        Column.CONTENT, Column.DEPARTMENT, Column.VALID_TO,
    ),
    ListKind.BLACK: (
        Column.USCC, Column.ADDRESS, Column.REASON, Column.BASIS, Column.DECISION, Column.AUTHORITY,
        Column.LISTED, Column.TERM,
    ),
    ListKind.INFO: (),  # differs by item; findings tell
}  # fmt: skip


class Cell(NamedTuple):
    """A place in a file, by what its column means."""

    tab: str
    row: int
    column: Column


@dataclass(frozen=True, slots=True)
class Heading:
    """A header of a file: what it is read as, empty where it is not; private ones never are."""

    number: int  # among all of the file
    tab: str
    text: str
    column: str
    private: bool
    told: bool  # by an officer, not guessed
    repeated: bool  # the same text stands further left, and is what is asked about


def current(sheet: Sheet, tab: str, row: int) -> dict[str, str]:
    """Return column → text of a row that has findings, as it was last read; empty for others."""
    return dict((sheet.excerpts or {}).get(place_of(tab, row), {}).get("cells", ()))


def mend(
    session: Session,
    submission: Submission,
    typed: Iterable[tuple[Sheet, Cell, str]],
    by: Membership,
) -> int:
    """Keep what was typed into cells where it differs; returns how many were changed."""
    must_be_open(submission)
    changed = []
    for sheet, cell, text in typed:
        before = current(sheet, cell.tab, cell.row).get(cell.column, "")
        if _folded(before) != _folded(text):
            _check(cell, text)
            _keep(session, sheet, cell, (before, text.strip()), by)
            changed.append((sheet.id, f"{cell.row} {cell.column}"))
    if changed:
        unread(submission)
    for number in dict.fromkeys(number for number, _ in changed):
        places = "、".join(place for sheet_id, place in changed if sheet_id == number)
        record(session, "lists.corrected", by, ("sheet", number), cells=places[:500])
    return len(changed)


def leave_out(
    session: Session, submission: Submission, sheet: Sheet, tab: str, row: int, by: Membership
) -> None:
    """Leave a row out: it says nothing, and what stands about its institution stays."""
    must_be_open(submission)
    _keep(session, sheet, (tab, row, ""), ("", ""), by)
    unread(submission)
    record(session, "lists.corrected", by, ("sheet", sheet.id), left_out=row)


def restore(
    session: Session, submission: Submission, sheet: Sheet, correction_id: int, by: Membership
) -> None:
    """Take a correction back: the cell says again what the file says."""
    must_be_open(submission)
    found = next((each for each in sheet.corrections if each.id == correction_id), None)
    if found is None:
        raise Refused("这一处已经恢复了。")
    sheet.corrections.remove(found)
    session.delete(found)
    unread(submission)
    place = f"{found.row} {found.column}"
    record(session, "lists.corrected", by, ("sheet", sheet.id), restored=place)


def headings(sheet: Sheet) -> list[Heading]:
    """Return the headers of a file as they were last read."""
    found: list[Heading] = []
    seen = set()
    for number, (tab, text, column, private) in enumerate(sheet.headers or ()):
        told, repeated = text in sheet.meanings, (tab, text) in seen
        found.append(Heading(number, tab, text, column, private, told, repeated))
        seen.add((tab, text))
    return found


def missing(sheet: Sheet) -> list[str]:
    """Return the columns that the list should have and no worksheet has."""
    found = {each.column for each in headings(sheet)}
    if Column.VALID in found:
        found.add(Column.VALID_TO)
    return [column for column in _MISSED[sheet.list_kind] if found and column not in found]


def choices(list_kind: ListKind) -> list[Column]:
    """Return what a column of such a list can mean."""
    words = WORDS if list_kind is ListKind.INFO else LISTS
    return list(dict.fromkeys(column for column, _ in words.patterns))


def say_columns(
    session: Session,
    submission: Submission,
    sheet: Sheet,
    said: Mapping[int, Column | None],
    by: Membership,
) -> int:
    """Say what headers mean, by their numbers, and remember it for the department's next file.

    Returns how many were changed.
    """
    must_be_open(submission)
    found = headings(sheet)
    _check_columns(found, said)
    changed = {
        each.text: (said[each.number] or "")
        for each in found
        if each.number in said
        and not (each.private or each.repeated)
        and (said[each.number] or "") != each.column
    }
    if not changed:
        return 0
    sheet.meanings = {**sheet.meanings, **changed}
    words = sa.delete(ColumnWord).filter_by(
        department_id=submission.department_id, list_kind=sheet.list_kind
    )
    session.execute(words.where(ColumnWord.header.in_(changed)))
    session.add_all(
        ColumnWord(
            department_id=submission.department_id,
            list_kind=sheet.list_kind,
            header=header,
            column=column,
        )
        for header, column in changed.items()
    )
    unread(submission)
    record(session, "lists.columns", by, ("sheet", sheet.id), changed=len(changed))
    return len(changed)


def _check_columns(found: list[Heading], said: Mapping[int, Column | None]) -> None:
    for tab in dict.fromkeys(each.tab for each in found):
        meant = [
            said.get(each.number, Column(each.column) if each.column else None)
            for each in found
            if each.tab == tab and not each.private
        ]
        named = [column for column in meant if column is not None]
        where = f"工作表“{tab}”里" if tab else ""
        if Column.NAME not in named:
            raise Refused(f"{where}要有一列是“机构名称”。")
        twice = next((column for column in named if named.count(column) > 1), None)
        if twice:
            raise Refused(f"{where}有两列都选了“{twice}”，请只留一列。")


def _check(cell: Cell, text: str) -> None:
    where = f"第{cell.row}行“{cell.column}”"
    if len(text) > LONGEST:
        raise Refused(f"{where}超过{LONGEST}字，没有保存。")
    if is_formula(text.strip()):
        raise Refused(f"{where}不能填公式，请填算好的内容。")


def _keep(
    session: Session, sheet: Sheet, place: tuple[str, int, str], texts: tuple[str, str],
    by: Membership,
) -> None:  # fmt: skip
    (tab, row, column), (before, after) = place, texts
    found = next((e for e in sheet.corrections if (e.tab, e.row, e.column) == place), None)
    if found is None:
        found = SheetCorrection(tab=tab, row=row, column=column, before=before)
        sheet.corrections.append(found)
    elif column and _folded(after) == _folded(found.before):
        sheet.corrections.remove(found)
        session.delete(found)
        return
    found.after, found.corrected_by_id, found.corrected_at = after, by.officer_id, now()


def _folded(text: str) -> str:
    # A browser's one-line input drops line ends.
    return "".join(text.split())
