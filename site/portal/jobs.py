"""The job table: what the worker does, over and over."""

from collections.abc import Callable

from flask import current_app
from sqlalchemy.orm import Session

from outbox.delivery import deliver
from portal.database import db
from portal.settings import Settings
from publishing.downloads import folder_of, make_files
from register.indexing import follow

PAUSE = 1.0  # seconds between rounds


def deliver_notices(session: Session) -> None:
    """Send the notices that wait."""
    settings: Settings = current_app.config["MINGDAN"]
    deliver(session, settings)


def follow_register(_session: Session) -> None:
    """Rebuild the index where something was published and the publisher died before it followed."""
    follow()


def make_downloads(_session: Session) -> None:
    """Make the files of /data after a publication, before somebody asks for them."""
    settings: Settings = current_app.config["MINGDAN"]
    with db.reading() as session:  # it may take a minute, and holds up nobody
        make_files(session, folder_of(settings))


def _patient(job: Callable[[Session], None]) -> Callable[[Session], None]:
    def run(session: Session) -> None:
        try:
            job(session)
        except Exception as fault:  # noqa: BLE001 - one job's fault must not end the others
            session.rollback()  # the next round tries again; the fault's text may hold an address
            current_app.logger.error("%s: %s", job.__name__, type(fault).__name__)

    return run


JOBS = (_patient(deliver_notices), _patient(follow_register), _patient(make_downloads))
