"""Rows left out of an edition wait for their department: what they said, and a task with a day.

They end when a later edition takes a row of that name, or when an officer lets them go.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from departments.models import Task
from portal.clock import now, today
from publishing.cells import fold_name
from publishing.columns import Column
from publishing.excerpts import place_of
from publishing.findings import Severity
from publishing.models import Sheet, Submission
from publishing.planning import Outcome
from register.terms import months_after

_SUBJECT = "left_out:"
_MONTHS = 1  # lists are published every month
_LONGEST_NAME = 100  # of a file, in the words of a task


def settle(session: Session, submission: Submission, outcomes: Sequence[Outcome]) -> None:
    """End what this edition brings, and keep what it leaves out; the caller commits."""
    own = Sheet.submission_id == submission.id
    read = list(zip(_sheets(session, own), outcomes, strict=True))
    waits = (Sheet.edition_id.is_not(None), Sheet.excerpts.is_not(None))
    for earlier in _sheets(session, Sheet.area_code == submission.area_code, *waits):
        _take(session, earlier, read)
    for sheet, outcome in read:
        _keep(session, submission, sheet, outcome)


def let_go(session: Session, sheet: Sheet, officer_id: int | None) -> None:
    """Drop the rows that wait and end the task; the caller commits."""
    sheet.excerpts = None
    session.execute(
        sa.update(Task)
        .where(Task.subject == f"{_SUBJECT}{sheet.id}", Task.done_at.is_(None))
        .values(done_at=now(), done_by_id=officer_id)
    )


def rows_waiting(submission: Submission) -> dict[int, int]:
    """Return sheet → how many rows of it wait, of a published submission."""
    return {sheet.id: len(sheet.excerpts) for sheet in submission.sheets if sheet.excerpts}


def sheet_of_task(task: Task) -> int | None:
    """Return the sheet whose rows a task is about; None for another task."""
    return int(task.subject.removeprefix(_SUBJECT)) if task.subject.startswith(_SUBJECT) else None


def _keep(session: Session, submission: Submission, sheet: Sheet, outcome: Outcome) -> None:
    rows = {(f.sheet, f.row) for f in outcome.findings if f.severity is Severity.BLOCK and f.row}
    places = {place_of(*row) for row in rows}
    left = {place: said for place, said in (sheet.excerpts or {}).items() if place in places}
    if not left or submission.department_id is None:  # nobody is left to see them
        sheet.excerpts = None
    else:
        sheet.excerpts = left
        name = sheet.filename[-_LONGEST_NAME:]
        session.add(
            Task(
                department_id=submission.department_id,
                subject=f"{_SUBJECT}{sheet.id}",
                what=f"{name}：有 {len(rows)} 行没有公布，请补齐后再报送，或决定不再补。",
                due=months_after(today(), _MONTHS),
                created_at=now(),
            )
        )


def _take(session: Session, earlier: Sheet, read: Sequence[tuple[Sheet, Outcome]]) -> None:
    taken = {
        fold_name(row.name)
        for sheet, outcome in read
        if sheet.list_kind is earlier.list_kind
        for row in outcome.taken
        if row.name
    }
    rows = earlier.excerpts or {}
    left = {place: said for place, said in rows.items() if _name(said) not in taken}
    if not left:
        let_go(session, earlier, None)
    elif len(left) < len(rows):
        earlier.excerpts = left


def _name(said: dict[str, Any]) -> str:
    understood = said["understood"].get(Column.NAME) or dict(said["cells"]).get(Column.NAME)
    return fold_name(understood or "")


def _sheets(session: Session, *which: sa.ColumnElement[bool]) -> list[Sheet]:
    found = sa.select(Sheet).where(*which).order_by(Sheet.id).options(undefer(Sheet.excerpts))
    return list(session.scalars(found))
