"""/departments: who handles what, made from the routing table."""

from itertools import groupby

import sqlalchemy as sa
from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from departments.models import Category, Department, InstitutionKind, RoutingRule
from departments.routing import filled_roles
from portal.database import db
from portal.i18n import gettext, translated
from portal.settings import Settings

bp = Blueprint("departments", __name__)


@bp.get("/departments")
def index() -> ResponseReturnValue:
    """Show every category with its lead and assisting departments, and their contacts."""
    settings: Settings = current_app.config["MINGDAN"]
    filled = filled_roles(db.session, settings.area)
    return render_template(
        "departments/index.html",
        groups=_groups(filled),
        departments=sorted(set(filled.values()), key=lambda department: department.id),
    )


_Row = tuple[str, str, list[tuple[str, str, list[str]]]]


def _groups(filled: dict[str, Department]) -> list[tuple[str, list[_Row]]]:
    kinds = {
        kind.code: translated(kind.name)
        for kind in db.session.scalars(
            sa.select(InstitutionKind).order_by(InstitutionKind.position)
        )
    }
    rules: dict[str, list[RoutingRule]] = {}
    for rule in db.session.scalars(
        sa.select(RoutingRule)
        .filter_by(valid_until=None, stage="ANY")
        .options(selectinload(RoutingRule.assists))
    ):
        rules.setdefault(rule.category_code, []).append(rule)
    categories = db.session.scalars(sa.select(Category).order_by(Category.position)).all()
    return [
        (
            translated(group),
            [
                (c.code, translated(c.plain), _lines(rules.get(c.code, []), kinds, filled))
                for c in members
            ],
        )
        for group, members in groupby(categories, key=lambda category: category.group)
    ]


def _lines(
    rules: list[RoutingRule], kinds: dict[str, str], filled: dict[str, Department]
) -> list[tuple[str, str, list[str]]]:
    by_lead: dict[str, tuple[list[str], list[str]]] = {}
    for rule in sorted(rules, key=lambda rule: list(kinds).index(rule.kind_code)):
        lead = filled.get(rule.lead_role) or filled.get(rule.fallback_role)
        if lead is None:
            continue
        named, assists = by_lead.setdefault(lead.short_name, ([], []))
        named.append(kinds[rule.kind_code])
        for assist in rule.assists:
            department = filled.get(assist.role_code)
            if department and department.short_name not in (lead.short_name, *assists):
                assists.append(department.short_name)
    everything = len(by_lead) == 1
    return [
        (gettext("所有机构") if everything else gettext("、").join(named), lead, assists)
        for lead, (named, assists) in by_lead.items()
    ]
