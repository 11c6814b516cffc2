"""/api/v1/editions: every edition, one of them, what differs between two."""

import hashlib
import json
from itertools import islice
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from api.answering import MAX_LIMIT, number, refused, under_read_limit
from portal.addresses import public_address
from portal.database import db
from publishing.comparison_views import between
from register.editions import edition_or_404, why
from register.freshness import is_fresh
from register.frozen import Withheld, withheld_by
from register.models import Edition

bp = under_read_limit(Blueprint("api_editions", __name__, url_prefix="/api/v1"))


@bp.get("/editions")
def editions() -> ResponseReturnValue:
    """Return the editions, newest first."""
    limit = _limit()
    query = sa.select(Edition).order_by(Edition.id.desc()).limit(limit + 1)
    if after := number("after", 0):
        query = query.where(Edition.id < after)
    if area := request.args.get("area", ""):
        query = query.where(Edition.area_code == area[:6])
    found = db.session.scalars(
        query.options(selectinload(Edition.files), selectinload(Edition.notes))
    ).all()
    return jsonify(
        items=[_edition(edition) for edition in found[:limit]],
        next=str(found[limit - 1].id) if len(found) > limit else None,
    )


@bp.get("/editions/<area>/<int(max=999999):number>")
def edition(area: str, number: int) -> ResponseReturnValue:
    """Return one edition: its manifest's facts and its files."""
    return jsonify(_edition(edition_or_404(db.session, area, number)))


@bp.get("/editions/<area>/<int(max=999999):earlier>..<int(max=999999):later>")
def comparison(area: str, earlier: int, later: int) -> ResponseReturnValue:
    """Return what differs, by code; all pages applied to the first list make the second."""
    was, now = (edition_or_404(db.session, area, n) for n in (earlier, later))
    limit, after = _limit(), request.args.get("after", "")
    try:
        differing = (found for found in between(db.session, was, now) if found.code > after)
        page = list(islice(differing, limit + 1))
    except Withheld:
        return refused(410, "其中一期的内容已依决定停止公开，不能对照。")
    return jsonify(
        {
            "area": area,
            "from": earlier,
            "to": later,
            "items": [difference.to_json() for difference in page[:limit]],
            "next": page[limit - 1].code if len(page) > limit else None,
        }
    )


def _edition(found: Edition) -> dict[str, Any]:
    said = json.loads(found.manifest)
    here = {"area": found.area_code, "number": found.number}
    withheld = withheld_by(found)
    supplement, reason = why(found)
    return {
        **here,
        "as_of": said["as_of"],
        "fresh": is_fresh(found),
        "published_at": said["published_at"],
        "counts": said["counts"],
        "manifest_sha256": hashlib.sha256(found.manifest).hexdigest(),
        "previous_sha256": said["previous_sha256"],
        "key_id": found.key_id,
        "supplement": supplement,
        "reason": reason or None,
        "withheld": withheld.decision_number if withheld else None,
        "address": public_address("publishing.edition", **here),
        "files": [
            {
                "name": file.name,
                "size": file.size,
                "sha256": file.sha256,
                "address": public_address("publishing.edition_file", **here, name=file.name),
            }
            for file in found.files
        ],
    }


def _limit() -> int:
    return min(max(number("limit", 20), 1), MAX_LIMIT)
