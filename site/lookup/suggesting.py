"""/search/suggest: names while one types. Nothing typed is kept."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lookup.matching import how_named
from portal.database import db
from register.indexing import index
from register.models import Institution
from search import NoIndex

bp = Blueprint("suggest", __name__)

MOST = 8
LONGEST = 50  # characters; who typed a whole name needs no help


@bp.get("/search/suggest")
def suggest() -> ResponseReturnValue:
    """Return at most 8 names for what was typed so far, best first."""
    q = request.args.get("q", "").strip()
    try:
        items = suggestions(db.session, q) if len(q) <= LONGEST else []
    except NoIndex:
        abort(503)
    answer = jsonify(items=items)
    answer.headers["Cache-Control"] = "no-store"  # half-typed words stay on no shared phone
    return answer


def suggestions(session: Session, query: str) -> list[dict[str, Any]]:
    """Return code, name and how it was found; raises search.NoIndex."""
    hits = index().search(query, limit=MOST).hits
    rows = session.execute(
        sa.select(Institution.code, Institution.name).where(
            Institution.code.in_([hit.key for hit in hits])
        )
    )
    names: dict[str, str] = dict(rows.all())
    return [
        {
            "code": hit.key,
            "name": names[hit.key],
            "matched_by": hit.matched_by.value,
            "matched": how_named(names[hit.key], hit, query),
        }
        for hit in hits
        if hit.key in names
    ]
