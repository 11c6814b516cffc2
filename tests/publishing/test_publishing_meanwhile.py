"""While a publication computes, everybody else goes on; and it may be killed at any moment."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.models import AuditEntry, Officer
from portal.clock import now
from portal.database import db
from portal.settings import ROOT
from publishing.importing import publish_list
from publishing.issuing import publish_due
from publishing.models import Coverage, Submission, SubmissionState
from publishing.reviewing import review_unread
from publishing.signing import Signer, list_keys
from publishing.submissions import add_sheet, approve, confirm, findings_of, new_submission, submit
from publishing.verifying import verify_area
from publishing.writing import Moved, in_turn
from register.indexing import follow
from register.models import Edition, Institution, Standing
from reports.models import Report
from search import Filters
from tests.pages import PageClient
from tests.publishing.test_importing import AREA, BING, HEAD, jia, order, statuses
from tests.reports.test_tips import form


def test_a_tip_is_taken_while_an_edition_is_computed(demo: Flask) -> None:
    client = PageClient(demo)
    sent = form(client)
    taken = []

    def tip(step: str) -> None:
        if step in {"生成文件", "写入"}:
            with demo.app_context():  # another request, with a session of its own
                client.send("/report/new", sent)
                taken.append(step)

    edition = publish_list(order(HEAD + jia()), Signer(keys(demo)), tip).edition
    assert edition is not None
    assert edition.number == 3
    assert taken == ["生成文件", "写入"]
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 1, "the same form twice"


def keys(app: Flask) -> Path:
    folder: Path = app.config["MINGDAN"].instance / "keys"
    return folder


def test_who_was_overtaken_works_it_out_again(app: Flask) -> None:
    steps = []

    def overtake(step: str) -> None:
        steps.append(step)
        if steps == ["读到 1 行，与已公布的比对", "生成文件", "写入"]:
            with app.app_context():
                publish_list(order(HEAD + BING), Signer(keys(app)), lambda _step: None)

    outcome = publish_list(order(HEAD + jia()), Signer(keys(app)), overtake)
    assert "其间另有一期公布，重新比对" in steps
    assert outcome.edition is not None
    assert outcome.edition.number == 2
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}
    assert len(verify_area(db.session, AREA, {k.id: k for k in list_keys(keys(app))})) == 2


def test_who_is_always_overtaken_gives_up(app: Flask) -> None:
    tries = []

    def attempt() -> None:
        tries.append(1)
        raise Moved

    with pytest.raises(Moved):
        in_turn(attempt)
    assert len(tries) == 5


def command(app: Flask, file: Path) -> "subprocess.Popen[bytes]":
    args = ["lists", "import", str(file), "--list", "white", "--area", AREA, "--publish"]
    return process(app, *args, "--coverage", "complete", "--as-of", "2026-06-30")


def process(app: Flask, *args: str) -> "subprocess.Popen[bytes]":
    env = {**os.environ, "MINGDAN_INSTANCE": str(app.config["MINGDAN"].instance)}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", *args],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def listing(folder: Path, number: int) -> Path:
    """A list of 60, a third of which change with its number."""
    file = folder / f"{number}.csv"
    rows = [
        f"第{place}培训学校,,教民1359901{place:08}号,学府路{place}号,学科类,"
        f"20{30 + number % 60 if place % 3 else 99}-12-31,\n"
        for place in range(60)
    ]
    file.write_text(HEAD + "".join(rows) + f"第{number}新校,,,新路{number}号,学科类,,\n", "utf-8")
    return file


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.long)])
def test_killed_at_any_moment_there_is_the_old_or_the_new_edition(
    app: Flask, tmp_path: Path, kills: int
) -> None:
    started = time.monotonic()
    assert command(app, listing(tmp_path, 0)).wait() == 0
    whole = time.monotonic() - started
    for number in range(1, kills + 1):
        before = db.session.scalar(sa.select(sa.func.max(Edition.number)))
        db.session.rollback()
        running = command(app, listing(tmp_path, number))
        time.sleep(random.uniform(0.3, 1.1) * whole)
        running.send_signal(signal.SIGKILL)
        running.wait()
        after = db.session.scalar(sa.select(sa.func.max(Edition.number)))
        assert after in {before, (before or 0) + 1}
        _is_whole(app, after or 0, number)


def approved(file: Path) -> Submission:
    submission = new_submission(db.session, AREA)
    whole = order(file.read_bytes(), as_of=date(2026, 6, 30), coverage=Coverage.COMPLETE)
    add_sheet(db.session, submission, whole)
    db.session.commit()
    review_unread()
    db.session.expire_all()
    confirm(db.session, submission, [f.id for f in findings_of(db.session, submission)], 1)
    submit(db.session, submission, 1, "许可证换发")
    approve(db.session, submission, 2)
    db.session.commit()
    return submission


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.long)])
def test_a_worker_killed_at_any_moment_published_all_of_it_or_nothing(
    app: Flask, tmp_path: Path, kills: int
) -> None:
    for each in (1, 2):
        db.session.add(
            Officer(id=each, username=f"o{each}", name="", password_hash="", created_at=now())
        )
    db.session.commit()
    whole = 0.0
    for number in range(kills + 1):
        submission = approved(listing(tmp_path, number))
        started = time.monotonic()
        worker = process(app, "worker", "--once")
        if number:  # the first one is measured
            time.sleep(random.uniform(0.3, 1.1) * whole)
            worker.send_signal(signal.SIGKILL)
        worker.wait()
        whole = whole or time.monotonic() - started
        is_out = _is_out(submission)
        _is_whole(app, number + is_out, number)
        if not is_out:  # the next worker takes it up
            assert publish_due(keys(app)) == 1
            assert _is_out(submission)
            _is_whole(app, number + 1, number)


def _is_out(submission: Submission) -> bool:
    """Tell whether it was published, and that all that belongs to it is so, too."""
    db.session.rollback()
    db.session.expire_all()
    is_out = submission.state is SubmissionState.PUBLISHED
    assert is_out or submission.state is SubmissionState.APPROVED
    (sheet,) = submission.sheets
    assert {sheet.file is None, sheet.reading is None, sheet.edition_id is not None} == {is_out}
    edition = db.session.get(Edition, submission.edition_id) if submission.edition_id else None
    told = sa.select(AuditEntry).filter_by(act="lists.published", subject_id=str(submission.id))
    assert {edition is not None, db.session.scalar(told) is not None} == {is_out}
    return is_out


def _is_whole(app: Flask, newest: int, number: int) -> None:
    assert len(verify_area(db.session, AREA, {k.id: k for k in list_keys(keys(app))})) == newest
    unstamped = sa.select(sa.func.count(Standing.id)).where(Standing.edition_in_id.is_(None))
    assert db.session.scalar(unstamped) == 0
    standing = db.session.scalar(sa.select(sa.func.count(Standing.id)).filter_by(until=None))
    assert standing == db.session.scalar(sa.select(sa.func.count(Institution.id)))
    is_new = sa.select(Institution.id).filter_by(name=f"第{number}新校")
    is_there = db.session.scalar(is_new) is not None
    db.session.rollback()
    follow()
    found = app.extensions["index"].search(f"第{number}新校", Filters())
    assert any(hit.name == f"第{number}新校" for hit in _names(found)) == is_there


def _names(found: object) -> list[Institution]:
    keys_found = [hit.key for hit in found.hits]  # type: ignore[attr-defined]
    return list(db.session.scalars(sa.select(Institution).where(Institution.code.in_(keys_found))))
