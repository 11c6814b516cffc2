"""/api/v1: the same answers as the pages, for machines."""

from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from api.answering import MAX_LIMIT, item, number, settings, under_read_limit
from lookup.searching import look_up
from portal.database import db
from register.editions import latest_edition
from register.institutions import by_codes
from register.models import Edition
from search import Filters, NoIndex

bp = under_read_limit(Blueprint("api", __name__, url_prefix="/api/v1"))

MAX_QUERY = 200


@bp.get("/institutions")
def institutions() -> ResponseReturnValue:
    """Search; nothing found is 200 with no items."""
    q = request.args.get("q", "").strip()
    if len(q) > MAX_QUERY:
        abort(414)
    limit = min(number("limit", 20), MAX_LIMIT)
    offset = number("after", 0)
    filters = Filters(
        area=request.args.get("area", "")[:6],
        kind=request.args.get("kind", "")[:2],
        standing=request.args.get("standing", "")[:20],
    )
    try:
        answer = look_up(db.session, q, filters, offset, limit) if q else None
    except NoIndex:
        abort(503)
    cards = answer.cards if answer else []
    rows = {i.code: i for i in by_codes(db.session, [card.code for card in cards])}
    total = answer.total if answer else 0
    more = offset + len(cards) < total
    return jsonify(
        query=q,
        tier=answer.tier if answer else "none",
        total=total,
        **_as_of(),
        items=[item(rows[card.code], card) for card in cards],
        next=str(offset + len(cards)) if more and cards else None,
    )


def _as_of() -> dict[str, Any]:
    latest: Edition | None = latest_edition(db.session, settings().area)
    return {
        "edition": latest.number if latest else None,
        "as_of": latest.as_of.isoformat() if latest else None,
    }
