"""Never lost, never twice: tips sent while the server is killed over and over."""

import contextlib
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from altcha import Challenge, Payload, solve_challenge
from flask import Flask

from outbox.models import OutboxMessage
from portal.app import create_app
from portal.database import db
from portal.forms import PublicForm, read_token
from reports.forms import ReportForm
from reports.models import Report, ReportStep, ReportWrap
from reports.proof import challenge
from reports.receipts import receipt_hash
from tests.conftest import settings_in
from tests.reports.sending_clients import Answer, ask
from tests.services import LiveSite

CLIENTS = 8
SHARED = 4  # tips from one address, of which three go without a proof of work
UNLIMITED = "tests.reports.unlimited:app"


def tokens(app: Flask, count: int) -> list[str]:
    """One-time tokens, made by the form itself."""

    class Bare(PublicForm):
        token_route = ReportForm.token_route

    with app.test_request_context():
        return [str(Bare().csrf_token.current_token) for _ in range(count)]


def answered(site: LiveSite, number: int, fields: dict[str, str]) -> Answer:
    """Send one form; whoever got no answer posts again with the same token."""
    address = number // SHARED
    headers = {"X-Forwarded-For": f"10.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"}
    while True:
        try:
            return ask(site, "/report/new", fields, headers)
        except OSError:
            time.sleep(0.05)


def send(site: LiveSite, number: int, token: str) -> str:
    """Send one tip; return its code, empty where there were too many of one client."""
    fields = {
        "csrf_token": token,
        "category": "A01",
        "place_address": f"学府路{number}号",
        "body": f"第{number}件：没有办学许可就开班",
    }
    answer = answered(site, number, fields)
    if answer.status == 429 and number % 100 == SHARED - 1:  # it is dear: only some solve it
        answer = answered(site, number, fields | {"proof": solved(answer.challenge)})
        assert answer.status == 200, "with a proof of work more is taken"
    assert answer.status in {200, 429}, answer.text[:2000]
    assert len(answer.code) == (20 if answer.status == 200 else 0)
    return answer.code


def solved(challenge: str) -> str:
    """What a browser would send for a challenge."""
    made = Challenge.from_dict(json.loads(challenge))
    solution = solve_challenge(made)
    assert solution is not None
    return Payload(made, solution).to_base64()


def workers_of(master: int) -> list[int]:
    children = Path(f"/proc/{master}/task/{master}/children")
    with contextlib.suppress(OSError):
        return [int(pid) for pid in children.read_text().split()]
    return []


def kill(site: LiveSite, with_master: bool) -> None:
    """SIGKILL a worker, which comes back by itself, or everything, which is started again."""
    victims = workers_of(site.process.pid)
    if with_master:
        victims.insert(0, site.process.pid)
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if with_master:
        site.process.wait()
        site.start()


@pytest.mark.parametrize(
    ("count", "kills", "app"),
    [
        (200, 3, ""),
        pytest.param(20_000, 100, "", marks=pytest.mark.long),
        pytest.param(20_000, 100, UNLIMITED, marks=pytest.mark.long),
    ],
)
def test_every_receipt_that_was_shown_leads_to_exactly_one_report(
    demo_folder: Path, count: int, kills: int, app: str
) -> None:
    """With the limits of production and four to an address the fourth is refused, unless a
    kill made the site forget its counts: what was refused must be nowhere."""
    here = create_app(settings_in(demo_folder))
    given = tokens(here, count)
    left = threading.Semaphore(0)

    def sent(number: int) -> str:
        try:
            return send(site, number, given[number])
        finally:
            left.release()

    with (
        LiveSite(demo_folder, {"MINGDAN_TRUSTED_PROXIES": "1"}, app=app) as site,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        sending = [clients.submit(sent, number) for number in range(count)]
        for turn in range(kills):
            for _ in range(count // (kills + 1)):
                left.acquire()
            time.sleep(random.uniform(0, 0.05))  # in the middle of something
            kill(site, with_master=turn % 3 == 2)
        codes = [future.result() for future in sending]

    shown = {code for code in codes if code}
    refused = codes.count("")
    assert len(shown) + refused == count, "no code twice"
    assert refused == 0 if app == UNLIMITED else 0 < refused <= count // SHARED
    with here.app_context():
        reports = db.session.execute(sa.select(Report.receipt_hash, Report.cluster)).all()
        assert Counter(found.receipt_hash for found in reports) == Counter(map(receipt_hash, shown))
        notices = Counter(db.session.scalars(sa.select(OutboxMessage.cluster)))
        assert notices == Counter(found.cluster for found in reports)
        assert set(notices.values()) == {1}, "every place is another: one notice row each"
        whole = sa.select(sa.func.count(sa.distinct(Report.id))).join(ReportWrap).join(ReportStep)
        assert db.session.scalar(whole) == len(shown)
        client = here.test_client()
        token = Answer(200, client.get("/receipt").text).token
        for code in random.sample(sorted(shown), min(len(shown), 500)):
            page = client.post("/receipt", data={"csrf_token": token, "code": code})
            assert page.status_code == 200
        db.session.close()
        db.engine.dispose()


def test_fifty_at_once_with_one_solution_are_one_report(demo_folder: Path) -> None:
    here = create_app(settings_in(demo_folder))
    given = tokens(here, 50)
    with here.test_request_context():
        proof = {"proof": solved(challenge(read_token(given[0], ReportForm.token_route)))}

    def post(token: str) -> Answer:
        fields = {"category": "A01", "place_address": "学府路1号", "body": "没有许可就开班"}
        return ask(site, "/report/new", fields | proof | {"csrf_token": token})

    with LiveSite(demo_folder) as site, ThreadPoolExecutor(50) as clients:
        one = list(clients.map(post, [given[0]] * 50))
        replayed = list(clients.map(post, given[1:]))
    assert {answer.status for answer in one} == {200}
    assert len({answer.code for answer in one}) == 1
    # With other forms the same solution is none: they get what is taken without proof.
    assert Counter(answer.status for answer in replayed) == {200: 3, 429: 46}
    with here.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 1 + 3
        assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1 + 3
        db.session.close()
        db.engine.dispose()
