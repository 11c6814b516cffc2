"""What nobody opens is raised to the coordinating office, once, and is never erased."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from inbox.raising import raise_unread
from outbox.delivery import deliver
from outbox.models import MessageKind, OutboxMessage
from portal.clock import today
from portal.database import db
from portal.settings import Settings
from reports.models import Act, Report
from reports.retention import erase_due
from tests.accounts.signing_in import sign_in
from tests.clock import next_hour
from tests.inbox.test_inbox import number
from tests.inbox.test_transfers import department, post
from tests.pages import PageClient
from tests.reports.test_flood import mails, send, tip
from tests.reports.test_following import look, report
from tests.reports.test_tips import TEXT, form, receipt_of

OFFICE = "jubao.djb@example.gov.cn"


@pytest.fixture
def sent(demo: Flask) -> str:
    client = PageClient(demo)
    return receipt_of(client.send("/report/new", form(client)))


def overdue(days: int = 1) -> None:
    values = {"accept_by": today() - timedelta(days=days)}
    db.session.execute(sa.update(Report).values(values))
    db.session.commit()


def notices() -> list[str]:
    found = sa.select(OutboxMessage.recipient).filter_by(kind=MessageKind.UNREAD)
    return list(db.session.scalars(found))


def test_an_unread_report_is_raised_once_read_there_and_still_the_departments(
    demo: Flask, sent: str
) -> None:
    overdue()
    assert [raise_unread(db.session) for _ in range(3)] == [1, 0, 0]
    assert notices() == [OFFICE]
    office = sign_in(demo, "djb")
    assert "临江区文化体育和旅游局1件" in office.visit("/desk/inbox").words
    assert number() in office.visit("/desk/inbox?tab=assisting").text
    page = office.visit(f"/desk/inbox/{number()}")
    assert TEXT in page.words
    assert "记下这一步" not in page.words
    assert report().opened_on is None, "the department has not opened it"
    assert "部门过期没有打开" in look(demo, sent).words
    own = sign_in(demo, "cul")
    assert "逾期" in own.visit("/desk/inbox").words
    assert "没有人打开" not in own.visit("/desk/inbox").words
    own.visit(f"/desk/inbox/{number()}")
    assert "没有人打开" not in office.visit("/desk/inbox").words


def test_what_was_raised_and_passed_on_unread_is_raised_again(demo: Flask, sent: str) -> None:
    overdue()
    assert raise_unread(db.session) == 1
    assert post(sign_in(demo, "cul"), "transfer", "区市场监管局") == 303
    assert raise_unread(db.session) == 1
    assert notices() == [OFFICE, OFFICE]
    assert "临江区市场监督管理局1件" in sign_in(demo, "djb").visit("/desk/inbox").words


@pytest.mark.parametrize("opened", [True, False])
def test_what_was_opened_or_is_not_due_is_not_raised(
    demo: Flask, sent: str, *, opened: bool
) -> None:
    if opened:
        sign_in(demo, "cul").visit(f"/desk/inbox/{number()}")
    overdue(days=1 if opened else 0)
    assert raise_unread(db.session) == 0
    assert notices() == []


def test_many_are_one_mail_and_none_is_ever_erased(demo: Flask) -> None:
    settings: Settings = demo.config["MINGDAN"]
    with demo.test_request_context():
        send(30, tip())
    with next_hour():
        deliver(db.session, settings)
    before = mails(demo)
    overdue(days=4000)
    assert raise_unread(db.session) == 30
    assert len(notices()) == 30
    with next_hour():
        deliver(db.session, settings)
    assert mails(demo) - before == {OFFICE: 1}
    erase_due(db.session)
    assert db.session.scalar(sa.select(sa.func.count()).where(Report.body.is_not(None))) == 30


def test_what_the_coordinating_office_leaves_unread_goes_to_the_supervisors(demo: Flask) -> None:
    with demo.test_request_context():
        [report_] = send(1, tip())
        report_.inbox_id = report_.department_id = department("区双减办").id
    overdue()
    assert raise_unread(db.session) == 1
    raised = [step.department for step in report().steps if step.act is Act.RAISED]
    assert [office.short_name for office in raised if office] != ["区双减办"]
    assert len(notices()) == 1
    assert OFFICE not in notices()


def test_the_worker_does_it(demo: Flask, sent: str) -> None:
    overdue()
    demo.test_cli_runner().invoke(args=["worker", "--once"])
    assert notices() == [OFFICE]
