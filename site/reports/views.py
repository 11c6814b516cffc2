"""/report: the anonymous tip. No session, no cookie, nothing stored."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded

from departments.deadlines import deadlines
from departments.models import Category
from departments.routing import NoRoute, Route, stages_asked
from portal.addresses import public_address
from portal.clock import today
from portal.database import db
from portal.forms import read_token
from portal.i18n import gettext, translated
from portal.settings import Settings
from portal.text import cleaned
from register.cards import Card, card
from register.institutions import institution_or_404
from register.models import Institution
from reports.choices import CHOICES, HINTS, STAGES, choice_named, choice_of
from reports.code_page import code_page
from reports.files import CleanFile, FileRefused, cleaned_files, said_removed
from reports.flood import alike_today, cluster, count
from reports.forms import BODY_LENGTH, PLACE_LENGTH, ReportForm, report_form
from reports.guard import known_only_to_one, masked, personal_data
from reports.notice import NEEDS_A_GUARDIAN_BELOW, kept_in_words
from reports.proof import challenge, is_proven
from reports.questions import answered, questions_of
from reports.receipts import receipt_code
from reports.retention import DAYS
from reports.sending import Tip, is_known, is_open, main_kind, route_of, take

bp = Blueprint("reports", __name__)


@dataclass(frozen=True, slots=True)
class RouteShown:
    """Who handles a tip and by when, as shown before sending."""

    lead: str
    assists: list[str]
    accept_by: date
    finish_by: date
    readers: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what goes, and what in it could give a person away."""

    place: list[str]
    rows: list[tuple[str, str]]
    text: str
    found: list[tuple[str, str]]  # kind, words
    own: list[str]  # passages that perhaps only their writer can know
    alike: int  # at least so many came today about the same: 20, 5 or 0


@bp.before_request
def _read_first() -> None:
    db.read_first()  # decoding photos and making pages takes long; only `locked` parts write


@bp.route("/report", methods=["GET", "POST"])
def categories() -> ResponseReturnValue:
    """Ask first what it is about, in parents' words: twelve choices, then the category.

    What was chosen, and the institution, travel in posted fields: no address and no history says
    them. Addresses with them, of posters and bookmarks, are answered too.
    """
    _must_be_open()
    chosen = choice_named(request.values.get("about", ""))
    plain = {category.code: category.plain for category in db.session.scalars(sa.select(Category))}
    placed = {code for choice in CHOICES for code in choice.categories}
    unplaced = [code for code in plain if code not in placed]  # a district's own: under the last
    shown = [*(chosen.categories if chosen else ()), *(unplaced if chosen is CHOICES[-1] else ())]
    return render_template(
        "reports/categories.html",
        choices=CHOICES,
        chosen=chosen,
        categories=[
            (code, translated(plain[code]), HINTS.get(code, "")) for code in shown if code in plain
        ],
        institution=_card(_institution()),
    )


@bp.get("/report/new")
def new() -> ResponseReturnValue:
    """Show the form with department and deadline; without a category ask for one."""
    return categories() if not request.args else _page("reports/new.html", _form())


@bp.post("/report/new")
def send() -> ResponseReturnValue:
    """Show what will go, or take it; the answer is the receipt page itself: no address holds it."""
    form, step = _form(), request.form.get("step", "send")
    if step == "mask":
        _mask(form)
    if step == "start":
        return _page("reports/new.html", form)
    if step == "edit":
        form.keep_token()
        return _page("reports/new.html", form)
    if not form.validate_for(_institution()):
        return _page("reports/new.html", form), 422
    if step != "send":
        return _preview_page(form)
    return _taken(form)


def _taken(form: ReportForm) -> ResponseReturnValue:
    number = read_token(str(form.csrf_token.data), form.token_route)
    code = receipt_code(number)
    try:
        files = cleaned_files(request.files.getlist("files"), _settings().instance)
    except FileRefused as fault:
        return _preview_page(form, files_fault=str(fault)), 422
    tip, proven = _tip(form, files), is_proven(request.form.get("proof", ""), number)
    try:
        with db.locked() as session:  # the same form sent many times at once counts once
            if not is_known(session, code):
                count(tip, proven=proven)
            report = take(session, tip, code, public_address("inbox.index"), cluster(tip))
    except RateLimitExceeded:
        return _preview_page(form, busy=True), 429
    return code_page(report, code, removed=said_removed(files))


@bp.errorhandler(NoRoute)
def _closed(_fault: NoRoute) -> ResponseReturnValue:
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render_template("reports/closed.html"), status


def _must_be_open() -> None:
    if not is_open(db.session, _area()):
        raise NoRoute


def _form() -> ReportForm:
    category = _category()
    asked = stages_asked(db.session, category.code, main_kind(_institution()))
    stages = [(stage, STAGES[stage]) for stage in ("ANY", *asked) if stage in STAGES]
    form = report_form(questions_of(category.code), stages if len(stages) > 1 else [])
    form.stage.data = form.chosen_stage()
    return form


def _mask(form: ReportForm) -> None:
    for field in form.texts():
        field.data = masked(field.data or "")


def _tip(form: ReportForm, files: tuple[CleanFile, ...]) -> Tip:
    institution = _institution()
    return Tip(
        category=_category(),
        institution=institution,
        area_code=institution.area_code if institution else _area(),
        content={
            "text": cleaned(form.body.data or "", BODY_LENGTH),
            "place_name": cleaned(form.place_name.data or "", PLACE_LENGTH),
            "place_address": cleaned(form.place_address.data or "", PLACE_LENGTH),
            **form.answers(),
        },
        stage=form.chosen_stage(),
        files=files,
    )


def _preview_page(form: ReportForm, *, busy: bool = False, files_fault: str = "") -> str:
    texts = [cleaned(field.data or "", BODY_LENGTH) for field in form.texts()]
    preview = Preview(
        place=[cleaned(form[name].data or "", PLACE_LENGTH) for name in _PLACE],
        rows=answered(form.answers()),
        text=cleaned(form.body.data or "", BODY_LENGTH),
        found=[(str(one.kind), one.words) for text in texts for one in personal_data(text)],
        own=[words for text in texts for words in known_only_to_one(text)],
        alike=alike_today(db.session, _tip(form, ())),
    )
    return _page("reports/preview.html", form, preview=preview, busy=busy, files_fault=files_fault)


_PLACE = ("place_name", "place_address")


def _page(
    template: str,
    form: ReportForm,
    *,
    preview: Preview | None = None,
    busy: bool = False,
    files_fault: str = "",
) -> str:
    institution, category = _institution(), _category()
    area = institution.area_code if institution else _area()
    _must_be_open()
    route = route_of(db.session, category, institution, area, form.chosen_stage())
    number = read_token(str(form.csrf_token.current_token), form.token_route)
    return render_template(
        template,
        form=form,
        category=category,
        choice=choice_of(category.code),
        route=_route_shown(route),
        institution=_card(institution),
        preview=preview,
        challenge=challenge(number) if preview else "",
        busy=busy,
        files_fault=files_fault,
        kept=kept_in_words(),
        guardian_below=NEEDS_A_GUARDIAN_BELOW,
        days=max(DAYS.values()),
    )


def _route_shown(route: Route) -> RouteShown:
    due = deadlines(today(), urgent=route.urgent)
    names = {"lead": route.lead.name, "coordinating": route.coordinating.name}
    if route.inbox is route.lead:
        said = gettext(
            "只有%(lead)s和%(coordinating)s能打开，还有它们请来协助的部门；"
            "转给别的部门，就换成那个部门能打开，原来的不能再打开。",
            **names,
        )
    else:
        said = gettext(
            "%(lead)s还没有开通收件，由%(coordinating)s代收；转给别的部门，那个部门也能打开，"
            "请来协助的部门也能打开。",
            **names,
        )
    if route.second is not None:
        second = gettext("事情紧急，%(second)s同时收到，也能打开。", second=route.second.name)
        said = f"{said}{second}"
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
    return card(db.session, institution.code) if institution else None


def _area() -> str:
    return _settings().area


def _settings() -> Settings:
    settings: Settings = current_app.config["MINGDAN"]
    return settings
