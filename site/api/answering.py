"""What the answers of /api/v1 share: the limit, an institution, as of when, a refusal."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from portal.limits import limiter
from portal.settings import Settings
from register.cards import Card
from register.freshness import is_fresh
from register.listed import Listed
from register.models import Edition

MAX_LIMIT = 100


def settings() -> Settings:
    """Return the settings of this instance."""
    found: Settings = current_app.config["MINGDAN"]
    return found


def under_read_limit(bp: Blueprint) -> Blueprint:
    """Put the routes under MINGDAN_READ_LIMIT, where it is set."""
    limiter.limit(lambda: settings().read_limit, exempt_when=lambda: not settings().read_limit)(bp)
    return bp


def item(institution: Listed, card: Card) -> dict[str, Any]:
    """Return an institution as it stands today; the verdict is the page's."""
    return {
        "code": institution.code,
        "name": institution.name,
        "uscc": institution.uscc,
        "licence_no": institution.licence_number,
        "address": card.address,
        "area": institution.area_code,
        "kinds": institution.kinds,
        "standing": card.verdict.standing,
    }


def as_of(edition: Edition | None, on: date | None = None) -> dict[str, Any]:
    """Return which edition answers, of when, and whether that was recent enough."""
    return {
        "edition": edition.number if edition else None,
        "as_of": edition.as_of.isoformat() if edition else None,
        "fresh": is_fresh(edition, on) if edition else False,
    }


def refused(status: int, message: str) -> ResponseReturnValue:
    """Return a refusal in the shape of all of them."""
    return jsonify(error={"status": status, "message": message}), status


def number(name: str, default: int) -> int:
    """Return a whole number that was asked for, or the default for anything else."""
    given = request.args.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else default
