"""/desk/account: one's own sign-ins, sessions, password; and colleagues who wait for the key."""

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from accounts.access import needs
from accounts.audit import record
from accounts.enrolment import hand_key, waiting_for_key
from accounts.keys import own_key, put_under
from accounts.models import DeskSession, Outcome, RecoveryCode
from accounts.officers import (
    LONGEST_PASSWORD,
    Desk,
    OfficerError,
    check_password,
    close_desks,
    set_password,
)
from accounts.roles import ROLES, Permission
from accounts.signing_in import attempts
from portal.database import db
from portal.forms import DeskForm
from portal.limits import REFUSED, SIGN_INS_PER_CLIENT, limiter, refused

bp = Blueprint("account", __name__, url_prefix="/desk/account")

OUTCOMES = {
    Outcome.ADMITTED: "成功",
    Outcome.REFUSED: "没有成功",
    Outcome.WRONG_CODE: "口令正确，动态码不对：如果不是您，请马上改口令",
}


class PasswordForm(DeskForm):
    """The password there is, and a new one."""

    current = PasswordField(
        "现在的口令", [DataRequired("请填写现在的口令"), Length(max=LONGEST_PASSWORD)]
    )
    password = PasswordField("新口令", [DataRequired("请填写新口令"), Length(max=LONGEST_PASSWORD)])
    again = PasswordField("再填一次", [EqualTo("password", "两次填的口令不一样")])


class PlainForm(DeskForm):
    """Only the token."""


@bp.get("")
@needs(Permission.OWN_ACCOUNT)
def index(desk: Desk) -> ResponseReturnValue:
    """Show one's own account."""
    return _page(desk)


@bp.post("/sessions")
@needs(Permission.OWN_ACCOUNT)
def sessions_posted(desk: Desk) -> ResponseReturnValue:
    """End one's own sessions elsewhere."""
    if not PlainForm().validate():
        return _page(desk), REFUSED
    close_desks(db.session, desk.officer, but=str(session["desk"]))
    db.session.commit()
    return redirect(url_for("account.index"), 303)


@bp.post("/password")
@limiter.limit(SIGN_INS_PER_CLIENT, deduct_when=refused)
@needs(Permission.OWN_ACCOUNT)
def password_posted(desk: Desk) -> ResponseReturnValue:
    """Change the password; the keys stay readable, sessions elsewhere end."""
    form, officer = PasswordForm(), desk.officer
    if not form.validate():
        return _page(desk, form), REFUSED
    current, new = form.current.data or "", form.password.data or ""
    if check_password(db.session, officer.username, current) is None:
        form.current.errors = ["口令不对"]
        return _page(desk, form), REFUSED
    try:
        set_password(officer, new)
    except OfficerError as fault:
        form.password.errors = [str(fault)]
        return _page(desk, form), REFUSED
    put_under(officer, own_key(officer, current), new)
    close_desks(db.session, officer, but=str(session["desk"]))
    record(db.session, "account.password", desk.membership, ("officer", officer.id))
    db.session.commit()
    return redirect(url_for("account.index"), 303)


@bp.post("/keys/<int:officer_id>")
@needs(Permission.CASES_WORK)
def key_posted(desk: Desk, officer_id: int) -> ResponseReturnValue:
    """Hand the department's key to a colleague who waits for it."""
    waiting = waiting_for_key(db.session, desk.membership.department_id)
    officer = next((each for each in waiting if each.id == officer_id), None) or abort(404)
    if not PlainForm().validate():
        return _page(desk), REFUSED
    try:
        hand_key(db.session, desk, officer)
    except OfficerError as fault:
        return _page(desk, sentence=str(fault)), REFUSED
    record(db.session, "keys.hand", desk.membership, ("officer", officer_id))
    db.session.commit()
    return redirect(url_for("account.index"), 303)


def _page(desk: Desk, form: PasswordForm | None = None, sentence: str = "") -> str:
    department = desk.membership.department_id
    hands = desk.may(Permission.CASES_WORK) and department in desk.keys
    return render_template(
        "accounts/account.html",
        desk=desk,
        form=form or PasswordForm(),
        sentence=sentence,
        role=ROLES[desk.membership.role],
        attempts=attempts(db.session, desk.officer),
        outcomes=OUTCOMES,
        sessions=_count(DeskSession, desk),
        recovery_codes=_count(RecoveryCode, desk),
        waiting=waiting_for_key(db.session, department) if hands else [],
        keyless=desk.may(Permission.CASES_WORK) and not hands,
    )


def _count(table: type[DeskSession | RecoveryCode], desk: Desk) -> int:
    found = sa.select(sa.func.count()).select_from(table).filter_by(officer_id=desk.officer.id)
    return db.session.scalar(found) or 0
