"""Notices: folded, content-free, through a real mail server or into the spool."""

import mailbox
from collections.abc import Iterator
from email.message import Message
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from flask import Flask

from outbox.delivery import deliver, notify
from outbox.models import MessageKind, OutboxMessage
from portal.database import db
from portal.settings import Settings
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


def test_many_notices_are_one_mail_with_a_number_and_a_link(app: Flask) -> None:
    notices(500)
    notices(2, "mkt@example.gov.cn")
    assert deliver(db.session, settings_of(app)) == 2
    spool = mailbox.Maildir(settings_of(app).instance / "mail")
    bodies = {m["To"]: m.get_payload(decode=True).decode() for m in spool}  # type: ignore[union-attr]
    assert bodies["edu@example.gov.cn"] == f"有 500 件新的，请登录查看：\n{LINK}\n"
    assert waiting() == 0
    assert deliver(db.session, settings_of(app)) == 0


def test_a_real_server_gets_it(app: Flask, server: tuple[Kept, int]) -> None:
    handler, port = server
    notices(3)
    settings = settings_in(settings_of(app).instance, smtp_url=f"smtp://127.0.0.1:{port}")
    assert deliver(db.session, settings) == 1
    assert handler.mails[0]["To"] == "edu@example.gov.cn"
    assert not (settings.instance / "mail").exists(), "a named server is used instead of the spool"


def test_a_server_that_is_away_loses_nothing(app: Flask) -> None:
    notices(3)
    away = settings_in(settings_of(app).instance, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert deliver(db.session, away) == 0
    assert waiting() == 3
    db.session.execute(sa.update(OutboxMessage).values(claimed_until=None))  # the lease runs out
    db.session.commit()
    assert deliver(db.session, settings_of(app)) == 1


def test_no_time_finer_than_the_hour_is_kept(app: Flask) -> None:
    notices(1)
    deliver(db.session, settings_of(app))
    db.session.expire_all()
    row = db.session.scalars(sa.select(OutboxMessage)).one()
    for instant in (row.created_at, row.sent_at):
        assert instant is not None
        assert (instant.minute, instant.second, instant.microsecond) == (0, 0, 0)
    assert row.claimed_until is None


def test_one_bad_mailbox_does_not_stop_the_others(app: Flask) -> None:
    notices(1, "edu@example.gov.cn\nBcc: x@y")
    notices(1)
    assert deliver(db.session, settings_of(app)) == 1


def test_what_another_worker_claimed_is_left_alone(app: Flask) -> None:
    from outbox.delivery import LEASE
    from portal.clock import now

    notices(1)
    db.session.execute(sa.update(OutboxMessage).values(claimed_until=now() + LEASE))
    db.session.commit()
    assert deliver(db.session, settings_of(app)) == 0
    assert waiting() == 1


def test_the_worker_command_delivers(demo: Flask) -> None:
    notices(1)
    demo.test_cli_runner().invoke(args=["worker", "--once"], catch_exceptions=False)
    assert waiting() == 0
