"""/desk/notices: write, look at it as the public will, submit; a second person publishes."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are older
from wtforms.validators import DataRequired, InputRequired, Length

from accounts.audit import record
from accounts.models import Officer
from accounts.officers import Desk
from departments.models import Department
from notices.access import publishes, writes
from notices.markdown import to_html
from notices.models import Notice, NoticeKind, NoticeState
from notices.publishing import (
    NotAllowed,
    Wording,
    publish,
    rewrite,
    send_back,
    submit,
    withdraw,
    write,
)
from notices.reading import KINDS
from portal.clock import china_day
from portal.database import db
from portal.forms import DeskForm

bp = Blueprint("notices_desk", __name__, url_prefix="/desk/notices")

STATES = {
    NoticeState.SUBMITTED: "待公布",
    NoticeState.DRAFT: "草稿",
    NoticeState.PUBLISHED: "已公布",
    NoticeState.WITHDRAWN: "已撤回",
}
LONGEST = 20_000  # characters


class NoticeForm(DeskForm):
    """A notice's words."""

    kind = RadioField(
        "种类",
        [InputRequired("请选择种类")],
        choices=[SelectChoice(k.value, str(w)) for k, w in KINDS.items()],
    )
    title = StringField("标题", [DataRequired("请写标题"), Length(max=100)])
    source = StringField("来源", [DataRequired("请写明是哪个单位说的"), Length(max=100)])
    body = TextAreaField(
        "正文", [DataRequired("请写正文"), Length(max=LONGEST, message="正文最多两万字")]
    )
    unmask_ground = StringField("公开姓名的依据", [Length(max=200)])

    def wording(self) -> Wording:
        """Return what was written."""
        said = {name: str(self[name].data or "") for name in ("title", "source", "body")}
        return Wording(
            NoticeKind(self.kind.data), **said, unmask_ground=self.unmask_ground.data or ""
        )


class ActForm(DeskForm):
    """Only the token."""


class DecisionForm(DeskForm):
    """Publish or send back."""

    decision = RadioField(
        "决定",
        [InputRequired("请选择")],
        choices=[SelectChoice("publish", "公布"), SelectChoice("return", "退回修改")],
    )


class WithdrawalForm(DeskForm):
    """Why it is taken back."""

    reason = StringField("撤回的原因", [DataRequired("请写明撤回的原因"), Length(max=200)])


@bp.get("")
@writes
def index(desk: Desk) -> ResponseReturnValue:
    """List the department's notices, what waits first."""
    own = sa.select(Notice).filter_by(department_id=desk.membership.department_id)
    found = db.session.scalars(own.order_by(Notice.id.desc()).limit(500)).all()
    groups = [
        (words, [notice for notice in found if notice.state is state])
        for state, words in STATES.items()
    ]
    return render_template(
        "notices/desk_index.html", groups=[g for g in groups if g[1]], kinds=KINDS, names=_names()
    )


@bp.get("/new")
@writes
def new(desk: Desk) -> ResponseReturnValue:
    """Show the empty form."""
    department = db.session.get_one(Department, desk.membership.department_id)
    form = NoticeForm(source=department.name, kind=NoticeKind.ANNOUNCEMENT.value)
    return render_template("notices/desk_form.html", form=form, notice=None)


@bp.post("/new")
@writes
def create(desk: Desk) -> ResponseReturnValue:
    """Keep a draft."""
    form = NoticeForm()
    if not form.validate():
        return render_template("notices/desk_form.html", form=form, notice=None), 422
    notice = write(db.session, desk.officer, desk.membership.department_id, form.wording())
    db.session.flush()
    _tell(desk, "write", notice)
    db.session.commit()
    return redirect(url_for("notices_desk.notice", notice_id=notice.id), 303)


@bp.get("/<int(max=999999999):notice_id>")
@writes
def notice(desk: Desk, notice_id: int) -> ResponseReturnValue:
    """Show a notice as the public will see it, and what can be done with it."""
    return _shown(desk, _notice_or_404(desk, notice_id))


@bp.get("/<int(max=999999999):notice_id>/text")
@writes
def text(desk: Desk, notice_id: int) -> ResponseReturnValue:
    """Show the form of a draft."""
    found = _notice_or_404(desk, notice_id)
    form = NoticeForm(obj=found, kind=found.kind.value)
    return render_template("notices/desk_form.html", form=form, notice=found)


@bp.post("/<int(max=999999999):notice_id>/text")
@writes
def change(desk: Desk, notice_id: int) -> ResponseReturnValue:
    """Keep a draft's new words."""
    found, form = _notice_or_404(desk, notice_id), NoticeForm()
    if not form.validate():
        return render_template("notices/desk_form.html", form=form, notice=found), 422
    try:
        rewrite(found, desk.officer, form.wording())
        _tell(desk, "write", found)
    except NotAllowed as fault:
        db.session.rollback()
        page = render_template(
            "notices/desk_form.html", form=form, notice=found, sentence=str(fault)
        )
        return page, 422
    return _done(found)


@bp.post("/<int(max=999999999):notice_id>/submission")
@writes
def submission(desk: Desk, notice_id: int) -> ResponseReturnValue:
    """Hand a draft to a second person."""
    found = _notice_or_404(desk, notice_id)
    try:
        _valid(ActForm())
        submit(found, desk.officer)
        _tell(desk, "submit", found)
    except NotAllowed as fault:
        return _refused(desk, found, fault)
    return _done(found)


@bp.post("/<int(max=999999999):notice_id>/decision")
@publishes
def decision(desk: Desk, notice_id: int) -> ResponseReturnValue:
    """Publish, or send back."""
    found, form = _notice_or_404(desk, notice_id), DecisionForm()
    try:
        _valid(form)
        if form.decision.data == "publish":
            publish(db.session, found, desk.officer)
            _tell(desk, "publish", found)
        else:
            send_back(found)
            _tell(desk, "return", found)
    except NotAllowed as fault:
        return _refused(desk, found, fault)
    return _done(found)


@bp.post("/<int(max=999999999):notice_id>/withdrawal")
@publishes
def withdrawal(desk: Desk, notice_id: int) -> ResponseReturnValue:
    """Take a published notice back."""
    found, form = _notice_or_404(desk, notice_id), WithdrawalForm()
    try:
        _valid(form)
        withdraw(found, form.reason.data or "")
        _tell(desk, "withdraw", found)
    except NotAllowed as fault:
        return _refused(desk, found, fault)
    return _done(found)


def _notice_or_404(desk: Desk, notice_id: int) -> Notice:
    """Return a notice of the officer's department."""
    own = sa.select(Notice).filter_by(id=notice_id, department_id=desk.membership.department_id)
    return db.session.scalar(own) or abort(404)


def _valid(form: DeskForm) -> None:
    if not form.validate():
        raise NotAllowed(next(iter(form.errors.values()))[0])


def _tell(desk: Desk, act: str, found: Notice) -> None:
    record(db.session, f"notices.{act}", desk.membership, ("notice", found.id))


def _done(found: Notice) -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for("notices_desk.notice", notice_id=found.id), 303)


def _refused(desk: Desk, found: Notice, fault: NotAllowed) -> ResponseReturnValue:
    db.session.rollback()
    return _shown(desk, found, str(fault)), 422


def _shown(desk: Desk, found: Notice, refusal: str = "") -> str:
    state: dict[str, Any] = {"state": STATES[found.state], "kind": KINDS[found.kind]}
    return render_template(
        "notices/desk_notice.html",
        notice=found,
        **state,
        body=to_html(found.body),
        is_own=found.written_by_id == desk.officer.id,
        names=_names(),
        written_on=china_day(found.written_at),
        published_on=china_day(found.published_at) if found.published_at else None,
        withdrawal=WithdrawalForm(),
        refusal=refusal,
    )


def _names() -> dict[int, str]:
    return dict(db.session.execute(sa.select(Officer.id, Officer.name)).all())
