"""/editions and /keys: every edition as page and files, byte for byte as published."""

import hashlib
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from areas.divisions import full_name
from portal.clock import CHINA, china_day
from portal.database import db
from portal.settings import Settings
from publishing.signing import Key, list_keys
from register.changes import change_lines
from register.editions import counts_of, edition_or_404, head_hash, why
from register.frozen import Withheld, file_bytes, withheld_by
from register.models import Change, Edition
from register.verdict import WORDS

bp = Blueprint("publishing", __name__)

_TYPES = {
    "manifest.json": "application/json",
    "manifest.sig": "application/octet-stream",
    "list.json": "application/json",
    "list.csv": "text/csv; charset=utf-8",
    "list.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_YEAR = 365 * 24 * 3600


@bp.get("/editions")
def editions() -> ResponseReturnValue:
    """List every edition, newest first."""
    found = db.session.scalars(
        sa.select(Edition).order_by(Edition.as_of.desc(), Edition.number.desc())
    ).all()
    changes = dict(
        db.session.execute(
            sa.select(Change.edition_id, sa.func.count()).group_by(Change.edition_id)
        ).all()
    )
    rows = [{**_row(edition), "changes_total": changes.get(edition.id, 0)} for edition in found]
    return render_template("publishing/editions.html", rows=rows)


@bp.get("/editions/<area>/<int(max=999999):number>")
def edition(area: str, number: int) -> ResponseReturnValue:
    """Show one edition: its files, their hashes, what it changed."""
    found = edition_or_404(db.session, area, number)
    withheld = withheld_by(found)
    changes = db.session.scalars(
        sa.select(Change)
        .filter_by(edition_id=found.id)
        .order_by(Change.id)
        .limit(0 if withheld else 500)  # of a first edition they are the list
        .options(selectinload(Change.institution))
    ).all()
    return render_template(
        "publishing/edition.html",
        edition=_row(found),
        files=_files(found),
        changes=change_lines(changes),
        head_hash=head_hash(found),
        key_id=found.key_id,
        key_url=url_for("publishing.key", key_id=found.key_id),
        notes=found.notes,
        withheld=withheld is not None,
        ended_key=next((k for k in _keys() if k.id == found.key_id and k.ended_on), None),
    )


@bp.get("/editions/<area>/<int(max=999999):number>/<name>")
def edition_file(area: str, number: int, name: str) -> ResponseReturnValue:
    """Return a file of an edition; the bytes never change, so anyone may keep them for a year."""
    found = edition_or_404(db.session, area, number)
    try:
        content = _content(found, name)
    except Withheld as fault:
        return withheld_page(fault)
    response = Response(content, content_type=_TYPES[name])
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest())
    response.cache_control.max_age, response.cache_control.public = _YEAR, True
    response.cache_control.immutable = True
    if name in {"list.csv", "list.xlsx"}:
        filename = f"{area}-{number}{name.removeprefix('list')}"
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response.make_conditional(request)


@bp.get("/keys/<key_id>.pem")
def key(key_id: str) -> ResponseReturnValue:
    """Return the public key that signed an edition."""
    pem = next((each.pem for each in _keys() if each.id == key_id), None)
    if pem is None:
        abort(404)
    return Response(pem, mimetype="application/x-pem-file")


@bp.get("/keys/")
def keys() -> ResponseReturnValue:
    """List every key that ever signed here, with when and why it ended."""
    return render_template("publishing/keys.html", keys=_keys())


def withheld_page(fault: Withheld) -> tuple[str, int]:
    """Return the page that names the decision instead of the list (RFC 7725)."""
    edition = _row(fault.edition)
    return render_template("publishing/withheld.html", edition=edition, note=fault.note), 451


def _keys() -> list[Key]:
    settings: Settings = current_app.config["MINGDAN"]
    return list_keys(settings.instance / "keys")


def _content(found: Edition, name: str) -> bytes:
    if name == "manifest.json":
        return found.manifest
    if name == "manifest.sig":
        return found.signature
    content = file_bytes(db.session, found, name) if name in _TYPES else None
    if content is None:
        abort(404)
    return content


def _files(found: Edition) -> list[tuple[str, int, str]]:
    signed = [
        ("manifest.json", len(found.manifest), head_hash(found)),
        ("manifest.sig", len(found.signature), ""),
    ]
    return [(file.name, file.size, file.sha256) for file in found.files] + signed


def _row(found: Edition) -> dict[str, Any]:
    counts = counts_of(found)
    supplement, reason = why(found)
    return {
        "supplement": supplement,
        "reason": reason,
        "number": found.number,
        "area_code": found.area_code,
        "area_name": full_name(db.session, found.area_code),
        "as_of": found.as_of,
        "published_on": china_day(found.published_at),
        "published_at": found.published_at.astimezone(CHINA),
        "counts": [(WORDS[s][1], counts[s]) for s in WORDS if s in counts],
        "total": sum(counts.values()),
    }
