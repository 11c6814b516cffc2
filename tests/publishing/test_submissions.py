"""Two persons, reasons, time, and what an urgent change looks like."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.exc import IntegrityError

from accounts.models import Officer
from portal.clock import now, today
from portal.database import db
from publishing.findings import Severity
from publishing.importing import publish_list
from publishing.issuing import publish_due
from publishing.models import Coverage, Sheet, Submission, SubmissionState
from publishing.reviewing import review_unread
from publishing.seen import recheck_submitted
from publishing.sheet import ListKind
from publishing.signing import Signer
from publishing.submissions import (
    Refused,
    add_sheet,
    approve,
    confirm,
    drop_sheet,
    findings_of,
    give_back,
    new_submission,
    submission_view,
    submit,
)
from publishing.urgent import UrgentAct, urgent
from register.models import Edition, Institution, Standing
from tests.publishing.test_importing import (
    AREA,
    BING,
    BLACK_HEAD,
    HEAD,
    black_row,
    jia,
    order,
    statuses,
)

CLERK, APPROVER = 1, 2


@pytest.fixture(autouse=True)
def officers(app: Flask) -> None:
    for number in (CLERK, APPROVER):
        officer = Officer(
            id=number, username=f"o{number}", name="", password_hash="", created_at=now()
        )
        db.session.add(officer)
    db.session.commit()


def keys(app: Flask) -> Path:
    folder: Path = app.config["MINGDAN"].instance / "keys"
    return folder


def draft(*texts: str, **more: object) -> Submission:
    submission = new_submission(db.session, AREA)
    for text in texts:
        add_sheet(db.session, submission, order(text, **more))
    return read(submission)


def read(submission: Submission) -> Submission:
    db.session.commit()
    review_unread()
    db.session.expire_all()
    return submission


def answer_all(submission: Submission) -> None:
    asked = [f.id for f in findings_of(db.session, submission)]
    confirm(db.session, submission, asked, CLERK)
    db.session.commit()


def send(submission: Submission, reason: str = "") -> Submission:
    answer_all(submission)
    submit(db.session, submission, CLERK, reason)
    approve(db.session, submission, APPROVER)
    db.session.commit()
    return submission


def published(app: Flask) -> int:
    done = publish_due(keys(app))
    db.session.expire_all()
    return done


def manifest(number: int) -> dict[str, object]:
    content = db.session.scalars(sa.select(Edition.manifest).filter_by(number=number)).one()
    said: dict[str, object] = json.loads(content)
    return said


def test_from_draft_to_edition_by_two_persons(app: Flask) -> None:
    submission = draft(HEAD + jia() + BING)
    view = submission_view(db.session, submission)
    assert view.difference is not None
    assert view.difference["counts"] == {"added": 2}
    assert (view.blocking, view.needs_reason, view.is_stale) == (0, False, False)
    assert statuses() == {}
    send(submission)
    assert published(app) == 1
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}
    assert submission.state is SubmissionState.PUBLISHED
    assert submission.edition_id is not None
    assert submission.sheets[0].file is None
    assert "reason" not in manifest(1)
    assert published(app) == 0


def test_what_two_persons_saw_is_published_and_not_read_again(app: Flask) -> None:
    submission = send(draft(HEAD + jia()))
    submission.sheets[0].file = (HEAD + BING).encode()
    db.session.commit()
    assert published(app) == 1
    assert statuses() == {"甲乙培训中心": "white"}
    assert submission.sheets[0].reading is None


def test_nobody_approves_what_they_submitted(app: Flask) -> None:
    submission = draft(HEAD + jia())
    submit(db.session, submission, CLERK)
    with pytest.raises(Refused, match="不能自己批准"):
        approve(db.session, submission, CLERK)
    submission.approved_by_id = CLERK
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_what_blocks_and_what_nobody_answers_for_is_not_submitted(app: Flask) -> None:
    submission = draft(HEAD + jia(note="负责人张三 13800138000"))
    with pytest.raises(Refused, match="拦截"):
        submit(db.session, submission, CLERK)
    submission = draft(BLACK_HEAD + black_row(), list_kind=ListKind.BLACK)
    with pytest.raises(Refused, match="没有人确认"):
        submit(db.session, submission, CLERK)
    findings = findings_of(db.session, submission)
    assert "notice_given" in {finding.code for finding in findings}
    answer_all(submission)
    submit(db.session, submission, CLERK)


def test_a_file_that_cannot_be_read_is_a_finding(app: Flask) -> None:
    submission = draft(HEAD + jia(), "%PDF-1.7 nothing")
    (finding,) = (f for f in findings_of(db.session, submission) if f.code == "unreadable")
    assert "PDF" in finding.message
    with pytest.raises(Refused, match="拦截"):
        submit(db.session, submission, CLERK)
    drop_sheet(db.session, submission, finding.sheet_id)
    read(submission)
    submit(db.session, submission, CLERK)


def test_many_changes_need_a_reason_and_the_manifest_says_it(app: Flask) -> None:
    send(draft(HEAD + jia() + BING))
    published(app)
    submission = draft(HEAD + BING, coverage=Coverage.COMPLETE, as_of=date(2026, 7, 31))
    answer_all(submission)
    with pytest.raises(Refused, match="理由"):
        submit(db.session, submission, CLERK)
    send(submission, "年检后注销")
    published(app)
    assert manifest(2)["reason"] == "年检后注销"


def test_a_time_is_waited_for(app: Flask) -> None:
    submission = draft(HEAD + jia())
    submit(db.session, submission, CLERK)
    approve(db.session, submission, APPROVER, now() + timedelta(hours=1))
    db.session.commit()
    assert published(app) == 0
    submission.publish_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert published(app) == 1


def test_what_is_given_back_can_be_mended(app: Flask) -> None:
    submission = draft(HEAD + jia())
    submit(db.session, submission, CLERK)
    with pytest.raises(Refused):
        add_sheet(db.session, submission, order(HEAD + BING))
    give_back(db.session, submission, APPROVER, "地址有误")
    assert (submission.state, submission.remark) == (SubmissionState.RETURNED, "地址有误")
    add_sheet(db.session, submission, order(HEAD + BING))
    send(read(submission))
    published(app)
    assert len(statuses()) == 2


def test_another_edition_in_between_asks_to_compare_again(app: Flask) -> None:
    submission = draft(HEAD + jia())
    publish_list(order(HEAD + BING), Signer(keys(app)), lambda _step: None)
    assert submission_view(db.session, submission).is_stale
    with pytest.raises(Refused, match="另有一期"):
        submit(db.session, submission, CLERK)


def test_what_was_approved_and_became_wrong_comes_back(app: Flask) -> None:
    submission = send(draft(HEAD + jia()))
    black = order(BLACK_HEAD + black_row(), list_kind=ListKind.BLACK)
    publish_list(black, Signer(keys(app)), lambda _step: None)
    assert published(app) == 0
    assert submission.state is SubmissionState.RETURNED
    assert "拦截" in submission.remark
    assert statuses() == {"甲乙培训中心": "black"}


def test_a_fifth_is_of_what_the_sheet_speaks_of(app: Flask) -> None:
    many = "".join(
        f"第{n}培训学校,,教民1359901{n:08}号,学府路{n}号,学科类,2099-12-31,\n" for n in range(20)
    )
    publish_list(order(HEAD + many + BING), Signer(keys(app)), lambda _step: None)
    sport = draft(HEAD, coverage=Coverage.COMPLETE, kinds=("TY",), as_of=date(2026, 7, 31))
    assert (sport.difference or {})["counts"] == {"removed": 1}
    assert (sport.difference or {})["share"] == 1
    assert submission_view(db.session, sport).needs_reason


def overtake(app: Flask, text: str) -> None:
    publish_list(order(text, as_of=date(2026, 7, 31)), Signer(keys(app)), lambda _step: None)


def complete(app: Flask) -> Submission:
    """One of 甲乙 alone, who stands already: it shows no change."""
    publish_list(order(HEAD + jia()), Signer(keys(app)), lambda _step: None)
    submission = draft(HEAD + jia(), coverage=Coverage.COMPLETE, as_of=date(2026, 7, 31))
    assert (submission.difference or {})["counts"] == {}
    return submission


def test_a_removal_nobody_saw_is_not_approved(app: Flask) -> None:
    submission = complete(app)
    submit(db.session, submission, CLERK)
    overtake(app, HEAD + BING)
    with pytest.raises(Refused, match="正在重新比对"):
        approve(db.session, submission, APPROVER)
    db.session.rollback()
    recheck_submitted()
    db.session.expire_all()
    assert submission.state is SubmissionState.RETURNED
    assert "和审核时看到的不一样" in submission.remark
    read(submission)
    assert (submission.difference or {})["counts"] == {"removed": 1}


def test_a_removal_nobody_saw_is_not_published(app: Flask) -> None:
    submission = send(complete(app))
    overtake(app, HEAD + BING)
    assert published(app) == 0
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}
    assert submission.state is SubmissionState.RETURNED
    assert "和审核时看到的不一样" in submission.remark


def test_a_question_nobody_answered_is_not_published(app: Flask) -> None:
    publish_list(order(HEAD + BING), Signer(keys(app)), lambda _step: None)
    submission = send(draft(HEAD + jia()), "新设")
    overtake(app, HEAD + BING.replace("2099", "2098"))
    assert published(app) == 0, "its sheet is the older one now"
    assert submission.state is SubmissionState.RETURNED


def test_the_same_changes_on_another_edition_go_on(app: Flask) -> None:
    publish_list(order(HEAD + BING.replace("丙丁", "戊己")), Signer(keys(app)), lambda _step: None)
    submission = draft(HEAD + jia(), as_of=date(2026, 7, 31))
    submit(db.session, submission, CLERK, "新设")
    overtake(app, HEAD + BING)
    db.session.commit()
    recheck_submitted()
    db.session.expire_all()
    approve(db.session, submission, APPROVER)
    db.session.commit()
    overtake(app, HEAD + BING.replace("2099", "2098"))
    assert published(app) == 1
    assert statuses()["甲乙培训中心"] == "white"


def command(app: Flask, tmp_path: Path, text: str, *more: str) -> Result:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    args = ["lists", "import", str(file), "--list", "white", "--area", AREA]
    return app.test_cli_runner().invoke(args=[*args, "--as-of", "2026-07-31", *more])


def test_nobody_goes_around_the_desk_without_a_reason(app: Flask, tmp_path: Path) -> None:
    assert command(app, tmp_path, HEAD + jia(), "--publish").exit_code == 0
    submission = draft(HEAD + BING)
    send(submission, "第一次由工作台公布")
    published(app)
    refused = command(app, tmp_path, HEAD + jia(note="停业整顿"), "--publish")
    assert (refused.exit_code, "--reason" in refused.output) == (2, True)
    args = ["--publish", "--reason", "工作台故障"]
    result = command(app, tmp_path, HEAD + jia(note="停业整顿"), *args)
    assert result.exit_code == 0, result.output
    assert manifest(3)["reason"] == "工作台故障"


def test_a_sheet_of_the_desk_does_not_go_out_with_another(app: Flask, tmp_path: Path) -> None:
    draft(HEAD + jia())
    assert command(app, tmp_path, HEAD + BING, "--publish").exit_code == 0
    assert statuses() == {"丙丁培训中心": "white"}


def one() -> Institution:
    return db.session.scalars(sa.select(Institution).filter_by(name="甲乙培训中心")).one()


def test_an_urgent_suspension_is_a_supplement(app: Flask) -> None:
    publish_list(order(HEAD + jia() + BING), Signer(keys(app)), lambda _step: None)
    with pytest.raises(Refused):
        urgent(db.session, one(), UrgentAct.WITHDRAW, None, "误列")
    submission = urgent(db.session, one(), UrgentAct.SUSPEND, None, "消防隐患")
    send(read(submission))
    published(app)
    assert statuses() == {"甲乙培训中心": "suspended", "丙丁培训中心": "white"}
    said = manifest(2)
    assert (said["supplement"], said["reason"]) == (True, "消防隐患")


def test_an_urgent_reply_and_withdrawal(app: Flask) -> None:
    publish_list(
        order(BLACK_HEAD + black_row(), list_kind=ListKind.BLACK),
        Signer(keys(app)),
        lambda _s: None,
    )
    send(read(urgent(db.session, one(), UrgentAct.REPLY, None, "申辩", "已提起诉讼")), "申辩")
    published(app)
    standing = db.session.scalars(sa.select(Standing).filter_by(until=None)).one()
    assert (standing.reply, standing.replied_on) == ("已提起诉讼", today())
    send(read(urgent(db.session, one(), UrgentAct.WITHDRAW, None, "误列")), "误列")
    published(app)
    assert statuses() == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + jia().replace("甲乙培训", "甲乙艺术培训"), "renamed"),
        (
            HEAD + "甲乙培训中心二部,,,学府路1号,学科类,2099-12-31,\n",
            "maybe_renamed",
        ),
        (
            HEAD + "戊己学校,52359901MJ0GGG9A40,教民135990170000001号,别路1号,学科类,2099-12-31,\n",
            "licence_elsewhere",
        ),
    ],
)
def test_what_is_asked_not_guessed(app: Flask, text: str, code: str) -> None:
    publish_list(order(HEAD + jia()), Signer(keys(app)), lambda _step: None)
    as_of = date(2026, 9, 30)
    submission = draft(text, as_of=as_of)
    findings = findings_of(db.session, submission)
    assert [f.severity for f in findings if f.code == code] == [Severity.ASK], findings


def test_a_waiting_sheet_without_change_does_not_wait_for_ever(app: Flask, tmp_path: Path) -> None:
    command(app, tmp_path, HEAD + jia())
    assert "共 1 张" in app.test_cli_runner().invoke(args=["lists", "waiting"]).output
    command(app, tmp_path, HEAD + jia(), "--publish")
    assert "没有变化" in command(app, tmp_path, HEAD + jia()).output
    assert "共 0 张" in app.test_cli_runner().invoke(args=["lists", "waiting"]).output
    assert db.session.scalars(sa.select(Sheet.file)).all().count(None) == len(
        db.session.scalars(sa.select(Sheet)).all()
    )
