"""/desk/officers: an administrator invites, changes roles, closes and reopens accounts."""

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import DataRequired, Length, Regexp

from accounts.access import needs
from accounts.invitations import HOURS, link
from accounts.managing import (
    add_invited,
    change_role,
    disable,
    enable,
    is_last_holder,
    managed,
    reset,
    successors,
)
from accounts.models import KeyWrap, Officer, Role
from accounts.officers import Desk, OfficerError
from accounts.roles import ROLES, Permission, departments_of
from portal.database import db
from portal.forms import DeskForm

bp = Blueprint("officers", __name__, url_prefix="/desk/officers")

REFUSED = 422
_ROLES = [SelectChoice(role.value, words) for role, words in ROLES.items()]


class InviteForm(DeskForm):
    """Somebody new."""

    username = StringField(
        "登录名",
        [
            DataRequired("请填写登录名"),
            Length(max=60),
            Regexp("^[a-z0-9._-]{2,60}$", message="登录名用2个以上的小写字母、数字"),
        ],
    )
    name = StringField("姓名", [DataRequired("请填写姓名"), Length(max=60)])
    department = SelectField("部门", coerce=int)
    role = SelectField("角色", choices=_ROLES)


class RoleForm(DeskForm):
    """Another role."""

    role = SelectField("角色", choices=_ROLES)
    lose_key = BooleanField("我知道已收到的举报以后只有用纸质密钥或由协调机制办公室才打得开")


class LeaverForm(DeskForm):
    """Closing an account."""

    successor = SelectField("由谁接手", coerce=int)
    lose_key = BooleanField("我知道已收到的举报以后只有用纸质密钥或由协调机制办公室才打得开")


class ResetForm(DeskForm):
    """A new link, or opening a closed account."""

    lose_key = BooleanField("我知道已收到的举报以后只有用纸质密钥或由协调机制办公室才打得开")


@bp.get("")
@needs(Permission.ACCOUNTS_MANAGE)
def index(desk: Desk) -> ResponseReturnValue:
    """List the accounts of the area."""
    return render_template(
        "accounts/officers.html",
        officers=managed(db.session, desk.membership),
        departments=departments_of(db.session, desk.membership),
        keyed=set(db.session.scalars(sa.select(KeyWrap.officer_id))),
        roles=ROLES,
    )


@bp.get("/new")
@needs(Permission.ACCOUNTS_MANAGE)
def new(desk: Desk) -> ResponseReturnValue:
    """Ask who is invited."""
    return render_template("accounts/officer_new.html", form=_invite_form(desk))


@bp.post("/new")
@needs(Permission.ACCOUNTS_MANAGE)
def new_posted(desk: Desk) -> ResponseReturnValue:
    """Add an account and show its one-time link, once."""
    form = _invite_form(desk)
    if form.validate():
        try:
            token = add_invited(
                db.session, desk.membership, form.username.data or "", form.name.data or "",
                form.department.data, Role(form.role.data),
            )  # fmt: skip
        except OfficerError as fault:
            form.username.errors = [str(fault)]
        else:
            db.session.commit()
            return _link_page(token)
    return render_template("accounts/officer_new.html", form=form), REFUSED


@bp.get("/<int:officer_id>")
@needs(Permission.ACCOUNTS_MANAGE)
def officer(desk: Desk, officer_id: int) -> ResponseReturnValue:
    """Show one account and what can be done with it."""
    return _officer_page(_managed_or_404(desk, officer_id))


@bp.post("/<int:officer_id>/role")
@needs(Permission.ACCOUNTS_MANAGE)
def role_posted(desk: Desk, officer_id: int) -> ResponseReturnValue:
    """Give another role."""
    found, form = _managed_or_404(desk, officer_id), RoleForm()
    if not form.validate():
        return _officer_page(found, form), REFUSED
    try:
        change_role(
            db.session, desk.membership, found, Role(form.role.data), lose_key=form.lose_key.data
        )
    except OfficerError as fault:
        return _refused(officer_id, str(fault))
    db.session.commit()
    return redirect(url_for("officers.officer", officer_id=officer_id), 303)


@bp.post("/<int:officer_id>/disable")
@needs(Permission.ACCOUNTS_MANAGE)
def disable_posted(desk: Desk, officer_id: int) -> ResponseReturnValue:
    """Close an account."""
    found = _managed_or_404(desk, officer_id)
    form = _leaver_form(found)
    if not form.validate():
        return _officer_page(found, form), REFUSED
    successor = db.session.get(Officer, form.successor.data)
    try:
        disable(db.session, desk.membership, found, successor, lose_key=form.lose_key.data)
    except OfficerError as fault:
        return _refused(officer_id, str(fault))
    db.session.commit()
    return redirect(url_for("officers.officer", officer_id=officer_id), 303)


@bp.post("/<int:officer_id>/enable")
@needs(Permission.ACCOUNTS_MANAGE)
def enable_posted(desk: Desk, officer_id: int) -> ResponseReturnValue:
    """Open a closed account and show its one-time link, once."""
    return _linked(desk, officer_id, reopen=True)


@bp.post("/<int:officer_id>/reset")
@needs(Permission.ACCOUNTS_MANAGE)
def reset_posted(desk: Desk, officer_id: int) -> ResponseReturnValue:
    """Show a one-time link for a new password, once."""
    return _linked(desk, officer_id, reopen=False)


def _linked(desk: Desk, officer_id: int, *, reopen: bool) -> ResponseReturnValue:
    found, form = _managed_or_404(desk, officer_id), ResetForm()
    if not form.validate():
        return _officer_page(found, form), REFUSED
    try:
        if reopen:
            token = enable(db.session, desk.membership, found)
        else:
            token = reset(db.session, desk.membership, found, lose_key=form.lose_key.data)
    except OfficerError as fault:
        return _refused(officer_id, str(fault))
    db.session.commit()
    return _link_page(token)


def _managed_or_404(desk: Desk, officer_id: int) -> Officer:
    found = db.session.get(Officer, officer_id)
    if found is None or found not in managed(db.session, desk.membership):
        abort(404)
    return found


def _invite_form(desk: Desk) -> InviteForm:
    form = InviteForm()
    form.department.choices = list(departments_of(db.session, desk.membership).items())
    return form


def _leaver_form(leaver: Officer) -> LeaverForm:
    form = LeaverForm()
    choice = successors(db.session, leaver)
    form.successor.choices = [(each.id, each.name) for each in choice] or [(0, "本部门没有别人")]
    return form


def _link_page(token: str) -> str:
    return render_template("accounts/officer_link.html", link=link(token), hours=HOURS)


def _refused(officer_id: int, sentence: str) -> ResponseReturnValue:
    db.session.rollback()
    found = db.session.get_one(Officer, officer_id)
    return _officer_page(found, sentence=sentence), REFUSED


def _officer_page(found: Officer, form: DeskForm | None = None, sentence: str = "") -> str:
    # After a rollback `found` is as the database has it, not as the refused act left it.
    membership = found.memberships[0]
    role_form = RoleForm(role=membership.role.value)
    return render_template(
        "accounts/officer.html",
        found=found,
        form=form,
        sentence=sentence,
        role_form=role_form,
        leaver_form=_leaver_form(found),
        reset_form=ResetForm(),
        last_key=is_last_holder(db.session, found),
        successor=db.session.get(Officer, found.successor_id) if found.successor_id else None,
        roles=ROLES,
    )
