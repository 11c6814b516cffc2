"""Notices: folded, content-free, through a real mail server or into the spool."""

import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from flask import Flask

from outbox.delivery import _claim, deliver, notify
from outbox.models import MessageKind, OutboxMessage
from portal.database import db
from portal.settings import Settings
from tests.clock import clock_at, next_hour
from tests.conftest import settings_in
from tests.services import free_port

LINK = "http://127.0.0.1:8000/desk/inbox"


class Kept(MessageHandler):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


@pytest.fixture
def server() -> Iterator[tuple[Kept, int]]:
    handler = Kept()
    controller: Any = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, controller.port
    controller.stop()


def notices(count: int, recipient: str = "edu@example.gov.cn") -> None:
    for _ in range(count):
        notify(db.session, MessageKind.NEW_REPORT, recipient, LINK)
    db.session.commit()


def settings_of(app: Flask) -> Settings:
    settings: Settings = app.config["MINGDAN"]
    return settings


def waiting() -> int:
    db.session.expire_all()
    return (
        db.session.scalar(
            sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.sent_at.is_(None))
        )
        or 0
    )


def leave(settings: Settings) -> int:
    """Let it be the next full hour, and the mails leave."""
    with next_hour():
        return deliver(db.session, settings)


def row() -> OutboxMessage:
    db.session.expire_all()
    return db.session.scalars(sa.select(OutboxMessage)).one()


def test_many_notices_are_one_mail_with_a_number_and_a_link(app: Flask) -> None:
    notices(500)
    notices(2, "mkt@example.gov.cn")
    assert leave(settings_of(app)) == 2
    spool = mailbox.Maildir(settings_of(app).instance / "mail")
    bodies = {m["To"]: m.get_payload(decode=True).decode() for m in spool}  # type: ignore[union-attr]
    assert bodies["edu@example.gov.cn"] == f"有 500 件新的，请登录查看：\n{LINK}\n"
    assert waiting() == 0
    assert leave(settings_of(app)) == 0


def test_mails_leave_on_the_hour_and_urgent_ones_on_the_quarter(app: Flask) -> None:
    def at(hour: int, minute: int, second: int = 0) -> Any:
        return clock_at(datetime(2026, 11, 21, hour, minute, second, tzinfo=UTC))

    def leave_at(hour: int, minute: int, second: int = 0) -> int:
        with at(hour, minute, second):
            return deliver(db.session, settings_of(app))

    with at(9, 17, 31):
        notices(1)
        notify(db.session, MessageKind.NEW_REPORT, "mkt@example.gov.cn", LINK, urgent=True)
        db.session.commit()
    assert [leave_at(9, 17, 32), leave_at(9, 29, 59), leave_at(9, 30), leave_at(9, 59, 59)] == [
        0, 0, 1, 0,
    ]  # fmt: skip
    assert waiting() == 1
    assert leave_at(10, 0) == 1
    with at(11, 59, 59):
        notices(1)
    assert leave_at(12, 0) == 1


def test_neither_the_row_nor_the_spool_tells_more_than_the_hour(app: Flask) -> None:
    came = datetime(2026, 11, 21, 9, 17, 31, 123456, tzinfo=UTC)
    with clock_at(came):
        notices(1)
    assert (row().created_at, row().due_at) == (came.replace(minute=0, second=0, microsecond=0),
                                                datetime(2026, 11, 21, 10, tzinfo=UTC))  # fmt: skip
    left = datetime(2026, 11, 21, 10, 0, 0, 654321, tzinfo=UTC)
    away = settings_in(settings_of(app).instance, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    with clock_at(left):
        assert deliver(db.session, away) == 0
        assert row().due_at == datetime(2026, 11, 21, 10, 15, tzinfo=UTC), "tried on the grid again"
    with clock_at(left + timedelta(minutes=15)):
        assert deliver(db.session, settings_of(app)) == 1
    hour = datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert (row().sent_at, row().due_at) == (hour, None)
    (mail,) = (settings_of(app).instance / "mail" / "new").iterdir()
    assert (mail.name.split(".")[0], mail.stat().st_mtime) == (
        str(int(hour.timestamp())), hour.timestamp(),
    )  # fmt: skip


def test_a_real_server_gets_it(app: Flask, server: tuple[Kept, int]) -> None:
    handler, port = server
    notices(3)
    settings = settings_in(settings_of(app).instance, smtp_url=f"smtp://127.0.0.1:{port}")
    assert leave(settings) == 1
    assert handler.mails[0]["To"] == "edu@example.gov.cn"
    assert not (settings.instance / "mail").exists(), "a named server is used instead of the spool"


def test_a_server_that_is_away_loses_nothing(app: Flask) -> None:
    notices(3)
    away = settings_in(settings_of(app).instance, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert leave(away) == 0
    assert waiting() == 3
    with next_hour(), next_hour():
        assert deliver(db.session, settings_of(app)) == 1


def test_one_bad_mailbox_does_not_stop_the_others(app: Flask) -> None:
    notices(1, "edu@example.gov.cn\nBcc: x@y")
    notices(1)
    assert leave(settings_of(app)) == 1


def test_what_another_worker_claimed_is_left_alone(app: Flask) -> None:
    notices(1)
    with next_hour():
        _claim(db.session)  # and is sending it
        assert deliver(db.session, settings_of(app)) == 0
    assert waiting() == 1


def test_the_worker_command_delivers(demo: Flask) -> None:
    notices(1)
    with next_hour():
        demo.test_cli_runner().invoke(args=["worker", "--once"], catch_exceptions=False)
    assert waiting() == 0
