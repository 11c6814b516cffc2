"""/desk/lists: the second person, urgent single changes, and what is said of an edition later."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import needs
from accounts.audit import record
from accounts.officers import Desk
from accounts.roles import Permission
from portal.clock import CHINA
from portal.database import db
from publishing.auditing import acted_by
from publishing.desk_forms import ApproveForm, NoteForm, ReturnForm, UrgentForm
from publishing.desk_pages import REFUSED, areas_of, check_shown, found_or_404, submission_page
from publishing.desk_views import done
from publishing.notes import correct, withhold
from publishing.submissions import Refused, approve, give_back
from publishing.urgent import UrgentAct, urgent
from register.models import Edition, Institution, NoteKind

bp = Blueprint("deciding", __name__, url_prefix="/desk/lists")


@bp.post("/<int(max=999999999):submission_id>/approval")
@needs(Permission.LISTS_APPROVE)
def approve_posted(desk: Desk, submission_id: int) -> ResponseReturnValue:
    """Approve as the second person, now or at a time in China."""
    found = found_or_404(desk, submission_id, Permission.LISTS_APPROVE)
    form = ApproveForm()
    if not form.validate():
        return submission_page(desk, found, approve_form=form), REFUSED
    at = form.publish_at.data.replace(tzinfo=CHINA) if form.publish_at.data else None

    def agree() -> None:
        check_shown(found)
        approve(db.session, found, desk.officer.id, at)

    return done(desk, found, agree, approve_form=form)


@bp.post("/<int(max=999999999):submission_id>/return")
@needs(Permission.LISTS_APPROVE)
def return_posted(desk: Desk, submission_id: int) -> ResponseReturnValue:
    """Give a submission back with words."""
    found = found_or_404(desk, submission_id, Permission.LISTS_APPROVE)
    form = ReturnForm()
    if not form.validate():
        return submission_page(desk, found, return_form=form), REFUSED
    remark = (form.remark.data or "").strip()
    return done(
        desk, found, lambda: give_back(db.session, found, desk.officer.id, remark), return_form=form
    )


@bp.get("/urgent")
@needs(Permission.LISTS_URGENT)
def urgent_new(_desk: Desk) -> ResponseReturnValue:
    """Ask for a single change that cannot wait."""
    form = UrgentForm(formdata=None, code=request.args.get("institution", ""))
    return render_template("publishing/desk_urgent.html", form=form, sentence="")


@bp.post("/urgent")
@needs(Permission.LISTS_URGENT)
def urgent_posted(desk: Desk) -> ResponseReturnValue:
    """Make the draft of a single change; it takes the same way as every other."""
    form, sentence = UrgentForm(), ""
    if form.validate():
        institution = _institution(desk, form.code.data or "")
        try:
            if institution is None:
                raise Refused("本区没有这个编号的机构。编号在机构公开页的地址里。")
            made = urgent(
                db.session, institution, UrgentAct(form.act.data), desk.membership.department_id,
                form.reason.data or "", form.reply.data or "", form.decision_number.data or "",
            )  # fmt: skip
        except Refused as fault:
            db.session.rollback()
            sentence = str(fault)
        else:
            made.created_by_id = desk.officer.id
            acted_by(
                db.session, "urgent", made, desk.membership,
                change=form.act.data, institution=institution.code,
            )  # fmt: skip
            db.session.commit()
            return redirect(url_for("lists.submission", submission_id=made.id), 303)
    return render_template("publishing/desk_urgent.html", form=form, sentence=sentence), REFUSED


@bp.get("/editions/<int(max=999999999):edition_id>")
@needs(Permission.LISTS_WITHHOLD)
def note(desk: Desk, edition_id: int) -> ResponseReturnValue:
    """Ask what is to be said of an edition."""
    return _note_page(_edition_or_404(desk, edition_id), NoteForm(formdata=None))


@bp.post("/editions/<int(max=999999999):edition_id>")
@needs(Permission.LISTS_WITHHOLD)
def note_posted(desk: Desk, edition_id: int) -> ResponseReturnValue:
    """Put an erratum on an edition's page, or stop handing out its files."""
    edition, form = _edition_or_404(desk, edition_id), NoteForm()
    if not form.validate():
        return _note_page(edition, form), REFUSED
    area, number, text = edition.area_code, edition.number, (form.text.data or "").strip()
    if form.kind.data == NoteKind.WITHHELD:
        withhold(db.session, area, number, (form.decision_number.data or "").strip(), text)
    else:
        correct(db.session, area, number, text)
    details: dict[str, Any] = {"kind": form.kind.data, "area": area, "number": number}
    record(db.session, "lists.noted", desk.membership, ("edition", edition_id), **details)
    db.session.commit()
    return redirect(url_for("publishing.edition", area=area, number=number), 303)


def _institution(desk: Desk, code: str) -> Institution | None:
    found = sa.select(Institution).filter_by(code=code.strip().upper())
    return db.session.scalar(found.where(Institution.area_code.in_(areas_of(desk))))


def _edition_or_404(desk: Desk, edition_id: int) -> Edition:
    edition = db.session.get(Edition, edition_id)
    if edition is None or edition.area_code not in areas_of(desk):
        abort(404)
    return edition


def _note_page(edition: Edition, form: NoteForm) -> str:
    return render_template("publishing/desk_note.html", edition=edition, form=form)
