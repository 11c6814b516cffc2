"""/desk/sign-in and out."""

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from accounts.access import signed_in
from accounts.officers import LONGEST_PASSWORD, Desk, check_password, close_desk, open_desk
from portal.database import db
from portal.forms import DeskForm
from portal.limits import SIGN_INS_PER_CLIENT, limiter

bp = Blueprint("accounts", __name__, url_prefix="/desk")


class SignInForm(DeskForm):
    """Name and password."""

    username = StringField("登录名", [DataRequired("请填写登录名"), Length(max=60)])
    password = PasswordField("口令", [DataRequired("请填写口令"), Length(max=LONGEST_PASSWORD)])


class SignOutForm(DeskForm):
    """Only the token."""


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@limiter.limit(SIGN_INS_PER_CLIENT)
def sign_in_posted() -> ResponseReturnValue:
    """Sign in; a wrong name and a wrong password answer alike."""
    form = SignInForm()
    if form.validate():
        officer = check_password(db.session, form.username.data or "", form.password.data or "")
        if officer is not None:
            token = open_desk(db.session, officer, form.password.data or "")
            db.session.commit()
            if isinstance(earlier := session.get("desk"), str):
                close_desk(db.session, earlier)
                db.session.commit()
            session.clear()  # nothing from before the sign-in lives on in it
            session["desk"] = token
            return redirect(url_for("inbox.index"), 303)
        form.password.errors = ["登录名或口令不对"]
    return render_template("accounts/sign_in.html", form=form), 422


@bp.post("/sign-out")
@signed_in
def sign_out(desk: Desk) -> ResponseReturnValue:
    """End the session."""
    if SignOutForm().validate():
        close_desk(db.session, str(session["desk"]))
        db.session.commit()
        session.clear()
    return redirect(url_for("accounts.sign_in"), 303)
