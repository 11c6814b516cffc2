"""A flood about one target is one cluster, one alert and one mail; nobody else notices."""

import mailbox
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from departments.models import Category
from doorcodes.models import DoorCode
from inbox.cases import of_inbox
from inbox.crowds import crowds
from outbox.delivery import deliver
from outbox.models import OutboxMessage
from portal.codes import new_code
from portal.database import db
from portal.settings import Settings
from register.models import Institution
from reports import flood
from reports.flood import cluster
from reports.models import Report, State
from reports.receipts import receipt_code
from reports.sending import Tip, take
from tests.clock import next_hour
from tests.pages import PageClient
from tests.reports.test_tips import form

LINK = "http://127.0.0.1:8000/desk/inbox"


def tip(
    institution: Institution | None = None, category: str = "D02", address: str = "学府路3号"
) -> Tip:
    return Tip(
        category=db.session.get_one(Category, category),
        institution=institution,
        area_code="359901",
        content={"text": "付到个人账户", "place_name": "", "place_address": address},
    )


def send(count: int, what: Tip) -> list[Report]:
    return [
        take(db.session, what, receipt_code(new_code(24)), LINK, cluster(what))
        for _ in range(count)
    ]


def mails(app: Flask) -> Counter[str]:
    settings: Settings = app.config["MINGDAN"]
    spool = mailbox.Maildir(settings.instance / "mail", create=True)
    return Counter(str(mail["To"]) for mail in spool)


@pytest.mark.parametrize("count", [50, pytest.param(500, marks=pytest.mark.long)])
def test_a_flood_about_one_target_is_one_alert_and_one_mail(demo: Flask, count: int) -> None:
    settings: Settings = demo.config["MINGDAN"]
    one, other = db.session.scalars(
        sa.select(Institution).where(Institution.kinds.any(kind_code="WY")).limit(2)
    ).all()
    with demo.test_request_context():
        flooded = []
        for _ in range(5):  # the worker comes round while they come in
            flooded += send(count // 5, tip(one))
            with next_hour():
                deliver(db.session, settings)
        assert mails(demo) == {"jubao.cul@example.gov.cn": 1}
        [neighbour] = send(1, tip(other))
        [matter] = send(1, tip(one, "E01"))
        with next_hour():
            deliver(db.session, settings)
    assert mails(demo) == {"jubao.cul@example.gov.cn": 2, "jubao.mkt@example.gov.cn": 1}
    assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == count + 2
    assert len({report.cluster for report in flooded}) == 1
    assert len({report.cluster for report in (flooded[0], neighbour, matter)}) == 3
    [crowd] = crowds(db.session, flooded[0].inbox_id, (State.RECEIVED,))
    assert (crowd.count, crowd.first) == (count, flooded[0])


def test_places_on_no_list_are_told_apart_by_building(demo: Flask) -> None:
    with demo.test_request_context():
        same = {cluster(tip(address=a)) for a in ("学府路3号", "学府路 3 号2楼", "学府路三号201室")}
        assert len(same) == 1
        assert cluster(tip(address="学府路4号")) not in same
        assert cluster(tip(address="学府路3号", category="A01")) not in same


def test_a_target_cannot_be_silenced_and_others_go_on(
    demo_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "PER_TARGET_UNPROVEN", "3/hour;100/day")
    monkeypatch.setattr(flood, "IN_ALL_UNPROVEN", "5/hour")
    other = db.session.scalars(
        sa.select(Institution).where(Institution.kinds.any(kind_code="TY"))
    ).first()
    assert other is not None

    def post(number: int, status: int, **more: str) -> None:
        address = {"REMOTE_ADDR": f"203.0.113.{number}"}
        demo_client.send("/report/new", form(demo_client, **more), status, environ_base=address)

    for number in range(3 + 5):
        post(number, 200)
    post(8, 429)  # what is too much about one is bounded too
    for number in (9, 10):
        post(number, 200, institution=other.code)
    post(11, 429, institution=other.code)
    with next_hour():
        deliver(db.session, demo_client.app.config["MINGDAN"])
    assert sum(mails(demo_client.app).values()) == 2
    assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 8 + 2


@pytest.mark.parametrize("number", ["", "nothing", "🙂", "' OR 1"])
def test_an_unknown_crowd_is_an_empty_list(demo: Flask, number: str) -> None:
    with demo.test_request_context():
        [report] = send(1, tip())
    found = of_inbox(db.session, report.inbox_id, (State.RECEIVED,), number)
    assert list(found) == ([] if number else [report])


def test_an_answer_tells_nothing_of_what_others_sent(demo_client: PageClient) -> None:
    def told(address: str, status: int) -> dict[str, str]:
        page = demo_client.send(
            "/report/new", form(demo_client), status, environ_base={"REMOTE_ADDR": address}
        )
        named = dict(page.response.headers)
        return {n: v for n, v in named.items() if "rate" in n.lower() or n == "Retry-After"}

    assert told("203.0.113.1", 200) == {}
    for _ in range(3):
        told("203.0.113.2", 200)
    assert told("203.0.113.2", 429) == {"Retry-After": "3600"}


def test_a_wrong_code_tells_nothing_of_what_others_tried(client: PageClient) -> None:
    data = {"csrf_token": client.visit("/receipt").token(), "code": "0000"}
    answers = [client.raw.post("/receipt", data=data) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [404] * 30 + [429]
    assert "X-RateLimit" not in "".join(str(answer.headers) for answer in answers)
    assert [a.headers.get("Retry-After") for a in answers] == [None] * 30 + ["3600"]


def test_a_door_still_says_when_to_come_back(demo: Flask, demo_client: PageClient) -> None:
    door = db.session.scalar(sa.select(DoorCode.code).limit(1))
    tap = {"answer": "match"}
    answers = [demo_client.raw.post(f"/v/{door}/answer", data=tap) for _ in range(21)]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3601
