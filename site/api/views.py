"""/api/v1: the same answers as the pages, for machines."""

from typing import Any

from flask import Blueprint, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from doorcodes.codes import codes_of
from lookup.searching import look_up
from portal.database import db
from portal.limits import limiter
from portal.settings import Settings
from register.cards import Card, Cards
from register.editions import latest_edition
from register.institutions import by_codes, institution_or_404
from register.models import Edition, Institution
from search import Filters, NoIndex

bp = Blueprint("api", __name__, url_prefix="/api/v1")

MAX_QUERY, MAX_LIMIT = 200, 100


def _read_limit() -> str:
    settings: Settings = current_app.config["MINGDAN"]
    return settings.read_limit


limiter.limit(_read_limit, exempt_when=lambda: not _read_limit())(bp)


@bp.get("/institutions")
def institutions() -> ResponseReturnValue:
    """Search; nothing found is 200 with no items."""
    q = request.args.get("q", "").strip()
    if len(q) > MAX_QUERY:
        abort(414)
    limit = min(_number("limit", 20), MAX_LIMIT)
    offset = _number("after", 0)
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
        items=[_item(rows[card.code], card) for card in cards],
        next=str(offset + len(cards)) if more and cards else None,
    )


@bp.get("/institutions/<code>")
def institution(code: str) -> ResponseReturnValue:
    """Return one institution with its premises and the state of their door codes."""
    found = institution_or_404(db.session, code)
    codes = codes_of(db.session, [premises.id for premises in found.premises])
    return jsonify(
        {
            **_item(found, Cards(db.session).card(found)),
            **_as_of(found.area_code),
            "premises": [
                {
                    "name": premises.name,
                    "address": premises.address,
                    "door_code": "issued" if premises.id in codes else "none",
                }
                for premises in found.premises
                if premises.closed_on is None
            ],
        }
    )


def _item(institution: Institution, card: Card) -> dict[str, Any]:
    return {
        "code": institution.code,
        "name": institution.name,
        "uscc": institution.uscc,
        "licence_no": institution.licence_number,
        "address": card.address,
        "area": institution.area_code,
        "kinds": [kind.kind_code for kind in institution.kinds],
        "standing": card.verdict.standing,
    }


def _as_of(area_code: str = "") -> dict[str, Any]:
    settings: Settings = current_app.config["MINGDAN"]
    latest: Edition | None = latest_edition(db.session, area_code or settings.area)
    return {
        "edition": latest.number if latest else None,
        "as_of": latest.as_of.isoformat() if latest else None,
    }


def _number(name: str, default: int) -> int:
    given = request.args.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 8 else default
