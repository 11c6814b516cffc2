"""A thief with the database and the whole disk, server key included, but without what people know.

Every secret that lies on the disk is tried as every kind of key; nothing of a report opens and no
receipt comes out. What the thief does learn is in docs/privacy.md, and asserted here as well.
"""

import gc
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.keys import WrongPassword, decrypt
from accounts.models import DeskSession, KeyWrap
from demo.loading import SIGN_INS
from portal.codes import normalised
from portal.database import db
from reports.models import Attachment, Message, PaperKey, Report, ReportStep
from reports.receipts import receipt_code, receipt_hash
from reports.sealing import (
    CannotOpen,
    unseal,
    unseal_file,
    unwrap,
    unwrap_for_reporter,
    unwrap_under,
)
from tests.accounts.signing_in import sign_in
from tests.clock import next_hour
from tests.inbox.test_inbox import make
from tests.inbox.test_paper_key import phrase_of
from tests.inbox.test_transfers import WHY, post
from tests.pages import PageClient
from tests.reports.pictures import photo
from tests.reports.test_following import WORDS, act
from tests.reports.test_tips import TEXT, form, receipt_of

QUESTION = "是哪一位老师收的钱？"


@pytest.fixture
def stolen(demo: Flask) -> tuple[Path, str, str]:
    """A case with everything in it; the officers are signed in, the site is running."""
    reporter = PageClient(demo)
    data = form(reporter)
    code = receipt_of(reporter.send("/report/new", data))
    officer = sign_in(demo, "cul")
    phrase = phrase_of(officer)
    make(officer, "accepted:")
    make(officer, "asked:", words=QUESTION)
    post(officer, "assist", "区市场监管局", WHY)
    act(demo, "/receipt/answer", code, text=WORDS, files=(io.BytesIO(photo()), "a.jpg"))
    with next_hour():
        demo.test_cli_runner().invoke(args=["worker", "--once"], catch_exceptions=False)
    folder: Path = demo.config["MINGDAN"].instance
    (folder / SIGN_INS).unlink()  # only a demo writes passwords down
    gc.collect()
    return folder, code, phrase


def on_disk(folder: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_nothing_clear_lies_in_any_file(stolen: tuple[Path, str, str]) -> None:
    folder, code, phrase = stolen
    files = on_disk(folder)
    assert any(path.name.endswith("-wal") for path in files), "the log is looked through as well"
    clear = [TEXT, QUESTION, WORDS, WHY, code, normalised(code), phrase, normalised(phrase), "JFIF"]
    for path, data in files.items():
        for words in clear:
            for written in (words.encode(), words.encode("utf-16-le"), ascii(words)[1:-1].encode()):
                assert written not in data, f"{words} in {path}"


def test_no_key_on_the_disk_opens_anything(stolen: tuple[Path, str, str], demo: Flask) -> None:
    folder, code, _phrase = stolen
    everything = b"\n".join(on_disk(folder).values())
    server_key = demo.config["SECRET_KEY"]
    assert server_key.encode() in everything, "the thief has the server key"
    words = {w.decode() for w in re.findall(rb"[0-9A-Za-z_=-]{16,128}", everything)}
    words = {server_key} | {w for w in words if len(w) in {16, 20, 22, 24, 28, 32, 43, 44, 64}}
    report = db.session.scalars(sa.select(Report)).one()
    opens = 0
    for word in words:
        for raw in candidates(word):
            opens += any(attempts(raw, word, report))
    assert opens == 0
    # What the thief can do: tell whether a code somebody shows is of this report.
    assert report.receipt_hash == receipt_hash(normalised(code))


def candidates(word: str) -> list[bytes]:
    return [hashlib.sha256(word.encode()).digest(), *(
        [bytes.fromhex(word)] if re.fullmatch(r"[0-9a-f]{64}", word) else []
    ), word.encode()[:32].ljust(32, b"\0")]  # fmt: skip


def attempts(raw: bytes, word: str, report: Report) -> Iterator[bool]:
    def opens(do: object, *args: object) -> bool:
        try:
            do(*args)  # type: ignore[operator]
        except (CannotOpen, WrongPassword, ValueError):
            return False
        return True

    number = report.number
    yield opens(unseal, raw, report.body, number)
    yield opens(unwrap_for_reporter, report.reporter_wrap, word, number)
    yield opens(unwrap_for_reporter, report.reporter_wrap, receipt_code(word), number)
    yield receipt_hash(receipt_code(word)) == report.receipt_hash
    for wrap in report.wraps:
        yield opens(unwrap, wrap.wrapped, raw, number, wrap.department_id)
    for paper in db.session.scalars(sa.select(PaperKey)):
        yield opens(unwrap_under, word, paper.wrapped, f"paper key {paper.department_id}")
    for session in db.session.scalars(sa.select(DeskSession)):
        yield opens(decrypt, raw, session.sealed_keys, b"desk")


def test_the_attempts_would_open_with_the_right_secret(
    stolen: tuple[Path, str, str], demo: Flask
) -> None:
    """The test above can fail: with what people know, each of its doors opens."""
    _folder, code, phrase = stolen
    report = db.session.scalars(sa.select(Report)).one()
    assert any(attempts(bytes(32), normalised(code), report))
    assert any(attempts(bytes(32), normalised(phrase), report))
    key = unwrap_for_reporter(report.reporter_wrap or b"", normalised(code), report.number)
    assert any(attempts(key, "", report))
    attachment = db.session.scalars(sa.select(Attachment)).one()
    assert unseal_file(key, attachment.sealed, report.number).startswith(b"\xff\xd8")


def test_what_a_thief_does_see_is_what_the_privacy_page_says(stolen: object) -> None:
    report = db.session.scalars(sa.select(Report)).one()
    seen = {
        c.key for c in Report.__table__.columns if not isinstance(getattr(report, c.key), bytes)
    }
    assert seen - {"body", "reporter_wrap"} == {
        "id", "number", "category_code", "kind_code", "area_code", "institution_id",
        "department_id", "inbox_id", "received_at", "accept_by", "finish_by", "state", "finding",
        "receipt_hash", "opened_on", "hops", "ruled", "objected_on", "rating", "erase_on",
        "erased_on", "raised_on", "cluster", "notice",
    }  # fmt: skip
    assert {c.key for c in Message.__table__.columns} == {
        "id", "report_id", "at", "from_reporter", "sealed", "seen_on", "once",
    }  # fmt: skip
    for model in (ReportStep, Message):
        for at in db.session.scalars(sa.select(model.at)):
            assert at.minute == at.second == 0
    assert db.session.scalar(sa.select(sa.func.count(KeyWrap.id)))
