"""Passing a report on: its clock goes on, its wraps follow, the third time somebody decides."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.enrolment import enrol
from accounts.models import Membership, Role
from accounts.second_factor import DEMO_SECRET, set_secret
from departments.models import Department
from outbox.models import OutboxMessage
from portal.clock import now, rounded
from portal.database import db
from reports.models import Act, Report, State
from tests.accounts.signing_in import next_code, sign_in
from tests.clock import clock_at
from tests.inbox.test_inbox import make, number
from tests.pages import PageClient
from tests.reports.test_following import WORDS, act, closed, look, readers, report
from tests.reports.test_tips import TEXT, an_institution, form, receipt_of

WHY = "地点属于无证经营，请市场监管处理"


@pytest.fixture
def sent(demo: Flask) -> str:
    client = PageClient(demo)
    return receipt_of(client.send("/report/new", form(client)))


def department(short_name: str) -> Department:
    return db.session.scalars(sa.select(Department).filter_by(short_name=short_name)).one()


def newcomer(demo: Flask, username: str, department_id: int) -> PageClient:
    """A new officer of a department that nobody holds the key of, signed in."""
    password = "correct horse battery"
    officer = enrol(db.session, username, "新来的", password, department_id, Role.CLERK)
    set_secret(db.session, officer, DEMO_SECRET)
    db.session.commit()
    client = PageClient(demo)
    token = client.visit("/desk/sign-in").token()
    data = {"csrf_token": token, "username": username, "password": password,
            "code": next_code(username)}  # fmt: skip
    assert client.raw.post("/desk/sign-in", data=data).status_code == 303
    return client


def post(client: PageClient, act: str, to: str = "", why: str = WHY) -> int:
    token = client.visit(f"/desk/inbox/{number()}").token()
    data = {"csrf_token": token, "why": why, "target": str(department(to).id) if to else ""}
    status = client.raw.post(f"/desk/inbox/{number()}/{act}", data=data).status_code
    db.session.expire_all()
    return status


def test_a_transfer_moves_the_right_to_read_and_leaves_the_clock(demo: Flask, sent: str) -> None:
    accept_by, finish_by = report().accept_by, report().finish_by
    first = sign_in(demo, "cul")
    make(first, "accepted:")
    assert post(first, "transfer", "区市场监管局") == 303
    found = report()
    assert (found.state, found.hops, found.department.short_name) == (
        State.RECEIVED, 1, "区市场监管局",
    )  # fmt: skip
    assert (found.accept_by, found.finish_by) == (accept_by, finish_by)
    assert readers() == {"区市场监管局", "区双减办"}
    first.visit(f"/desk/inbox/{number()}", status=404)
    page = sign_in(demo, "mkt").visit(f"/desk/inbox/{number()}")
    assert TEXT in page.words
    assert WHY in page.words
    seen = look(demo, sent)
    assert "转给另一个部门" in seen.words
    assert WHY not in seen.words
    mailboxes = db.session.scalars(
        sa.select(OutboxMessage.recipient).order_by(OutboxMessage.id)
    ).all()
    assert mailboxes[-1] == "jubao.mkt@example.gov.cn"
    step = found.steps[-2]
    assert step.act is Act.TRANSFERRED
    assert WHY.encode() not in (step.why or b"")


def test_the_third_time_the_coordinating_office_decides_for_good(demo: Flask, sent: str) -> None:
    for officer, to in (("cul", "区市场监管局"), ("mkt", "区教育局")):
        assert post(sign_in(demo, officer), "transfer", to) == 303
    third = sign_in(demo, "edu")
    assert post(third, "transfer", "区体育局") == 422
    assert post(third, "transfer", "区双减办") == 303
    assert post(sign_in(demo, "djb"), "transfer", "区文旅局") == 303
    found = report()
    assert (found.ruled, found.department.short_name) == (True, "区文旅局")
    last = sign_in(demo, "cul")
    assert "不归我们管" not in last.visit(f"/desk/inbox/{number()}").words
    assert post(last, "transfer", "区教育局") == 422


def test_at_the_coordinating_office_only_a_coordinator_rules(demo: Flask, sent: str) -> None:
    for officer, to in (("cul", "区市场监管局"), ("mkt", "区双减办")):
        assert post(sign_in(demo, officer), "transfer", to) == 303
    db.session.execute(sa.update(Membership).values(role=Role.CLERK).where(
        Membership.department_id == department("区双减办").id))  # fmt: skip
    db.session.commit()
    clerk = sign_in(demo, "djb")
    assert "转办" not in [
        b.text for b in clerk.visit(f"/desk/inbox/{number()}").tree.xpath("//button")
    ]
    assert post(clerk, "transfer", "区文旅局") == 422
    make(clerk, "accepted:")


@pytest.mark.parametrize(("urgent", "minutes"), [(True, 15), (False, 60)])
def test_an_urgent_report_that_is_passed_on_is_told_at_the_next_quarter(
    demo: Flask, sent: str, *, urgent: bool, minutes: int
) -> None:
    report().category.urgent = urgent
    db.session.commit()
    first, hour = sign_in(demo, "cul"), rounded(now())
    make(first, "accepted:")
    with clock_at(hour + timedelta(minutes=5)):
        assert post(first, "transfer", "区市场监管局") == 303
    told = sa.select(OutboxMessage.due_at).order_by(OutboxMessage.id.desc()).limit(1)
    assert db.session.scalar(told) == hour + timedelta(minutes=minutes)


@pytest.mark.parametrize(("to", "why"), [("区市场监管局", ""), ("", WHY), ("区文旅局", WHY)])
def test_a_transfer_needs_a_why_and_another_department(
    demo: Flask, sent: str, to: str, why: str
) -> None:
    assert post(sign_in(demo, "cul"), "transfer", to, why) == 422
    assert report().hops == 0


def test_a_department_without_key_is_served_by_the_coordinating_office_until_it_has_one(
    demo: Flask, sent: str
) -> None:
    assert post(sign_in(demo, "cul"), "transfer", "区消防大队") == 303
    found = report()
    assert found.department.short_name == "区消防大队"
    assert found.inbox_id == department("区双减办").id
    office = sign_in(demo, "djb")
    assert "重新交接" not in office.visit("/desk/inbox").words

    client = newcomer(demo, "fire1", department("区消防大队").id)
    page = office.visit("/desk/inbox")
    assert "临江区消防救援大队1件" in page.words
    answer = office.raw.post("/desk/inbox/mending", data={"csrf_token": page.token()})
    assert answer.status_code == 303
    found = report()
    assert found.inbox_id == found.department_id
    assert readers() == {"区消防大队", "区双减办"}
    assert TEXT in client.visit(f"/desk/inbox/{number()}").words


def test_the_form_says_that_a_helper_reads_and_the_receipt_who(demo: Flask, sent: str) -> None:
    address = f"/report/new?category=D02&institution={an_institution().code}"
    assert "还有它们请来协助的部门" in PageClient(demo).visit(address).words
    assert post(sign_in(demo, "cul"), "assist", "区市场监管局", "请查营业执照") == 303
    assert "临江区市场监督管理局" in look(demo, sent).words


def test_a_helper_reads_and_notes_and_decides_nothing(demo: Flask, sent: str) -> None:
    lead = sign_in(demo, "cul")
    assert post(lead, "assist", "区市场监管局", "请查营业执照") == 303
    helper = sign_in(demo, "mkt")
    assert number() in helper.visit("/desk/inbox?tab=assisting").text
    page = helper.visit(f"/desk/inbox/{number()}")
    assert TEXT in page.words
    assert "记下这一步" not in page.words
    assert helper.raw.post(f"/desk/inbox/{number()}").status_code == 404
    assert post(helper, "note", why="没有执照") == 303
    assert "没有执照" in lead.visit(f"/desk/inbox/{number()}").words
    assert post(lead, "assist", "区消防大队") == 422, "it has no key to read with"
    assert "没有执照" not in look(demo, sent).words


def test_who_closed_is_not_asked_to_assist_after_a_disagreement(demo: Flask, sent: str) -> None:
    first = closed(demo)
    act(demo, "/receipt/objection", sent, text=WORDS)
    office = sign_in(demo, "djb")
    assert post(office, "assist", "区文旅局", "请说明") == 422
    assert post(office, "assist", "区市场监管局", "请说明") == 303
    first.visit(f"/desk/inbox/{number()}", status=404)


def test_two_officers_at_once_make_one_step(demo: Flask, sent: str) -> None:
    from accounts.officers import at_desk
    from inbox.cases import Move, NotAllowed, make_move

    client = sign_in(demo, "cul")
    with client.raw.session_transaction(path="/desk") as session:
        token = session["desk"]
    desk = at_desk(db.session, token)
    assert desk is not None
    stale = report()
    _ = stale.state, stale.inbox_id, list(stale.steps)
    with db.engine.connect() as other:  # a colleague is quicker
        db.session.rollback()
        other.execute(sa.update(Report).values(state=State.ACCEPTED))
        other.commit()
    db.session.expire_all()
    with pytest.raises(NotAllowed):
        make_move(db.session, report(), Move(State.DECLINED), desk, "不归我们管")
