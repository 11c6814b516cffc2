"""The desk: who sees which report, and the first moves."""

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.database import db
from register.models import Standing
from reports.models import Act, Report, State
from tests.accounts.signing_in import sign_in
from tests.pages import Page, PageClient
from tests.reports.test_tips import TEXT, form, receipt_of


@pytest.fixture
def sent(demo: Flask) -> str:
    """A tip for 文旅局; returns its receipt code."""
    client = PageClient(demo)
    return receipt_of(client.send("/report/new", form(client)))


def number() -> str:
    return db.session.scalars(sa.select(Report.number)).one()


def make(client: PageClient, act: str, status: int = 303, words: str = "已到现场查看。") -> None:
    page = client.visit(f"/desk/inbox/{number()}")
    data = {"csrf_token": page.token(), "act": act, "words": words}
    assert client.raw.post(f"/desk/inbox/{number()}", data=data).status_code == status
    db.session.expire_all()


def test_the_right_department_reads_it(demo: Flask, sent: str) -> None:
    client = sign_in(demo, "cul")
    assert number() in client.visit("/desk/inbox").text
    page = client.visit(f"/desk/inbox/{number()}")
    assert TEXT in page.words


@pytest.mark.parametrize("other", ["edu", "mkt", "djb"])
def test_another_department_finds_nothing_there(demo: Flask, sent: str, other: str) -> None:
    client = sign_in(demo, other)
    assert number() not in client.visit("/desk/inbox").text
    client.visit(f"/desk/inbox/{number()}", status=404)
    response = client.raw.post(f"/desk/inbox/{number()}", data={"act": "accepted:"})
    assert response.status_code == 404


def test_nobody_signed_in_is_led_to_the_sign_in(demo: Flask, sent: str) -> None:
    client = demo.test_client()
    for path in ("/desk/inbox", f"/desk/inbox/{number()}"):
        response = client.get(path)
        assert (response.status_code, response.location) == (303, "/desk/sign-in")


def test_a_tip_is_worked_and_the_reporter_sees_it(demo: Flask, sent: str) -> None:
    officer = sign_in(demo, "cul")
    for act in ("accepted:", "checking:", "closed:true"):
        make(officer, act)
    reporter = PageClient(demo)
    asked = reporter.visit("/receipt")
    page: Page = reporter.send("/receipt", {"csrf_token": asked.token(), "code": sent})
    assert "已办结：情况属实，已处理" in page.words
    report = db.session.scalars(sa.select(Report)).one()
    assert [step.act for step in report.steps] == [
        Act.SENT, Act.OPENED, Act.ACCEPTED, Act.CHECKING, Act.CLOSED,
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["closed:true", "received:", "accepted:true", "nonsense", ""])
def test_a_move_that_the_table_does_not_allow_is_refused(demo: Flask, sent: str, act: str) -> None:
    make(sign_in(demo, "cul"), act, status=422)
    assert db.session.scalars(sa.select(Report.state)).one() is State.RECEIVED


def test_who_a_report_is_about_is_named_also_when_no_list_has_it_any_more(
    demo: Flask, sent: str
) -> None:
    institution = db.session.scalars(sa.select(Report)).one().institution
    assert institution is not None
    name, address = institution.name, institution.premises[0].address
    db.session.execute(sa.delete(Standing).where(Standing.institution_id == institution.id))
    db.session.commit()
    words = sign_in(demo, "cul").visit(f"/desk/inbox/{number()}").words
    assert name in words
    assert address in words
    assert "现在不在名单中" in words


def test_a_move_without_token_is_refused(demo: Flask, sent: str) -> None:
    client = sign_in(demo, "cul")
    response = client.raw.post(f"/desk/inbox/{number()}", data={"act": "accepted:"})
    assert response.status_code == 422
    assert db.session.scalars(sa.select(Report.state)).one() is State.RECEIVED


def test_a_wrong_password_and_a_wrong_name_answer_alike(demo: Flask) -> None:
    client = PageClient(demo)
    pages = []
    for username in ("cul", "nobody"):
        token = client.visit("/desk/sign-in").token()
        data = {"csrf_token": token, "username": username, "password": "wrong"}
        pages.append(client.send("/desk/sign-in", data, status=422).words)
    assert pages[0] == pages[1]


def test_signing_in_is_throttled(demo: Flask) -> None:
    client = PageClient(demo)
    data = {"username": "cul", "password": "wrong"}
    for _ in range(10):
        client.send("/desk/sign-in", data, status=422)
    client.send("/desk/sign-in", data, status=429)


def test_signing_out_ends_it_on_the_server(demo: Flask) -> None:
    client = sign_in(demo, "cul")
    page = client.visit("/desk/inbox")
    cookie = client.raw.get_cookie("mingdan_desk", path="/desk")
    assert cookie is not None
    assert client.raw.post("/desk/sign-out", data={"csrf_token": page.token()}).status_code == 303
    client.raw.set_cookie("mingdan_desk", cookie.value, path="/desk")
    assert client.raw.get("/desk/inbox").status_code == 303


def test_the_session_in_the_database_opens_nothing_without_the_cookie(demo: Flask) -> None:
    sign_in(demo, "cul")
    from accounts.keys import WrongPassword, decrypt
    from accounts.models import DeskSession

    row = db.session.scalars(sa.select(DeskSession)).one()
    with pytest.raises(WrongPassword):
        decrypt(bytes.fromhex(row.token_digest), row.sealed_keys, b"desk")
