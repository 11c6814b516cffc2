"""/desk/lists: answering for findings, mending cells and rows, and what columns mean."""

import re
from typing import NamedTuple

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import needs
from accounts.officers import Desk
from accounts.roles import Permission
from portal.database import db
from portal.forms import DeskForm
from portal.text import typed as as_typed
from publishing.columns import Column
from publishing.desk_findings import cell_name, names
from publishing.desk_pages import REFUSED, found_or_404, sheet_or_404, submission_page
from publishing.desk_views import done
from publishing.mending import Cell, current, leave_out, mend, restore, say_columns
from publishing.models import Sheet, SheetFinding, Submission, SubmissionState
from publishing.submissions import Refused, confirm

bp = Blueprint("mending", __name__, url_prefix="/desk/lists")

_NUMBER = re.compile("[0-9]{1,9}")
_CELL = re.compile("cell:([0-9]{1,9}):([0-9]{1,9}):([^:]{1,60}):(.{0,60})", re.DOTALL)
_SHEET = "/<int(max=999999999):submission_id>/sheets/<int(max=999999999):sheet_id>"
_STALE = "其间这一份重新检查过，也许同事也在改。您这一次填的没有保存，请看过再改。"
_NOTHING = "没有改动，也没有勾选。请改好单元格，或勾选您核对过的问题。"
_OLD = "这一页放得太久了，请再点一次。"


class Typed(NamedTuple):
    """A cell and what was typed into it."""

    sheet: Sheet
    cell: Cell
    text: str


@bp.post("/<int(max=999999999):submission_id>/findings")
@needs(Permission.LISTS_PREPARE)
def findings_posted(desk: Desk, submission_id: int) -> ResponseReturnValue:
    """Mend the cells that were typed into, and answer for what was ticked."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    typed = _typed(found)
    ticked = [int(n) for n in request.form.getlist("finding") if _NUMBER.fullmatch(n)]
    if (sentence := _stale(found)) or not DeskForm().validate():
        return _not_taken(desk, found, typed, sentence or _OLD)
    try:
        changed = mend(db.session, found, typed, desk.membership)
    except Refused as fault:
        return _not_taken(desk, found, typed, str(fault))
    if not (changed or ticked):
        return submission_page(desk, found, _NOTHING), REFUSED
    if not ticked:
        return done(desk, found, lambda: None)
    return done(desk, found, lambda: confirm(db.session, found, ticked, desk.officer.id))


@bp.get(_SHEET + "/rows/<int(max=999999999):row>")
@needs(Permission.LISTS_PREPARE)
def row(desk: Desk, submission_id: int, sheet_id: int, row: int) -> ResponseReturnValue:
    """Show a row that has findings, every cell to be mended."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    return _row_page(found, sheet_or_404(found, sheet_id), row)


@bp.post(_SHEET + "/rows/<int(max=999999999):row>")
@needs(Permission.LISTS_PREPARE)
def row_posted(desk: Desk, submission_id: int, sheet_id: int, row: int) -> ResponseReturnValue:
    """Mend the row, or leave it out."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    sheet, tab = sheet_or_404(found, sheet_id), request.args.get("tab", "")
    typed = _typed(found)
    if (sentence := _stale(found)) or not DeskForm().validate():
        return _not_taken(desk, found, typed, sentence or _OLD)
    if request.form.get("act") == "leave_out":
        if not current(sheet, tab, row):
            abort(404)
        return done(
            desk, found, lambda: leave_out(db.session, found, sheet, tab, row, desk.membership)
        )
    try:
        changed = mend(db.session, found, typed, desk.membership)
    except Refused as fault:
        db.session.rollback()
        return _row_page(found, sheet, row, str(fault), typed), REFUSED
    if not changed:
        return _row_page(found, sheet, row, "没有改动。", typed), REFUSED
    db.session.commit()
    return redirect(url_for("lists.submission", submission_id=submission_id), 303)


@bp.post(_SHEET + "/corrections/<int(max=999999999):correction_id>")
@needs(Permission.LISTS_PREPARE)
def correction_posted(
    desk: Desk, submission_id: int, sheet_id: int, correction_id: int
) -> ResponseReturnValue:
    """Take a correction back."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    sheet = sheet_or_404(found, sheet_id)
    if not DeskForm().validate():
        return submission_page(desk, found, _OLD), REFUSED
    return done(
        desk, found, lambda: restore(db.session, found, sheet, correction_id, desk.membership)
    )


@bp.post(_SHEET + "/columns")
@needs(Permission.LISTS_PREPARE)
def columns_posted(desk: Desk, submission_id: int, sheet_id: int) -> ResponseReturnValue:
    """Say what the columns of a file mean."""
    found = found_or_404(desk, submission_id, Permission.LISTS_PREPARE)
    sheet = sheet_or_404(found, sheet_id)
    if (sentence := _stale(found)) or not DeskForm().validate():
        return submission_page(desk, found, sentence or _OLD), REFUSED
    said = {
        int(name[1:]): Column(value) if value else None
        for name, value in request.form.items()
        if name[:1] == "c" and _NUMBER.fullmatch(name[1:]) and value in {"", *Column}
    }

    def say() -> None:
        if not say_columns(db.session, found, sheet, said, desk.membership):
            raise Refused("没有改动：每一列还是原来的意思。")

    return done(desk, found, say)


def _stale(found: Submission) -> str:
    """Return a sentence where the page was not made from the last reading."""
    if found.state not in (SubmissionState.DRAFT, SubmissionState.RETURNED):
        return "这一份已经送审，不能再改。"
    reading = (found.difference or {}).get("reading", "")
    fresh = found.difference is not None and request.form.get("reading", "") == reading
    return "" if fresh else _STALE


def _typed(found: Submission) -> list[Typed]:
    sheets = {sheet.id: sheet for sheet in found.sheets}
    cells = []
    for name, sent in request.form.items():
        text, match = as_typed(sent), _CELL.fullmatch(name)
        if match and int(match[1]) in sheets and match[3] in set(Column):
            cell = Cell(match[4], int(match[2]), Column(match[3]))
            if current(sheets[int(match[1])], cell.tab, cell.row):
                cells.append(Typed(sheets[int(match[1])], cell, text))
    return cells


def _not_taken(
    desk: Desk, found: Submission, typed: list[Typed], sentence: str
) -> ResponseReturnValue:
    db.session.rollback()
    given = {cell_name(each.sheet.id, each.cell): each.text for each in typed}
    lost = [each for each in typed if each.text != _now(each)] if sentence == _STALE else []
    page = submission_page(desk, found, sentence, typed=given, unsaved=lost)
    return page, REFUSED


def _now(each: Typed) -> str:
    return current(each.sheet, each.cell.tab, each.cell.row).get(each.cell.column, "")


def _row_page(
    found: Submission, sheet: Sheet, row: int, sentence: str = "", typed: list[Typed] | None = None
) -> str:
    tab = request.args.get("tab", "")
    cells = current(sheet, tab, row) or abort(404)
    of_row = db.session.scalars(
        sa.select(SheetFinding)
        .filter_by(sheet_id=sheet.id, tab=tab, row=row)
        .order_by(SheetFinding.id)
    ).all()
    columns = [*cells, *(f.column for f in of_row if f.column and f.column not in cells)]
    given = {each.cell.column: each.text for each in typed or ()}
    before = {each.column: each for each in sheet.corrections if (each.tab, each.row) == (tab, row)}
    return render_template(
        "publishing/desk_row.html",
        submission=found,
        sheet=sheet,
        tab=tab,
        row=row,
        sentence=sentence,
        findings=of_row,
        names=names(),
        reading=(found.difference or {}).get("reading", ""),
        cells=[
            {
                "name": cell_name(sheet.id, Cell(tab, row, Column(column))),
                "column": column,
                "value": given.get(Column(column), cells.get(column, "")),
                "findings": [each for each in of_row if each.column == column],
                "mended": before.get(column),
                "absent": column not in cells,
            }
            for column in dict.fromkeys(columns)
            if column in set(Column)
        ],
    )
