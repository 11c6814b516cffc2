"""Never lost, never twice: tips sent while the server is killed over and over."""

import contextlib
import json
import os
import random
import shutil
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


def tokens(app: Flask, count: int) -> list[str]:
    """One-time tokens, made by the form itself."""

    class Bare(PublicForm):
        token_route = ReportForm.token_route

    with app.test_request_context():
        return [str(Bare().csrf_token.current_token) for _ in range(count)]


def send_until_answered(site: LiveSite, number: int, token: str) -> str:
    """Send one tip; whoever got no answer posts again with the same token."""
    fields = {
        "csrf_token": token,
        "category": "A01",
        "place_address": f"学府路{number}号",
        "body": f"第{number}件：没有办学许可就开班",
    }
    headers = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    while True:
        try:
            answer = ask(site, "/report/new", fields, headers)
        except OSError:
            time.sleep(0.05)
            continue
        assert answer.status == 200, answer.text[:2000]
        assert len(answer.code) == 20
        return answer.code


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
        (200, 3, ""),  # with the limits of production
        pytest.param(20_000, 100, "tests.reports.unlimited:app", marks=pytest.mark.long),
    ],
)
def test_every_receipt_that_was_shown_leads_to_exactly_one_report(
    demo_instance: Path, tmp_path: Path, count: int, kills: int, app: str
) -> None:
    folder = Path(shutil.copytree(demo_instance, tmp_path / "instance"))
    here = create_app(settings_in(folder))
    given = tokens(here, count)
    shown: list[str] = []
    left = threading.Semaphore(0)

    def send(number: int) -> str:
        code = send_until_answered(site, number, given[number])
        left.release()
        return code

    with (
        LiveSite(folder, {"MINGDAN_TRUSTED_PROXIES": "1"}, app=app) as site,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        sending = [clients.submit(send, number) for number in range(count)]
        for turn in range(kills):
            for _ in range(count // (kills + 1)):
                left.acquire()
            time.sleep(random.uniform(0, 0.05))  # in the middle of something
            kill(site, with_master=turn % 3 == 2)
        shown = [future.result() for future in sending]

    assert len(set(shown)) == count
    with here.app_context():
        hashes = set(db.session.scalars(sa.select(Report.receipt_hash)))
        assert hashes == {receipt_hash(code) for code in shown}
        for rows in (Report, OutboxMessage):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(rows)) == count
        whole = sa.select(sa.func.count(sa.distinct(Report.id))).join(ReportWrap).join(ReportStep)
        assert db.session.scalar(whole) == count
        db.session.close()
        db.engine.dispose()


def test_fifty_at_once_with_one_solution_are_one_report(
    demo_instance: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(demo_instance, tmp_path / "instance"))
    here = create_app(settings_in(folder))
    given = tokens(here, 50)
    with here.test_request_context():
        made = Challenge.from_dict(
            json.loads(challenge(read_token(given[0], ReportForm.token_route)))
        )
        solution = solve_challenge(made)
        assert solution is not None
        proof = {"proof": Payload(made, solution).to_base64()}

    def send(token: str) -> Answer:
        fields = {"category": "A01", "place_address": "学府路1号", "body": "没有许可就开班"}
        return ask(site, "/report/new", fields | proof | {"csrf_token": token})

    with LiveSite(folder) as site, ThreadPoolExecutor(50) as clients:
        one = list(clients.map(send, [given[0]] * 50))
        replayed = list(clients.map(send, given[1:]))
    assert {answer.status for answer in one} == {200}
    assert len({answer.code for answer in one}) == 1
    # With other forms the same solution is none: they get what is taken without proof.
    assert Counter(answer.status for answer in replayed) == {200: 3, 429: 46}
    with here.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 1 + 3
        assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1 + 3
        db.session.close()
        db.engine.dispose()
