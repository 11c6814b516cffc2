"""The audit chain: what breaks it is found, and two writers cannot fork it."""

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from accounts.audit import broken, record
from accounts.models import AuditEntry
from portal.app import create_app
from portal.database import db
from portal.migrating import migrate
from tests.accounts.signing_in import sign_in
from tests.conftest import settings_in
from tests.pages import PageClient
from tests.reports.test_tips import form
from tests.services import PostgresCluster

DROP = {
    "sqlite": [
        "DROP TRIGGER audit_entries_no_update", "DROP TRIGGER audit_entries_no_delete",
    ],
    "postgresql": ["DROP TRIGGER audit_entries_no_change ON audit_entries"],
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An empty log on each kind of database."""
    url = f"sqlite:///{tmp_path / 'log.sqlite'}"
    if request.param == "postgresql":
        cluster: PostgresCluster = request.getfixturevalue("postgres")
        url = cluster.create_database()
    app = create_app(settings_in(tmp_path / "instance", database_url=url))
    with app.app_context():
        migrate()
        yield app
        db.session.close()
        db.engine.dispose()


def write(count: int) -> None:
    for number in range(count):
        record(db.session, "lists.drop", None, ("sheet", number), rows=number)
    db.session.commit()


def test_a_chain_is_whole_and_tells_its_head(log: Flask) -> None:
    assert broken(db.session) == (None, 0, "0" * 64)
    write(3)
    last = db.session.get_one(AuditEntry, 3)
    assert broken(db.session) == (None, 3, last.hash)
    assert json.loads(last.details) == {"rows": 2}


@pytest.mark.parametrize(
    ("crime", "found"),
    [
        ("UPDATE audit_entries SET details = '{}' WHERE number = 2", 2),
        ("UPDATE audit_entries SET act = 'lists.publish' WHERE number = 4", 4),
        ("UPDATE audit_entries SET at = '2020-01-01 00:00:00+00:00' WHERE number = 1", 1),
        ("DELETE FROM audit_entries WHERE number = 3", 3),
        ("UPDATE audit_entries SET subject_id = 'x', hash = previous WHERE number = 2", 2),
        ("UPDATE audit_entries SET number = 9 WHERE number = 2", 2),
    ],
)
def test_whoever_changes_an_entry_is_found_out(log: Flask, crime: str, found: int) -> None:
    write(5)
    with pytest.raises(sa.exc.DatabaseError, match="never changed"):
        db.session.execute(sa.text(crime))
    db.session.rollback()
    for statement in DROP[db.engine.dialect.name]:
        db.session.execute(sa.text(statement))
    db.session.execute(sa.text(crime))
    db.session.commit()
    assert broken(db.session)[0] == found
    db.session.rollback()


def test_two_writers_at_once_make_one_chain(log: Flask) -> None:
    engine, faults = db.engine, list[BaseException]()
    start = threading.Barrier(2)

    def writer() -> None:
        try:
            start.wait()
            for number in range(25):
                with Session(engine) as session, session.begin():
                    record(session, "lists.drop", None, ("sheet", number))
        except BaseException as fault:  # noqa: BLE001
            faults.append(fault)

    threads = [threading.Thread(target=writer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert broken(db.session)[:2] == (None, 50)


def test_an_act_that_is_rolled_back_leaves_no_entry(log: Flask) -> None:
    record(db.session, "lists.drop")
    db.session.rollback()
    assert broken(db.session)[1] == 0


def test_an_act_without_a_word_is_refused(log: Flask) -> None:
    with pytest.raises(KeyError):
        record(db.session, "lists.burn")


def test_the_command_and_the_worker_name_the_first_broken_entry(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    write(3)
    run = app.test_cli_runner().invoke
    whole = run(args=["audit", "check"])
    assert (whole.exit_code, "3 条审计记录完好" in whole.output) == (0, True)
    assert "lists.drop\tsheet 2" in run(args=["audit", "show", "--last", "1"]).output
    for statement in DROP["sqlite"]:
        db.session.execute(sa.text(statement))
    db.session.execute(sa.text("UPDATE audit_entries SET subject_id = 'x' WHERE number = 2"))
    db.session.commit()
    bad = run(args=["audit", "check"])
    assert (bad.exit_code, "第 2 条" in bad.output) == (1, True)
    with caplog.at_level(logging.ERROR):
        run(args=["worker", "--once"])
    assert "audit chain broken at entry 2" in caplog.text


def entries() -> list[tuple[str, str, str]]:
    found = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()
    rows = [(e.act, e.subject_type, e.details) for e in found]
    db.session.rollback()
    return rows


def test_opening_and_moving_a_report_is_recorded_without_its_words(demo: Flask) -> None:
    client = PageClient(demo)
    client.send("/report/new", form(client))
    officer = sign_in(demo, "cul")
    path = officer.visit("/desk/inbox").links("/desk/inbox/")[0]
    for _ in range(2):
        page = officer.visit(path)
    officer.raw.post(path, data={"csrf_token": page.token(), "act": "accepted:"})
    acts = [row for row in entries() if row[1] == "report"]
    assert acts == [
        ("cases.open", "report", "{}"), ("cases.move", "report", '{"to": "accepted"}'),
    ]  # fmt: skip
    opened = db.session.scalars(sa.select(AuditEntry).filter_by(act="cases.open")).one()
    assert (opened.at.minute, opened.at.second) == (0, 0)


def test_the_page_filters_and_turns(demo: Flask) -> None:
    write(60)
    page = sign_in(demo, "adm").visit("/desk/audit")
    assert "命令行" in page.words
    assert page.links("/desk/officers"), "the head of the desk is there"
    assert len(page.tree.xpath("//tbody/tr")) == 50
    djb = sign_in(demo, "djb")
    assert len(djb.visit("/desk/audit?page=2&act=lists.drop").tree.xpath("//tbody/tr")) == 10
    assert "没有记录" in djb.visit("/desk/audit?act=doors.revoke").words
    for odd in ("page=x", "page=99999999999999999999", "officer=x", "officer=9999999999", "act=x"):
        djb.visit(f"/desk/audit?{odd}")
