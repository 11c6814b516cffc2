"""/desk/sign-in and out, binding a second factor, and the page behind a one-time link."""

from flask import Blueprint, abort, current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from accounts.access import anyone, needs, remember
from accounts.audit import record
from accounts.invitations import accept, open_invitation
from accounts.officers import (
    LONGEST_PASSWORD,
    Desk,
    OfficerError,
    check_password,
    close_desk,
    close_desks,
    open_desk,
)
from accounts.roles import Permission
from accounts.second_factor import (
    demo_code,
    enrolment_address,
    matching,
    new_secret,
    qr_image,
    set_secret,
)
from accounts.signing_in import LostFactor, admitted
from portal.database import db
from portal.forms import DeskForm
from portal.limits import (
    REFUSED,
    SIGN_INS_PER_CLIENT,
    SIGN_INS_PER_NAME,
    limiter,
    name_key,
    refused,
)
from portal.settings import Settings

bp = Blueprint("accounts", __name__, url_prefix="/desk")

FIRST_PAGES = {  # where a role's work begins
    Permission.CASES_WORK: "inbox.index",
    Permission.ACCOUNTS_MANAGE: "officers.index",
}

_LOST = (
    "本站的密钥换过，您绑定的动态码核对不了。请在动态码处填一个恢复码，"
    "或请管理员为您重发登录链接，重新绑定动态码"
)


class SignInForm(DeskForm):
    """Name, password and the code of the moment."""

    username = StringField("登录名", [DataRequired("请填写登录名"), Length(max=60)])
    password = PasswordField("口令", [DataRequired("请填写口令"), Length(max=LONGEST_PASSWORD)])
    code = StringField("动态码", [Length(max=40)])


class CodeForm(DeskForm):
    """The first code of a new second factor; the password where an older one is replaced."""

    password = PasswordField("口令", [Length(max=LONGEST_PASSWORD)])
    code = StringField("动态码", [DataRequired("请填写动态码"), Length(max=40)])


class PasswordForm(DeskForm):
    """A new password, twice."""

    password = PasswordField("口令", [DataRequired("请填写口令"), Length(max=LONGEST_PASSWORD)])
    again = PasswordField("再填一次", [EqualTo("password", "两次填的口令不一样")])


class PlainForm(DeskForm):
    """Only the token."""


@bp.get("/sign-in")
@anyone
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
@limiter.limit(SIGN_INS_PER_CLIENT, deduct_when=refused)
@limiter.limit(SIGN_INS_PER_NAME, key_func=name_key, deduct_when=refused)
@anyone
def sign_in_posted() -> ResponseReturnValue:
    """Sign in; wrong name, password or code and a disabled account answer alike."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), REFUSED
    password = form.password.data or ""
    try:
        officer = admitted(db.session, form.username.data or "", password, form.code.data or "")
    except LostFactor:
        officer, sentence = None, _LOST
    else:
        sentence = "登录名、口令或动态码不对"
    if officer is None:
        db.session.commit()
        form.password.errors = [sentence]
        return _sign_in_page(form), REFUSED
    token = open_desk(db.session, officer, password)
    if isinstance(earlier := session.get("desk"), str):
        close_desk(db.session, earlier)
    db.session.commit()
    remember(token)
    return redirect(url_for("accounts.start"), 303)


@bp.get("/")
@needs(Permission.OWN_ACCOUNT)
def start(desk: Desk) -> ResponseReturnValue:
    """Lead to where the officer's work begins."""
    pages = (page for permission, page in FIRST_PAGES.items() if desk.may(permission))
    return redirect(url_for(next(pages, "account.index")), 303)


@bp.post("/sign-out")
@needs(Permission.ENROL)
def sign_out(desk: Desk) -> ResponseReturnValue:
    """End the session."""
    if not PlainForm().validate():
        abort(400)
    close_desk(db.session, str(session["desk"]))
    db.session.commit()
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/second-factor")
@needs(Permission.ENROL)
def second_factor(desk: Desk) -> ResponseReturnValue:
    """Show a new secret, as a QR code and to type, and ask for its first code."""
    return _second_factor_page(desk, CodeForm())


@bp.post("/second-factor")
@limiter.limit(SIGN_INS_PER_CLIENT, deduct_when=refused)
@needs(Permission.ENROL)
def second_factor_posted(desk: Desk) -> ResponseReturnValue:
    """Bind the secret when its code is right; who has one already gives the password again."""
    form = CodeForm()
    if not form.validate():
        return _second_factor_page(desk, form), REFUSED
    secret = new_secret(str(session["desk"]), desk.officer)
    password = form.password.data or ""
    if desk.enrolled and not check_password(db.session, desk.officer.username, password):
        form.password.errors = ["口令不对"]
    elif matching(secret, form.code.data or "") is None:
        form.code.errors = ["动态码不对，请看手机时间准不准，再填新的一个"]
    else:
        codes = set_secret(db.session, desk.officer, secret)
        close_desks(db.session, desk.officer, but=str(session["desk"]))
        record(db.session, "account.factor", desk.membership, ("officer", desk.officer.id))
        db.session.commit()
        return render_template("accounts/recovery_codes.html", codes=codes)
    return _second_factor_page(desk, form), REFUSED


@bp.get("/invitations/<token>")
@anyone
def invitation(token: str) -> ResponseReturnValue:
    """Ask whoever holds a one-time link for a password."""
    return _invitation_page(token, PasswordForm())


@bp.post("/invitations/<token>")
@limiter.limit(SIGN_INS_PER_CLIENT)
@anyone
def invitation_posted(token: str) -> ResponseReturnValue:
    """Set the password and use the link up."""
    form = PasswordForm()
    found = open_invitation(db.session, token) or abort(404)
    if form.validate():
        try:
            accept(db.session, found, form.password.data or "")
        except OfficerError as fault:
            form.password.errors = [str(fault)]
        else:
            db.session.commit()
            return redirect(url_for("accounts.sign_in"), 303)
    return _invitation_page(token, form), REFUSED


def _sign_in_page(form: SignInForm) -> str:
    settings: Settings = current_app.config["MINGDAN"]
    code = demo_code() if settings.demo else ""
    return render_template("accounts/sign_in.html", form=form, demo_code=code)


def _second_factor_page(desk: Desk, form: CodeForm) -> str:
    secret = new_secret(str(session["desk"]), desk.officer)
    address = enrolment_address(secret, desk.officer, "明单工作台")
    return render_template(
        "accounts/second_factor.html",
        form=form, enrolled=desk.enrolled, image=qr_image(address), secret=secret,
    )  # fmt: skip


def _invitation_page(token: str, form: PasswordForm) -> str:
    found = open_invitation(db.session, token) or abort(404)
    return render_template("accounts/invitation.html", form=form, invited=found.officer)
