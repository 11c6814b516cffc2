"""What is due is erased, what is unread never, and the job proves that it ran."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.clock import today
from portal.database import db
from reports.models import (
    Attachment,
    Erasure,
    Finding,
    Message,
    Report,
    ReportStep,
    ReportWrap,
    State,
)
from reports.retention import DAYS, erase_day, erase_due
from tests.accounts.signing_in import sign_in
from tests.inbox.test_inbox import number
from tests.reports.test_following import WORDS, act, closed, look, report
from tests.reports.test_following import sent as sent


def counts() -> list[int | None]:
    return [
        db.session.scalar(sa.select(sa.func.count()).select_from(model))
        for model in (Message, Attachment, ReportWrap)
    ]


def test_content_goes_on_its_day_and_the_row_stays(demo: Flask, sent: str, tmp_path: Path) -> None:
    closed(demo, "accepted:", "closed:not_found")
    sealed = [report().body or b"", *db.session.scalars(sa.select(Message.sealed))]
    number_ = number()
    db.session.execute(sa.update(Report).values(erase_on=today() + timedelta(days=1)))
    db.session.commit()
    assert erase_due(db.session)
    assert report().body is not None, "a day too early"
    db.session.execute(sa.delete(Erasure))
    db.session.execute(sa.update(Report).values(erase_on=today()))
    db.session.commit()
    done = erase_due(db.session)
    assert done is not None
    assert (done.reports, done.messages) == (1, 2)
    found = report()
    assert (found.state, found.finding, found.category_code) == (
        State.CLOSED, Finding.NOT_FOUND, "D02",
    )  # fmt: skip
    assert (found.body, found.receipt_hash, found.reporter_wrap) == (None, None, None)
    assert counts() == [0, 0, 0]
    assert db.session.scalars(sa.select(ReportStep.why)).all() == [None] * len(found.steps)
    db.session.close()
    files = [p.read_bytes() for p in (tmp_path / "instance").glob("mingdan.sqlite*")]
    for secret in sealed:
        assert not any(secret[:64] in file for file in files), (
            "not even sealed, not even in the log"
        )
    look(demo, sent, 404)
    assert "到期删除" in sign_in(demo, "cul").visit(f"/desk/inbox/{number_}").words


@pytest.mark.parametrize("state", [s for s in State if s not in {State.CLOSED, State.DECLINED}])
def test_what_no_officer_closed_has_no_day_and_can_have_none(
    demo: Flask, sent: str, state: State
) -> None:
    assert erase_day(state, None, today()) is None
    db.session.execute(sa.text("UPDATE reports SET state = :state"), {"state": state.value})
    db.session.commit()
    erase_due(db.session)
    assert report().body is not None
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Report).values(erase_on=date(2001, 1, 1)))
    db.session.rollback()


def test_every_finding_has_its_days_and_a_reopened_case_none(demo: Flask, sent: str) -> None:
    assert set(DAYS) == {*Finding, None}
    closed(demo)
    assert report().erase_on == today() + timedelta(days=DAYS[Finding.NOT_FOUND])
    act(demo, "/receipt/objection", sent, text=WORDS)
    assert report().erase_on is None


def test_the_job_runs_once_a_day_and_proves_it(demo: Flask) -> None:
    runner = demo.test_cli_runner()
    assert runner.invoke(args=["reports", "erasing"]).exit_code == 1
    for _ in range(2):
        runner.invoke(args=["worker", "--once"], catch_exceptions=False)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Erasure)) == 1
    result = runner.invoke(args=["reports", "erasing"])
    assert (result.exit_code, f"{today()}：删除 0 件" in result.output) == (0, True), result.output
    assert "删了0件" in sign_in(demo, "cul").visit("/desk/inbox").words
    db.session.execute(sa.update(Erasure).values(day=today() - timedelta(days=2)))
    db.session.commit()
    assert runner.invoke(args=["reports", "erasing"]).exit_code == 1
