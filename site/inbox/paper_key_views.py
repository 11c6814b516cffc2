"""/desk/paper-key: printing the phrase that survives all officers, and typing it in."""

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from accounts.access import needs
from accounts.audit import record
from accounts.officers import Desk
from accounts.roles import Permission
from departments.models import Department
from inbox.desk_views import bp
from portal.clock import today
from portal.codes import grouped
from portal.database import db
from portal.forms import DeskForm
from reports import paper_keys
from reports.paper_keys import WrongPhrase


class PhraseForm(DeskForm):
    """The phrase from the paper."""

    phrase = StringField("纸上的28位", [InputRequired("请照纸上填写"), Length(max=60)])


@bp.get("/paper-key")
@needs(Permission.CASES_WORK)
def paper_key(desk: Desk) -> ResponseReturnValue:
    """Say whether there is a paper key, make one, type one in."""
    return _page(desk, PhraseForm())


@bp.post("/paper-key")
@needs(Permission.CASES_WORK)
def paper_key_made(desk: Desk) -> ResponseReturnValue:
    """Make a new paper key and show its phrase, once."""
    department = _department(desk)
    private = desk.keys.get(department.id)
    form = DeskForm()
    if not form.validate() or private is None:
        return _page(desk, PhraseForm(formdata=None), "您没有本部门的密钥，做不了。"), 422
    phrase = paper_keys.make(db.session, department, private)
    record(db.session, "keys.paper", desk.membership)
    db.session.commit()
    return render_template(
        "inbox/paper_key_made.html",
        groups=grouped(phrase),
        department=department.name,
        today=today(),
    )


@bp.post("/paper-key/typed")
@needs(Permission.CASES_WORK)
def paper_key_typed(desk: Desk) -> ResponseReturnValue:
    """Open with the paper what nobody could open, and seal it to the key of today."""
    form = PhraseForm()
    if not form.validate():
        return _page(desk, form), 422
    try:
        recovered = paper_keys.recover(db.session, _department(desk), form.phrase.data or "")
        record(db.session, "keys.recover", desk.membership, reports=recovered)
    except WrongPhrase as fault:
        form.phrase.errors = [str(fault)]
        return _page(desk, form), 422
    db.session.commit()
    return _page(desk, PhraseForm(formdata=None), f"对的。重新打开了{recovered}件。")


def _page(desk: Desk, form: PhraseForm, sentence: str = "") -> str:
    department = _department(desk)
    return render_template(
        "inbox/paper_key.html",
        form=form,
        sentence=sentence,
        may_make=department.id in desk.keys,
        paper=paper_keys.of_department(db.session, department),
        earlier=paper_keys.of_lost_keys(db.session, department),
    )


def _department(desk: Desk) -> Department:
    return db.session.get_one(Department, desk.membership.department_id)
