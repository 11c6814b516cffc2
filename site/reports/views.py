"""/report: the anonymous tip. No session, no cookie, nothing stored."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from departments.deadlines import deadlines
from departments.models import Category
from departments.routing import NoRoute, Route
from portal.addresses import public_address
from portal.clock import today
from portal.codes import grouped
from portal.database import db
from portal.forms import read_token
from portal.i18n import translated
from portal.limits import REPORTS_PER_CLIENT, limiter
from portal.settings import Settings
from portal.text import cleaned
from register.cards import Card, card
from register.institutions import institution_or_404
from register.models import Institution
from reports.forms import BODY_LENGTH, PLACE_LENGTH, ReportForm
from reports.receipts import receipt_code
from reports.sending import Tip, is_open, route_of, take

bp = Blueprint("reports", __name__)


@dataclass(frozen=True, slots=True)
class RouteShown:
    """Who handles a tip and by when, as shown before sending."""

    lead: str
    assists: list[str]
    accept_by: date
    finish_by: date
    readers: str


@bp.get("/report")
def categories() -> ResponseReturnValue:
    """Ask first what it is about, in parents' words."""
    if not is_open(db.session, _area()):
        return render_template("reports/closed.html")
    found = db.session.scalars(sa.select(Category).order_by(Category.position)).all()
    return render_template(
        "reports/categories.html",
        groups=[
            (translated(group), [(c.code, translated(c.plain)) for c in members])
            for group, members in groupby(found, key=lambda category: category.group)
        ],
        institution=_card(_institution()),
    )


@bp.get("/report/new")
def new() -> ResponseReturnValue:
    """Show the form with department and deadline."""
    return _form_page(ReportForm())


@bp.post("/report/new")
@limiter.limit(REPORTS_PER_CLIENT, deduct_when=lambda response: response.status_code == 200)
def send() -> ResponseReturnValue:
    """Take the tip; answer with the receipt page itself, so that no address ever holds the code."""
    form, institution, category = ReportForm(), _institution(), _category()
    if not is_open(db.session, _area()):
        return render_template("reports/closed.html"), 409
    if not form.validate_for(institution):
        return _form_page(form), 422
    tip = Tip(
        category=category,
        institution=institution,
        area_code=institution.area_code if institution else _area(),
        content={
            "text": cleaned(form.body.data or "", BODY_LENGTH),
            "place_name": cleaned(form.place_name.data or "", PLACE_LENGTH),
            "place_address": cleaned(form.place_address.data or "", PLACE_LENGTH),
        },
    )
    code = receipt_code(read_token(str(form.csrf_token.data), "reports.new"))
    desk_link = public_address("inbox.index")
    try:
        report = take(db.session, tip, code, desk_link)
    except NoRoute:
        return render_template("reports/closed.html"), 409
    return render_template(
        "reports/sent.html",
        code_groups=grouped(code),
        lead=report.department.name,
        received_on=today(),
        accept_by=report.accept_by,
        finish_by=report.finish_by,
    )


def _form_page(form: ReportForm) -> str:
    institution, category = _institution(), _category()
    if not is_open(db.session, _area()):
        return render_template("reports/closed.html")
    area = institution.area_code if institution else _area()
    try:
        route = route_of(db.session, category, institution, area)
    except NoRoute:
        return render_template("reports/closed.html")
    return render_template(
        "reports/new.html",
        form=form,
        category=category,
        route=_route_shown(route),
        institution=_card(institution),
    )


def _route_shown(route: Route) -> RouteShown:
    due = deadlines(today(), urgent=route.urgent)
    names = {"lead": route.lead.name, "coordinating": route.coordinating.name}
    if route.inbox is route.lead:
        said = gettext("只有%(lead)s和%(coordinating)s能打开。", **names)
    else:
        said = gettext("%(lead)s还没有开通收件，由%(coordinating)s代收。", **names)
    return RouteShown(
        lead=route.lead.name,
        assists=[department.short_name for department in route.assists],
        accept_by=due.accept_by,
        finish_by=due.finish_by,
        readers=said,
    )


def _category() -> Category:
    category = db.session.get(Category, request.values.get("category", "")[:3].upper())
    return category or abort(404)


def _institution() -> Institution | None:
    code = request.values.get("institution", "")
    return institution_or_404(db.session, code) if code else None


def _card(institution: Institution | None) -> Card | None:
    return card(db.session, institution) if institution else None


def _area() -> str:
    return _settings().area


def _settings() -> Settings:
    settings: Settings = current_app.config["MINGDAN"]
    return settings
