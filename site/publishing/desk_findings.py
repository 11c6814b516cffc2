"""What the pages of /desk/lists show of findings, mended cells and columns."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import undefer

from accounts.models import Officer
from portal.database import db
from portal.pager import Page, page_of
from publishing.columns import Column
from publishing.excerpts import place_of
from publishing.findings import Severity
from publishing.mending import Cell, choices, headings, missing
from publishing.models import Sheet, SheetFinding, Submission
from publishing.submissions import SubmissionView, findings_of

PER_PAGE = 50
_COLUMNS = set(Column)


def names() -> dict[int, str]:
    """Return id → name of every officer."""
    return dict(db.session.execute(sa.select(Officer.id, Officer.name)).all())


def shown(view: SubmissionView) -> Severity:
    """Return the severity that is asked for, else the gravest there is."""
    asked = request.args.get("show", "")
    if asked in set(Severity):
        return Severity(asked)
    return next((s for s in Severity if view.found[s]), Severity.BLOCK)


def findings_page(submission: Submission, show: Severity, total: int) -> Page:
    """Return where among the findings the page stands that is asked for, from whatever form."""

    def url(number: int) -> str:
        return url_for(
            "lists.submission",
            submission_id=submission.id,
            show=show.value,
            page=number,
            _anchor="findings",
        )

    return page_of(total, PER_PAGE, url)


def findings_shown(
    submission: Submission,
    show: Severity,
    page: Page,
    *,
    typed: Mapping[str, str] | None,
    own: bool,
) -> list[dict[str, Any]]:
    """Return the findings of a page; their rows only to the department whose they are."""
    found = findings_of(db.session, submission, show, offset=page.offset, limit=PER_PAGE)
    excerpts = _excerpts(submission) if own else {}
    lines = [_finding(each, excerpts, typed or {}) for each in found]
    seen = set()
    for line in lines:  # a cell is mended in one place
        line["input"] = "" if line["input"] in seen else line["input"]
        seen.add(line["input"])
    return lines


def corrections_shown(submission: Submission, *, own: bool) -> list[dict[str, Any]]:
    """Return the mended cells; the words only to the department whose they are."""
    return [
        {
            "id": each.id,
            "sheet_id": sheet.id,
            "file": sheet.filename,
            "tab": each.tab,
            "row": each.row,
            "column": each.column,
            "before": each.before if own else "",
            "after": each.after if own else "",
            "own": own and sheet.edition_id is None,  # with the edition the words go
            "by": each.corrected_by_id,
            "at": each.corrected_at,
        }
        for sheet in submission.sheets
        for each in sheet.corrections
    ]


def columns_shown(sheet: Sheet) -> dict[str, Any]:
    """Return the headers of a file, what they are read as, and what is missing."""
    found = headings(sheet)
    return {
        "headings": found,
        "missing": missing(sheet),
        "unread": any(not (each.column or each.private) for each in found),
        "choices": choices(sheet.list_kind),
        "told": sum(each.told for each in found),
    }


def cell_name(sheet_id: int, cell: Cell) -> str:
    """Return the name of a cell's input; `mending` reads it back."""
    return f"cell:{sheet_id}:{cell.row}:{cell.column}:{cell.tab}"


def _excerpts(submission: Submission) -> dict[int, dict[str, Any]]:
    found = sa.select(Sheet).filter_by(submission_id=submission.id).options(undefer(Sheet.excerpts))
    return {sheet.id: sheet.excerpts or {} for sheet in db.session.scalars(found)}


def _finding(
    each: SheetFinding, excerpts: dict[int, dict[str, Any]], typed: Mapping[str, str]
) -> dict[str, Any]:
    row = excerpts.get(each.sheet_id, {}).get(place_of(each.tab, each.row), {})
    cells = dict(row.get("cells", ()))
    written = cells.get(each.column, "")
    understood = row.get("understood", {}).get(each.column, "")
    name = ""
    # What blocks can be filled in though the file has no such column.
    mendable = each.column in cells or (row and each.severity is Severity.BLOCK)
    if mendable and each.column in _COLUMNS:
        name = cell_name(each.sheet_id, Cell(each.tab, each.row, Column(each.column)))
    return {
        "id": each.id,
        "sheet_id": each.sheet_id,
        "severity": each.severity,
        "tab": each.tab,
        "row": each.row,
        "column": each.column,
        "message": each.message,
        "input": name,
        "value": typed.get(name, written),
        "absent": each.column not in cells,
        "written": written,
        "understood": understood if understood != written else "",
        "cells": [(heading, text) for heading, text in cells.items() if text],
        "confirmed_by_id": each.confirmed_by_id,
        "confirmed_at": each.confirmed_at,
    }
