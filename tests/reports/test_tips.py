"""A tip, from the form to the row."""

import gc
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from departments.models import Department
from departments.routing import resolve
from outbox.models import OutboxMessage
from portal.database import db
from register.models import Institution
from reports.models import Report, ReportWrap
from tests.pages import Page, PageClient

TEXT = "前台让我把三千六百元学费转到个人微信"


def an_institution(kind: str = "WY") -> Institution:
    found = db.session.scalar(
        sa.select(Institution).where(Institution.kinds.any(kind_code=kind)).limit(1)
    )
    assert found is not None
    return found


def form(client: PageClient, category: str = "D02", **more: str) -> dict[str, str]:
    institution = an_institution().code
    page = client.visit(f"/report/new?category={category}&institution={institution}")
    return {
        "csrf_token": page.token(), "category": category, "institution": institution, "body": TEXT,
    } | more  # fmt: skip


def receipt_of(page: Page) -> str:
    found = re.search(r"([0-9A-Z]{4} ){4}[0-9A-Z]{4}", page.words)
    assert found, page.words
    return found[0]


def test_department_and_deadline_are_told_before_sending(demo_client: PageClient) -> None:
    code = an_institution().code
    page = demo_client.visit(f"/report/new?category=D02&institution={code}")
    assert "临江区文化体育和旅游局" in page.words
    assert re.search(r"\d+月\d+日前", page.words)
    assert "只有临江区文化体育和旅游局和" in page.words


def test_a_tip_is_stored_sealed_with_its_notice(demo_client: PageClient) -> None:
    page = demo_client.send("/report/new", form(demo_client))
    assert receipt_of(page)
    report = db.session.scalars(sa.select(Report)).one()
    assert TEXT.encode() not in (report.body or TEXT.encode())
    readers = db.session.scalars(sa.select(ReportWrap.department_id)).all()
    assert {db.session.get_one(Department, r).short_name for r in readers} == {
        "区文旅局",
        "区双减办",
    }
    notice = db.session.scalars(sa.select(OutboxMessage)).one()
    assert notice.recipient == "jubao.cul@example.gov.cn"
    assert report.number not in notice.link
    assert report.received_at.minute == report.received_at.second == 0


def test_something_urgent_lands_in_two_inboxes(demo: Flask) -> None:
    client = PageClient(demo)
    data = form(client, "C03")
    shown = client.send("/report/new", data | {"step": "preview"})
    route = resolve(db.session, "C03", "WY", "359901")
    assert route.second is not None
    assert route.second is not route.inbox
    assert f"{route.second.name}同时收到" in shown.words
    code = receipt_of(client.send("/report/new", data))
    readers = {w.department_id: w.assists for w in db.session.scalars(sa.select(ReportWrap))}
    assert readers == {route.inbox.id: False, route.coordinating.id: False} | {
        route.second.id: True
    }
    recipients = db.session.scalars(sa.select(OutboxMessage.recipient)).all()
    assert sorted(recipients) == sorted([route.inbox.mailbox, route.second.mailbox])
    assert (
        route.second.name
        in client.send(
            "/receipt", {"csrf_token": client.visit("/receipt").token(), "code": code}
        ).words
    )
    assert resolve(db.session, "D02", "WY", "359901").second is None


def test_the_receipt_finds_the_tip(demo_client: PageClient) -> None:
    code = receipt_of(demo_client.send("/report/new", form(demo_client)))
    asked = demo_client.visit("/receipt")
    page = demo_client.send("/receipt", {"csrf_token": asked.token(), "code": code.lower()})
    assert "已收到" in page.words
    assert "临江区文化体育和旅游局" in page.words


@pytest.mark.parametrize("code", ["ABCD ABCD ABCD ABCD ABCD", "x", "0" * 20, "🙂", "' OR 1=1"])
def test_a_wrong_receipt_says_only_that(demo_client: PageClient, code: str) -> None:
    asked = demo_client.visit("/receipt")
    page = demo_client.send("/receipt", {"csrf_token": asked.token(), "code": code}, status=404)
    assert "没有查到" in page.words


def test_sending_twice_is_one_tip_with_one_receipt(demo_client: PageClient) -> None:
    data = form(demo_client)
    first, second = (receipt_of(demo_client.send("/report/new", data)) for _ in range(2))
    assert first == second
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1


def test_a_form_handed_back_keeps_what_was_typed_and_its_token(demo_client: PageClient) -> None:
    data = form(demo_client, body="短")
    page = demo_client.send("/report/new", data, status=422)
    assert "短" in page.text
    assert page.token() == data["csrf_token"]
    assert receipt_of(demo_client.send("/report/new", {**data, "body": TEXT}))


@pytest.mark.parametrize("token", ["", "forged", "WyJ4Il0.abc.def"])
def test_a_form_without_a_good_token_is_handed_back(demo_client: PageClient, token: str) -> None:
    page = demo_client.send("/report/new", form(demo_client, csrf_token=token), status=422)
    assert TEXT in page.text
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 0


def test_a_token_of_another_form_does_not_count(demo_client: PageClient) -> None:
    other = demo_client.visit("/receipt").token()
    demo_client.send("/report/new", form(demo_client, csrf_token=other), status=422)


def test_a_place_that_is_on_no_list_needs_an_address(demo_client: PageClient) -> None:
    page = demo_client.visit("/report/new?category=A01")
    data = {"csrf_token": page.token(), "category": "A01", "body": TEXT}
    page = demo_client.send("/report/new", data, status=422)
    assert "请写下地点" in page.words
    sent = demo_client.send("/report/new", {**data, "place_address": "学府路居民楼3单元501"})
    assert receipt_of(sent)
    report = db.session.scalars(sa.select(Report)).one()
    assert report.institution_id is None
    assert "学府路".encode() not in (report.body or "学府路".encode())


def test_the_fourth_tip_in_an_hour_without_proof_waits_and_loses_no_word(
    demo_client: PageClient,
) -> None:
    sent = [form(demo_client) for _ in range(4)]
    for data in sent[:3]:
        demo_client.send("/report/new", data)
    page = demo_client.send("/report/new", sent[3], status=429)
    assert "还没有发出去" in page.words
    assert page.tree.xpath("//input[@name='body']/@value") == [TEXT]
    demo_client.send("/report/new", sent[0])  # sent once already: its receipt, and nothing counts
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 3


def test_corrections_do_not_use_up_the_limit(demo_client: PageClient) -> None:
    data = form(demo_client)
    for _ in range(10):
        demo_client.send("/report/new", {**data, "body": ""}, status=422)
    demo_client.send("/report/new", data)


def test_without_a_coordinating_key_reporting_is_closed(demo_client: PageClient) -> None:
    db.session.execute(sa.update(Department).values(public_key=None))
    db.session.commit()
    for path in ("/report", "/report/new?category=A01"):
        assert "还不能举报" in demo_client.visit(path).words


def test_no_tip_is_taken_where_its_own_offices_could_not_read_it(demo_client: PageClient) -> None:
    data = form(demo_client)
    elsewhere = an_institution()
    elsewhere.area_code = "350503"  # listed here, but its offices have no key
    db.session.commit()
    page = demo_client.send("/report/new", data, status=409)
    assert "还不能举报" in page.words
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 0


@pytest.mark.parametrize("field", ["category", "institution", "body"])
def test_a_nul_in_a_form_is_refused(demo_client: PageClient, field: str) -> None:
    demo_client.send("/report/new", form(demo_client) | {field: "a\0b"}, status=400)


@pytest.mark.parametrize("query", ["category=XYZ", "a=b", "category=D02&institution=nobody"])
def test_an_unknown_category_or_institution_is_not_there(
    demo_client: PageClient, query: str
) -> None:
    demo_client.visit(f"/report/new?{query}", status=404)


def test_no_trace_of_the_sender_is_written(demo: Flask, tmp_path: Path) -> None:
    client = PageClient(demo)
    data = form(client)
    markers = {f"X-Marker-{n}": f"marker{n}feedbeef" for n in range(5)}
    headers = {
        **markers,
        "User-Agent": "agentfeedbeef",
        "Referer": "http://localhost/refererfeedbeef",
        "Cookie": "scan=cookiefeedbeef",
    }
    address = {"REMOTE_ADDR": "203.0.113.77"}
    client.send("/report/new", data, headers=headers, environ_base=address)
    db.session.close()
    db.engine.dispose()
    gc.collect()
    written = b"".join(p.read_bytes() for p in (tmp_path / "instance").rglob("*") if p.is_file())
    for trace in ("feedbeef", "203.0.113.77", TEXT, data["csrf_token"]):
        assert trace.encode() not in written, trace
