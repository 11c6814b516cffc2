"""The job table: what the worker does, over and over."""

from collections.abc import Callable

from flask import current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outbox.delivery import deliver
from portal.settings import Settings
from register.indexing import follow

PAUSE = 1.0  # seconds between rounds


def deliver_notices(session: Session) -> None:
    """Send the notices that wait."""
    settings: Settings = current_app.config["MINGDAN"]
    deliver(session, settings)


def follow_register(session: Session) -> None:
    """Rebuild the index where something was published and the publisher died before it followed."""
    follow(session)


def _patient(job: Callable[[Session], None]) -> Callable[[Session], None]:
    def run(session: Session) -> None:
        try:
            job(session)
        except OperationalError:  # the database is away or locked; the next round tries again
            session.rollback()

    return run


JOBS = (_patient(deliver_notices), _patient(follow_register))
