"""Home, search, lists, institution: what a parent reads. Plain GET, no script, no cookie."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, selectinload

from areas.divisions import full_name, subtree
from areas.models import Area
from lookup.facets import Asked, groups
from lookup.institution_page import institution_page, past_facts
from lookup.search_page import SearchPage, search_page
from lookup.shell import latest
from lookup.typed_doors import at_our_door, door_code, is_printed_like_one
from notices.reading import KINDS, newest
from portal.clock import china_day, today
from portal.database import db
from portal.i18n import gettext
from portal.pager import page_of
from portal.revision import remembered
from portal.settings import Settings
from portal.templating import address
from register.cards import Cards, card
from register.changes import change_lines
from register.editions import latest_by_area, latest_edition
from register.history import NoSuchDay, on_day, read_day
from register.institutions import codes_listed, count, counts, institution_or_404
from register.kinds import load_kinds
from register.listed import by_codes
from register.models import Change, Institution, Status
from register.verdict import NOT_FOUND, WORDS, is_list, not_found
from search import Filters, NoIndex, Tier

bp = Blueprint("lookup", __name__)

PAGE_SIZE = 20
MAX_QUERY = 200  # characters: the longest institution name there is, and room
LAST_PAGE = 500  # further pages are for machines, which have the files of the edition


@bp.get("/")
def home() -> ResponseReturnValue:
    """One box, the as-of line, three ways in, what changed last."""
    settings = _settings()
    newest_edition = latest_edition(db.session, settings.area)
    numbers = remembered(db.session, _counts, settings.area, today())
    return render_template(
        "lookup/home.html",
        counts=[(s, WORDS[s][1], numbers.get(s, 0)) for s in WORDS if s != NOT_FOUND],
        changes=_changes(newest_edition.id) if newest_edition else [],
        changes_total=_changes_total(newest_edition.id) if newest_edition else 0,
        notices=[(n, china_day(n.published_at)) for n in newest(db.session, 3) if n.published_at],
        notice_kinds=KINDS,
    )


@bp.get("/search")
def search() -> ResponseReturnValue:
    """Answer a query in three honest tiers: found, similar names, nothing."""
    q, filters = request.args.get("q", "").strip(), _filters()
    if len(q) > MAX_QUERY:
        abort(414)
    if not q and is_list(filters.standing):
        area, kind = filters.area or None, filters.kind or None
        listed = url_for("lookup.lists", standing=filters.standing, area=area, kind=kind)
        return redirect(listed, 303)
    door = at_our_door(q, _settings().base_url) or door_code(db.session, q)
    if door:
        return _to_door(door)
    cards, after = Cards(db.session), request.args.get("after")
    try:
        shown = search_page(db.session, q, filters, after, PAGE_SIZE, cards) if q else SearchPage()
    except NoIndex:
        abort(503)
    asked = Asked(address("lookup.search"), q, filters)
    found = shown.answer.found if shown.answer else None
    divided = groups(db.session, asked, found.facets, cards.kinds) if found else []
    nothing = found is not None and found.tier is Tier.NONE
    if found and found.tier is not Tier.FOUND and is_printed_like_one(q):
        return _to_door(q)  # which says that it is mistyped
    return render_template(
        "lookup/search.html",
        q=q,
        filters=filters,
        groups=divided,
        choices={} if divided else _choices(),
        answer=shown.answer,
        shown=shown,
        black_url=Asked(asked.path, q, Filters(standing=Status.BLACK)).url(),
        shorter_url=Asked(asked.path, shown.reason.shorter, filters).url() if shown.reason else "",
        first_url=asked.url() if shown.further else "",
        next_url=asked.url(after=shown.next) if shown.next else "",
        verdict=not_found(latest(db.session, _settings())) if nothing else None,
        coverage=_coverage() if nothing else "",
    )


def _to_door(code: str) -> ResponseReturnValue:
    return redirect(url_for("doorcodes.door", code=code), 303)


@bp.get("/lists/<standing>")
def lists(standing: str) -> ResponseReturnValue:
    """List who has a standing, by name."""
    if not is_list(standing):
        abort(404)
    filters = _filters()
    area = filters.area or _settings().area
    total = remembered(db.session, _count, standing, area, filters.kind, today())
    page = page_of(total, PAGE_SIZE, most=LAST_PAGE)
    within = _within(db.session, area)
    codes = codes_listed(db.session, standing, within, filters.kind, page.offset, PAGE_SIZE)
    cards = Cards(db.session)
    return render_template(
        "lookup/lists.html",
        standing=standing,
        cards=[cards.card(found) for found in by_codes(db.session, codes)],
        filters=filters,
        choices=_choices(),
        page=page,
    )


@bp.get("/institutions/<code>")
def institution(code: str) -> ResponseReturnValue:
    """Show one institution: verdict, facts, doors, history; with `on`, where it stood that day."""
    found = institution_or_404(db.session, code)
    if "on" in request.args:
        return _on_a_past_day(found, request.args["on"].strip())
    subject, year = request.args.get("subject", ""), request.args.get("year", "")
    page = institution_page(db.session, found, subject, year)
    response = current_app.make_response(render_template("lookup/institution.html", inst=page))
    if found.standings[-1].status in {"removed", "closed"}:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _on_a_past_day(institution: Institution, text: str) -> ResponseReturnValue:
    try:
        past, refusal = on_day(db.session, institution, read_day(text)), ""
    except NoSuchDay as fault:
        past, refusal = None, str(fault)
    page = render_template(
        "lookup/institution_on.html",
        inst=institution,
        now=card(db.session, institution.code),
        past=past,
        facts=past_facts(past.entry) if past and past.entry else [],
        asked=past.on if past else None,
        refusal=refusal,
    )
    # Old news is for who asks for it: a search engine would show it as today's.
    return page, 400 if refusal else 200, {"X-Robots-Tag": "noindex"}


def _changes(edition_id: int) -> list[Any]:
    rows = db.session.scalars(
        sa.select(Change)
        .filter_by(edition_id=edition_id)
        .order_by(Change.before.is_(None), Change.id)  # moves first: they matter most to a parent
        .limit(5)
        .options(selectinload(Change.institution))
    )
    return change_lines(rows)


def _changes_total(edition_id: int) -> int:
    query = sa.select(sa.func.count(Change.id)).filter_by(edition_id=edition_id)
    return db.session.scalar(query) or 0


def _filters() -> Filters:
    return Filters(
        area=request.args.get("area", "")[:6],
        kind=request.args.get("kind", "")[:2],
        standing=request.args.get("standing", "")[:20],
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "areas": remembered(db.session, _areas_with_lists),
        "kinds": remembered(db.session, load_kinds).choices(),
        "standings": [(s, str(words[1])) for s, words in WORDS.items() if s != NOT_FOUND],
    }


def _areas_with_lists(session: Session) -> list[tuple[str, str]]:
    areas = sa.select(Area).where(Area.code.in_(latest_by_area(session))).order_by(Area.code)
    return [(area.code, area.name) for area in session.scalars(areas)]


def _coverage() -> str:
    editions = latest_by_area(db.session)
    if not editions:
        return gettext("本站还没有公布过名单。")
    return gettext("；").join(
        gettext(
            "%(area)s第%(number)s期名单", area=full_name(db.session, code), number=edition.number
        )
        for code, edition in sorted(editions.items())
    )


def _counts(session: Session, area: str, _on: date) -> dict[str, int]:
    """Count by standing, which changes with the day, too: licences run out."""
    return counts(session, _within(session, area))


def _count(session: Session, standing: str, area: str, kind: str, _on: date) -> int:
    return count(session, standing, _within(session, area), kind)


def _within(session: Session, area: str) -> list[str]:
    """Return the codes of an area and what lies in it; none stands for everywhere."""
    return subtree(session, area) if area else []


def _settings() -> Settings:
    settings: Settings = current_app.config["MINGDAN"]
    return settings
