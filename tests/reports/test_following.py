"""A reporter with nothing but the code: look, answer, rate, disagree once."""

import base64
import io
import statistics
import time
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from accounts.models import AuditEntry
from departments.models import Department
from departments.routing import lint
from departments.workdays import add_workdays
from inbox.raising import raise_unread
from outbox.delivery import deliver
from outbox.models import OutboxMessage
from portal.clock import next_mark, now, today
from portal.codes import new_code, normalised, with_check
from portal.database import db
from portal.settings import Settings
from portal.uploads import MOST_READ
from reports.models import Act, Attachment, Finding, Message, Report, ReportStep, ReportWrap, State
from reports.receipts import LENGTH
from reports.retention import DAYS, erase_due
from tests.accounts.signing_in import sign_in
from tests.clock import clock_at
from tests.inbox.test_inbox import make, number
from tests.pages import Page, PageClient
from tests.reports.pictures import photo
from tests.reports.test_tips import form, receipt_of

WORDS = "课上了三次，老师叫我们把钱转给前台"


@pytest.fixture
def sent(demo: Flask) -> str:
    """A tip for 文旅局; returns its receipt code."""
    client = PageClient(demo)
    return receipt_of(client.send("/report/new", form(client)))


def look(app: Flask, code: str, status: int = 200) -> Page:
    client = PageClient(app)
    token = client.visit("/receipt").token()
    return client.send("/receipt", {"csrf_token": token, "code": code}, status=status)


def act(app: Flask, path: str, code: str, status: int = 200, **data: Any) -> Page:
    token = look(app, code).token()
    return PageClient(app).send(path, {"csrf_token": token, "code": code, **data}, status=status)


def closed(app: Flask, *steps: str) -> PageClient:
    officer = sign_in(app, "cul")
    for step in steps or ("accepted:", "closed:not_found"):
        make(officer, step)
    return officer


def report() -> Report:
    db.session.expire_all()
    return db.session.scalars(sa.select(Report)).one()


def readers() -> set[str]:
    ids = db.session.scalars(sa.select(ReportWrap.department_id)).all()
    return {db.session.get_one(Department, i).short_name for i in ids}


def test_the_department_asks_and_the_reporter_answers(demo: Flask, sent: str) -> None:
    officer = sign_in(demo, "cul")
    make(officer, "accepted:")
    make(officer, "asked:", words="是哪一位老师说的？")
    assert "还没看" in officer.visit(f"/desk/inbox/{number()}").words
    page = look(demo, sent)
    assert "等您补充" in page.words
    assert "是哪一位老师说的？" in page.words
    assert "已看" in officer.visit(f"/desk/inbox/{number()}").words
    page = act(demo, "/receipt/answer", sent, text=WORDS)
    assert WORDS in page.words
    assert report().state is State.CHECKING
    assert WORDS in officer.visit(f"/desk/inbox/{number()}").words


@pytest.mark.parametrize("path", ["/receipt/answer", "/receipt/objection"])
def test_what_gives_a_person_away_is_shown_before_an_answer_goes(
    demo: Flask, sent: str, path: str
) -> None:
    if path.endswith("objection"):
        closed(demo)
    text = f"我是李明的妈妈，{WORDS}"
    warned = act(demo, path, sent, text=text)
    assert "能认出人" in warned.words
    assert not [message for message in report().messages if message.from_reporter]
    data = {"csrf_token": warned.token(), "code": sent, "text": text}
    hidden = PageClient(demo).send(path, data | {"step": "mask"})
    assert hidden.tree.xpath("//textarea")[0].text.strip() == f"我是（姓名）的妈妈，{WORDS}"
    assert "能认出人" not in hidden.words
    gone = PageClient(demo).send(path, data | {"step": "send"})
    assert text in gone.words, "the writer decides"
    assert report().messages[-1].from_reporter


def test_an_answer_sent_twice_is_one_with_one_notice(demo: Flask, sent: str) -> None:
    data = {"csrf_token": look(demo, sent).token(), "code": sent, "text": WORDS}
    for _ in range(2):
        PageClient(demo).send("/receipt/answer", data)
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 2  # with the tip's own


def test_who_writes_often_makes_one_mail_a_day(demo: Flask, sent: str) -> None:
    settings: Settings = demo.config["MINGDAN"]
    hour = next_mark(now(), 60)
    told = []
    for hours in range(4):
        if hours:
            act(demo, "/receipt/answer", sent, text=f"{WORDS}{hours}")
        with clock_at(hour + timedelta(hours=hours)):
            told.append(deliver(db.session, settings))
    assert told == [1, 1, 0, 0], "the tip, the first words, and no more"
    assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 4


def test_words_and_files_lie_sealed(demo: Flask, sent: str) -> None:
    upload = (io.BytesIO(photo()), "IMG_20261101_孩子.jpg")
    page = act(demo, "/receipt/answer", sent, text=WORDS, files=upload)
    assert "拍摄地点" in page.words
    message = db.session.scalars(sa.select(Message)).one()
    attachment = db.session.scalars(sa.select(Attachment)).one()
    assert WORDS.encode() not in message.sealed
    assert b"JFIF" not in attachment.sealed
    assert attachment.message_id == message.id


def test_the_desk_sees_the_photo_and_nobody_else(demo: Flask, sent: str) -> None:
    act(demo, "/receipt/answer", sent, text=WORDS, files=(io.BytesIO(photo()), "a.jpg"))
    attachment = db.session.scalars(sa.select(Attachment.id)).one()
    address = f"/desk/inbox/{number()}/files/{attachment}"
    reader = sign_in(demo, "cul")
    assert address in reader.visit(f"/desk/inbox/{number()}").text
    answer = reader.raw.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    read = sa.select(AuditEntry.subject_id).filter_by(act="cases.file")
    assert list(db.session.scalars(read)) == [number()]
    page = reader.visit(f"/desk/inbox/{number()}")
    assert "已去掉：拍摄地点" in page.words
    assert sign_in(demo, "mkt").raw.get(address).status_code == 404
    assert demo.test_client().get(address).status_code == 303
    assert reader.raw.get(address + "9").status_code == 404


def test_a_refused_file_leaves_the_words_in_the_form(demo: Flask, sent: str) -> None:
    upload = (io.BytesIO(b"<svg/>"), "a.svg")
    page = act(demo, "/receipt/answer", sent, status=422, text=WORDS, files=upload)
    assert "第1个文件" in page.words
    assert WORDS in page.words
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 0


def test_too_large_an_upload_and_a_nul_are_refused_with_a_page(demo: Flask, sent: str) -> None:
    client, token = PageClient(demo), look(demo, sent).token()
    data = {"csrf_token": token, "code": sent, "text": WORDS}
    said = {"CONTENT_LENGTH": str(MOST_READ + 1)}  # more than is read past to keep the words
    body: Any = b"--x"
    kind = "multipart/form-data; boundary=x"
    page = client.send(
        "/receipt/answer", body, status=413, content_type=kind, environ_overrides=said
    )
    assert "内容太大" in page.h1
    nul: Any = {**data, "text": "a\0b", "files": (io.BytesIO(b""), "a.jpg")}
    client.send("/receipt/answer", nul, status=400)


def test_a_page_left_open_too_long_says_so(demo: Flask, sent: str) -> None:
    data = {"csrf_token": "old", "code": sent, "text": WORDS}
    page = PageClient(demo).send("/receipt/answer", data, status=422)
    assert "这一页已失效" in page.words
    assert WORDS in page.words


def test_a_closed_case_shows_finding_words_and_the_day_of_erasing(demo: Flask, sent: str) -> None:
    closed(demo, "accepted:", "closed:true")
    page = look(demo, sent)
    assert "已办结：情况属实，已处理" in page.words
    assert "已到现场查看。" in page.words
    day = today() + timedelta(days=DAYS[Finding.TRUE_AND_DEALT_WITH])
    assert f"{day.year}年{day.month}月{day.day}日删除" in page.words
    desk = sign_in(demo, "cul").visit(f"/desk/inbox/{number()}")
    assert f"{day.year}年{day.month}月{day.day}日，之后内容删除" in desk.words


@pytest.mark.parametrize("act_", ["asked:", "closed:true"])
def test_what_the_reporter_must_be_told_needs_words(demo: Flask, sent: str, act_: str) -> None:
    officer = sign_in(demo, "cul")
    make(officer, "accepted:")
    make(officer, act_, status=422, words="")
    assert report().state is State.ACCEPTED


def test_a_reporter_rates_and_the_desk_sees_it(demo: Flask, sent: str) -> None:
    act(demo, "/receipt/rating", sent, status=409, rating="good")
    officer = closed(demo)
    assert "请选一项" in act(demo, "/receipt/rating", sent, status=422).words
    assert "您的评价：不满意" in act(demo, "/receipt/rating", sent, rating="bad").words
    assert "不满意" in officer.visit(f"/desk/inbox/{number()}").words


def test_a_disagreement_goes_once_to_another_office_with_a_new_clock(
    demo: Flask, sent: str
) -> None:
    first = closed(demo)
    db.session.execute(sa.update(Report).values(finish_by=today() - timedelta(days=3)))
    db.session.commit()
    page = act(demo, "/receipt/objection", sent, text=WORDS)
    assert "换部门复核" in page.words
    found = report()
    assert (found.state, found.department.short_name) == (State.REOPENED, "区双减办")
    assert found.finish_by == add_workdays(today(), 15)
    assert readers() == {"区双减办"}
    first.visit(f"/desk/inbox/{number()}", status=404)
    office = sign_in(demo, "djb")
    assert WORDS in office.visit(f"/desk/inbox/{number()}").words
    make(office, "closed:partly")
    page = look(demo, sent)
    assert "复核办结：部分属实" in page.words
    assert "不同意这个结果" not in page.words
    act(demo, "/receipt/objection", sent, status=409, text=WORDS)


def test_what_the_coordinating_office_closed_goes_to_the_supervisors(
    demo: Flask, sent: str
) -> None:
    db.session.execute(
        sa.update(Report).values(
            inbox_id=sa.select(Department.id).filter_by(short_name="区双减办").scalar_subquery()
        )
    )
    db.session.commit()
    office = sign_in(demo, "djb")
    make(office, "accepted:")
    make(office, "closed:not_found")
    act(demo, "/receipt/objection", sent, text=WORDS)
    assert report().department.short_name == "区教育督导室"
    assert readers() == {"区教育督导室"}
    db.session.execute(sa.update(Report).values(accept_by=today() - timedelta(days=1)))
    db.session.commit()
    assert raise_unread(db.session) == 1
    steps = [step for step in report().steps if step.act is Act.RAISED]
    assert [step.department.short_name for step in steps if step.department] == ["区教育督导室"]
    office.visit(f"/desk/inbox/{number()}", status=404)
    assert WORDS in sign_in(demo, "sup").visit(f"/desk/inbox/{number()}").words


def test_where_no_office_can_look_again_the_receipt_and_the_linter_say_so(
    demo: Flask, sent: str
) -> None:
    alone = {"public_key": None}
    db.session.execute(sa.update(Department).filter_by(short_name="区教育督导室").values(**alone))
    office = sa.select(Department.id).filter_by(short_name="区双减办").scalar_subquery()
    db.session.execute(sa.update(Report).values(inbox_id=office))
    db.session.commit()
    closer = sign_in(demo, "djb")
    make(closer, "accepted:")
    assert "没有别的部门能在这里复核" not in look(demo, sent).words
    make(closer, "closed:not_found")
    assert "没有别的部门能在这里复核" in look(demo, sent).words
    assert any("SUP" in fault and "复核" in fault for fault in lint(db.session, "359901"))


def test_who_closed_does_not_close_again_elsewhere(demo: Flask, sent: str) -> None:
    closed(demo)
    act(demo, "/receipt/objection", sent, text=WORDS)
    office = sign_in(demo, "djb")
    make(office, "checking:")
    db.session.execute(  # the same person serves in both offices
        sa.update(ReportStep).where(ReportStep.finding.is_not(None)).values(
            officer_id=sa.select(ReportStep.officer_id).order_by(ReportStep.id.desc()).limit(1)
            .scalar_subquery()
        )
    )  # fmt: skip
    db.session.commit()
    make(office, "closed:true", status=422)


def test_hops_and_working_days_left_are_shown(demo: Flask, sent: str) -> None:
    db.session.execute(sa.update(Report).values(hops=1, finish_by=add_workdays(today(), 4)))
    db.session.commit()
    page = look(demo, sent)
    assert "还有4个工作日" in page.words
    assert "转办过1次" in page.words


def test_the_code_is_kept_only_when_its_last_group_is_typed_again(demo: Flask) -> None:
    client = PageClient(demo)
    sent = client.send("/report/new", form(client))
    code = receipt_of(sent)
    data = {"csrf_token": sent.token(), "code": code, "last": "0000"}
    again = client.send("/receipt/kept", data, status=422)
    assert receipt_of(again) == code
    assert "再对照一遍" in again.words
    kept = client.send("/receipt/kept", {**data, "last": code[-4:].lower()})
    assert code not in kept.text
    assert normalised(code) not in kept.text


def test_the_picture_of_the_code_stands_in_the_page(demo: Flask) -> None:
    client = PageClient(demo)
    page = client.send("/report/new", form(client))
    [source] = page.tree.xpath("//main//img/@src")
    kind, _comma, data = source.partition(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.size == (1080, 480)
        assert not picture.info


PATHS = (
    "/receipt",
    "/receipt/answer",
    "/receipt/objection",
    "/receipt/rating",
    "/receipt/kept",
)


def misses(sent: str) -> dict[str, str]:
    """Codes that open nothing: a slip, one never given, one whose day has come, one erased."""
    return {
        "slip": "ABCD ABCD ABCD ABCD ABCD",
        "wrong": new_code(LENGTH),
        "due": sent,
        "nonsense": "🙂",
    }


@pytest.mark.parametrize("path", PATHS)
def test_wrong_expired_and_erased_codes_answer_alike(demo: Flask, sent: str, path: str) -> None:
    token = look(demo, sent).token()
    pages = set()
    for code in (*misses(sent).values(), "erased"):
        closed_on(today() - timedelta(days=400), erase=code == "erased")
        data = {"csrf_token": token, "code": sent if code == "erased" else code, "text": WORDS,
                "rating": "good", "last": "0000"}  # fmt: skip
        answer = demo.test_client().post(path, data=data)
        assert answer.status_code == 404
        text = answer.get_data(as_text=True)
        pages.add(text.replace(PageClient(demo)._checked(answer, 404).token(), ""))
    assert len(pages) == 1


def closed_on(day: Any, *, erase: bool = False) -> None:
    if report().erased_on is None:
        values = {"state": State.CLOSED, "finding": Finding.TOO_LITTLE,
                  "erase_on": day + timedelta(days=90)}  # fmt: skip
        db.session.execute(sa.update(Report).values(values))
        db.session.commit()
    if erase:
        erase_due(db.session)


def test_a_guesser_is_stopped_and_a_right_code_behind_the_same_address_is_not(
    demo: Flask, sent: str
) -> None:
    client = PageClient(demo)
    token = client.visit("/receipt").token()
    for _ in range(30):
        client.send("/receipt", {"csrf_token": token, "code": new_code(LENGTH)}, status=404)
    client.send("/receipt", {"csrf_token": token, "code": new_code(LENGTH)}, status=429)
    assert "已收到" in client.send("/receipt", {"csrf_token": token, "code": sent}).words


@pytest.mark.parametrize("tries", [200, pytest.param(2000, marks=pytest.mark.long)])
def test_looking_up_takes_as_long_whatever_is_wrong(demo: Flask, sent: str, tries: int) -> None:
    """No absolute time: the medians of three kinds of miss lie within their own spread."""
    closed_on(today() - timedelta(days=400))
    client = demo.test_client()
    token = look(demo, new_code(LENGTH), 404).token()
    took: dict[str, list[float]] = {kind: [] for kind in ("slip", "wrong", "due")}
    for turn, kind in zip(range(tries * len(took)), cycle(took), strict=False):
        code = {"slip": with_check("0" * 19)[:-1] + "?", "wrong": new_code(LENGTH), "due": sent}[
            kind
        ]
        address = {"REMOTE_ADDR": f"10.{turn >> 16}.{turn >> 8 & 255}.{turn & 255}"}
        began = time.perf_counter()
        answer = client.post("/receipt", data={"csrf_token": token, "code": code},
                             environ_base=address)  # fmt: skip
        took[kind].append(time.perf_counter() - began)
        assert answer.status_code == 404
    medians = {kind: statistics.median(times) for kind, times in took.items()}
    everything = [t for times in took.values() for t in times]
    low, _, high = statistics.quantiles(everything, n=4)
    assert max(medians.values()) - min(medians.values()) < max(
        high - low, 0.05 * min(medians.values())
    )
