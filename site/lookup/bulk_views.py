"""/check/names: many names at once. Nothing sent here is kept, on disk or in the database."""

import csv
import io
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from lookup.bulk import Checked, check_names, table_of
from lookup.bulk_input import MAX_FILE, MAX_NAMES, NoNames, names_given, too_large
from lookup.forms import NamesForm
from portal.database import db
from portal.limits import NAME_CHECKS_PER_CLIENT, limiter
from portal.settings import Settings
from register.editions import latest_edition
from register.models import Edition
from search import NoIndex

bp = Blueprint("bulk", __name__)

_ROOM = 128 * 1024  # beside the file: 200 pasted names and what a browser puts around them


@bp.get("/check/names")
def names() -> ResponseReturnValue:
    """Show the form."""
    return _page(NamesForm(formdata=None))


@bp.post("/check/names")
@limiter.limit(NAME_CHECKS_PER_CLIENT)
def names_posted() -> ResponseReturnValue:
    """Answer as a page, or as a CSV file where the second button was pressed."""
    request.max_content_length = MAX_FILE + _ROOM
    try:
        form = NamesForm()
    except RequestEntityTooLarge:
        return _page(NamesForm(formdata=None), fault=too_large()), 413
    if not form.validate():
        return _page(form), 422
    try:
        given = names_given(form.names.data or "", _sent_file(form))
        checked = check_names(db.session, given)
    except NoNames as fault:
        return _page(form, fault=str(fault)), 422
    except NoIndex:
        abort(503)
    if request.form.get("as") == "csv":
        return _csv(table_of(checked, _latest()))
    form.names.data = "\n".join(given)  # a sheet's names, too: the download needs no second upload
    return _page(form, checked)


def _sent_file(form: NamesForm) -> bytes:
    return bytes(form.sheet.data.stream.read()) if form.sheet.data else b""


def _page(form: NamesForm, checked: list[Checked] | None = None, fault: str = "") -> str:
    return render_template(
        "lookup/names.html", form=form, checked=checked, fault=fault, most=MAX_NAMES
    )


def _csv(rows: list[list[str]]) -> Response:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([[_cell(text) for text in r] for r in rows])
    headers: dict[str, Any] = {"Content-Disposition": 'attachment; filename="check.csv"'}
    # With a mark: Excel on Chinese Windows then reads it right.
    return Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


def _cell(text: str) -> str:
    # A spreadsheet would run these as formulas (OWASP: CSV injection).
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _latest() -> Edition | None:
    settings: Settings = current_app.config["MINGDAN"]
    return latest_edition(db.session, settings.area)
