"""What the head and foot of every page say: whose site this is, and as of which edition."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from accounts.officers import Desk
from areas.divisions import full_name
from departments.models import Department
from departments.routing import COORDINATING_ROLE, filled_roles
from portal.clock import today
from portal.database import db
from portal.i18n import gettext
from portal.revision import remembered
from portal.settings import Settings
from register.editions import Newest, newest_by_area
from register.freshness import StaleList, stale_lists

MODES = {"elder"}
# The packages whose pages say what the lists say, and so must say when a list is too old.
SHOW_LISTS = {"lookup", "bulk", "doorcodes", "publishing", "comparison", "data"}


@dataclass(frozen=True, slots=True)
class Site:
    """Whose site this is."""

    name: str
    authority: str
    area_name: str
    hotline: str
    hotline_name: str
    organiser: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Office:
    """Where a parent asks: the education department, or the coordinating office."""

    name: str
    short_name: str
    hotline: str


def site_info(session: Session, settings: Settings) -> Site:
    """Read whose site this is from settings, areas and departments."""
    area_name = remembered(session, full_name, settings.area) if settings.area else ""
    office = remembered(session, office_of, settings.area) if settings.area else None
    authority = settings.authority or (office.name if office else "")
    return Site(
        name=gettext("明单"),
        authority=authority or area_name or gettext("校外培训机构名单"),
        area_name=area_name,
        hotline=office.hotline if office else "",
        hotline_name=office.short_name if office else "",
        organiser=(
            gettext("%(authority)s（虚构示例）", authority=authority)
            if settings.demo and authority
            else authority
        ),
        demo=settings.demo,
    )


def office_of(session: Session, area_code: str) -> Office | None:
    """Return whom a parent of an area asks."""
    filled = filled_roles(session, area_code)
    found = filled.get("EDU") or filled.get(COORDINATING_ROLE)
    return Office(found.name, found.short_name, found.hotline) if found else None


def plain_site(settings: Settings) -> Site:
    """Return what can be said of the site without the database."""
    name = settings.authority or gettext("校外培训机构名单")
    return Site(gettext("明单"), name, "", "", "", name, settings.demo)


def latest(session: Session, settings: Settings) -> Newest | None:
    """Return the newest edition of the served area; of any where no area is set."""
    newest = remembered(session, newest_by_area)
    if not settings.area:
        return max(newest.values(), default=None)
    return newest.get(settings.area)


def _stale() -> list[StaleList]:
    if request.blueprint not in SHOW_LISTS:
        return []
    area = (request.view_args or {}).get("area")
    stale = remembered(db.session, stale_lists, today())
    return [found for found in stale if area in (None, found.area_code)]


def _at_desk() -> dict[str, Any]:
    desk: Desk | None = g.get("desk")
    if desk is None:
        return {"officer": None, "department": None}
    department = db.session.get(Department, desk.membership.department_id)
    return {"officer": desk.officer, "department": department}


def init_shell(app: Flask) -> None:
    """Give every template its shell."""

    @app.context_processor
    def shell() -> dict[str, Any]:
        settings: Settings = current_app.config["MINGDAN"]
        plain = g.get("plain", False)
        mode = request.cookies.get("mode", "")
        return {
            "site": plain_site(settings) if plain else site_info(db.session, settings),
            "latest": None if plain else latest(db.session, settings),
            "stale": [] if plain else _stale(),
            "mode": mode if mode in MODES else "",
            "today": today(),
            **({} if plain else _at_desk()),
            "csrf_token": generate_csrf,  # called by the desk's pages only
        }
