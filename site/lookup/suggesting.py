"""/search/suggest: names while one types. Nothing typed is kept."""

from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lookup.matching import EXACT, Words, how_named, words_of
from portal.database import db
from register.cards import Card, Cards
from register.indexing import index
from register.listed import by_codes
from search import Hit, NoIndex

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
    """Return who may be meant, told apart by standing and address; raises search.NoIndex.

    Words in common use suggest nobody but who bears just these: a list would pass for an answer.
    """
    found = index().search(query, limit=MOST).hits
    hits = {
        hit.key: hit for hit in found if hit.score == EXACT or not index().wording(query).generic
    }
    cards, words = Cards(session), words_of(query)
    return [
        _suggestion(cards.card(institution), hits[institution.code], query, words)
        for institution in by_codes(session, hits)
    ]


def _suggestion(card: Card, hit: Hit, query: str, words: Words) -> dict[str, Any]:
    return {
        "code": card.code,
        "name": card.name,
        "standing": card.verdict.standing,
        "verdict": card.verdict.chip,
        "address": card.address,
        "matched_by": hit.matched_by.value,
        "matched": how_named(card.name, hit, query, words),
    }
