"""/data: the newest lists as files, what their fields mean, and what may be done with them."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from areas.divisions import full_name
from portal.database import db
from portal.delivering import unchanged
from portal.i18n import gettext
from portal.settings import Settings
from publishing.downloads import FILES, WHOLE, Dataset, dataset, file_of, folder_of
from publishing.fields import FIELDS, JSON_ONLY, LICENCE, TYPES, VERSION
from publishing.views import withheld_page
from register.frozen import Withheld
from register.models import EditionNote

bp = Blueprint("data", __name__, url_prefix="/data")


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be downloaded for an area, or for all of them."""

    scope: str
    name: str
    edition: int | None  # of one area
    as_of: date | None
    withheld: EditionNote | None = None  # the decision by which there are no files


@bp.get("")
def index() -> ResponseReturnValue:
    """Offer the files."""
    whole = dataset(db.session, WHOLE)
    offers = [
        Offer(e.area_code, full_name(db.session, e.area_code), e.number, e.as_of)
        for e in (whole.editions if whole else ())
    ]
    if len(offers) > 1:
        offers.insert(0, Offer(WHOLE, gettext("全部地区"), None, None))
    offers += [
        Offer(e.area_code, full_name(db.session, e.area_code), e.number, e.as_of, each.note)
        for each in (whole.withheld if whole else ())
        for e in (each.edition,)
    ]
    return render_template("publishing/data.html", offers=offers, files=FILES, licence=LICENCE)


@bp.get("/fields")
def fields() -> ResponseReturnValue:
    """Say what each field means, of what type it is, and who says so."""
    return render_template(
        "publishing/fields.html",
        fields=FIELDS, json_only=JSON_ONLY, types=TYPES, version=VERSION, licence=LICENCE,
    )  # fmt: skip


@bp.get("/<scope>/<name>")
def file(scope: str, name: str) -> ResponseReturnValue:
    """Return a file; parts of it where a broken download goes on."""
    found = dataset(db.session, scope)
    if found is None or name not in FILES:
        abort(404)
    etag = f"{found.mark}-{name}"
    if known := unchanged(etag):
        return known
    settings: Settings = current_app.config["MINGDAN"]
    try:
        path = file_of(db.session, found, name, folder_of(settings))
    except Withheld as fault:
        return withheld_page(fault)
    response = send_file(
        path, FILES[name].mimetype, as_attachment=True, download_name=_name_of(found, name),
        etag=etag, last_modified=max(e.published_at for e in found.editions),
    )  # fmt: skip
    if close := getattr(response.response, "close", None):
        response.call_on_close(close)  # compressing puts another iterator in the file's place
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _name_of(found: Dataset, name: str) -> str:
    """Return a name that still says what it is on somebody's disk: 359901-2-20261101.csv."""
    newest = max(edition.as_of for edition in found.editions)
    number = f"-{found.editions[0].number}" if found.scope != WHOLE else ""
    return f"{found.scope}{number}-{newest:%Y%m%d}{name.removeprefix('list')}"
