"""/api/v1: one institution, one door, the areas, who is responsible."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from api.answering import as_of, item, refused, settings, under_read_limit
from areas.divisions import full_name, subtree
from areas.models import Area
from departments.models import Category, InstitutionKind
from departments.routing import filled_roles
from doorcodes.codes import Mistyped, codes_of, find
from portal.database import db
from register.cards import Cards
from register.editions import latest_by_area, latest_edition
from register.history import NoSuchDay, PastDay, on_day, read_day
from register.institutions import institution_or_404, open_standing
from register.listed import by_codes
from register.models import Institution

bp = under_read_limit(Blueprint("records", __name__, url_prefix="/api/v1"))


@bp.get("/institutions/<code>")
def institution(code: str) -> ResponseReturnValue:
    """Return one institution with its premises; with `on`, as it stood that day."""
    found = institution_or_404(db.session, code)
    if "on" not in request.args:
        return jsonify(_today(found))
    try:
        past = on_day(db.session, found, read_day(request.args["on"].strip()))
    except NoSuchDay as fault:
        return refused(400, str(fault))
    return jsonify(_past(found, past))


@bp.get("/doors/<code>")
def door(code: str) -> ResponseReturnValue:
    """Return whose door a code belongs to, and where the institution stands today."""
    try:
        found = find(db.session, code)
    except Mistyped:
        return refused(404, "这个码不对：应是12位数字和字母，可能抄错了一位。")
    if found is None:
        return refused(404, "不是本站发出的码。请先不要付款。")
    standing = open_standing(found.premises.institution)
    if found.revoked_on or found.premises.closed_on or standing is None:
        reason = found.revoked_reason or "这个教学点已不在名单上"
        return refused(410, f"这张门贴已作废：{reason}。")
    owner = found.premises.institution
    return jsonify(
        {
            "door_code": found.code,
            "premises": {"name": found.premises.name, "address": found.premises.address},
            "institution": _item(owner.code),
            **as_of(latest_edition(db.session, owner.area_code)),
        }
    )


@bp.get("/areas")
def areas() -> ResponseReturnValue:
    """Return the areas served, and those with a list, each with its newest edition."""
    newest = latest_by_area(db.session)
    served = subtree(db.session, settings().area) if settings().area else []
    found = db.session.scalars(
        sa.select(Area).where(Area.code.in_({*served, *newest})).order_by(Area.code)
    )
    return jsonify(
        items=[
            {
                "code": area.code,
                "name": area.name,
                "full_name": full_name(db.session, area.code),
                "parent": area.parent_code,
                **as_of(newest.get(area.code)),
            }
            for area in found
        ]
    )


@bp.get("/departments")
def departments() -> ResponseReturnValue:
    """Return the departments of the area served and the roles they fill."""
    filled = filled_roles(db.session, settings().area)
    found = sorted(set(filled.values()), key=lambda department: department.id)
    return jsonify(
        items=[
            {
                "area": department.area_code,
                "name": department.name,
                "short_name": department.short_name,
                "duties": department.duties,
                "hotline": department.hotline,
                "website": department.website,
                "roles": sorted(role for role, filler in filled.items() if filler is department),
            }
            for department in found
        ]
    )


@bp.get("/categories")
def categories() -> ResponseReturnValue:
    """Return what a tip can be about, and the kinds of institutions."""
    return jsonify(
        items=[
            {
                "code": category.code,
                "name": category.name,
                "plain": category.plain,
                "group": category.group,
                "urgent": category.urgent,
            }
            for category in db.session.scalars(sa.select(Category).order_by(Category.position))
        ],
        kinds=[
            {"code": kind.code, "name": kind.name}
            for kind in db.session.scalars(
                sa.select(InstitutionKind).order_by(InstitutionKind.position)
            )
        ],
    )


def _item(code: str) -> dict[str, Any]:
    (found,) = by_codes(db.session, [code])
    return item(found, Cards(db.session).card(found))


def _today(found: Institution) -> dict[str, Any]:
    codes = codes_of(db.session, [premises.id for premises in found.premises])
    return {
        **_item(found.code),
        **as_of(latest_edition(db.session, found.area_code)),
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


def _past(found: Institution, past: PastDay) -> dict[str, Any]:
    """Return what the edition in force wrote; nothing of today's register but code and area."""
    entry = past.entry or {}
    places = entry.get("premises", [])
    return {
        "code": found.code,
        "name": entry.get("name"),
        "uscc": entry.get("uscc"),
        "licence_no": entry.get("licence_number"),
        "address": places[0]["address"] if places else "",
        "area": found.area_code,
        "kinds": entry.get("kinds", []),
        "standing": past.verdict.standing if past.verdict else None,
        **as_of(past.edition, past.on),
        "premises": places,
        "on": past.on.isoformat(),
        "note": past.sentence,
    }
