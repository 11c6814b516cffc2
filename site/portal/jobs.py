"""The job table: what the worker does, over and over."""

from collections.abc import Callable
from datetime import date
from functools import wraps

from flask import current_app
from sqlalchemy.orm import Session

from accounts.audit import broken
from inbox.raising import raise_unread
from lookup.recall import refresh
from outbox.delivery import deliver
from portal.clock import today
from portal.database import db
from portal.settings import Settings
from publishing.downloads import folder_of, make_files
from publishing.issuing import publish_due
from publishing.overdue import keep_stale_tasks
from publishing.reviewing import review_unread
from publishing.seen import recheck_submitted
from register.indexing import follow
from reports.retention import erase_due

PAUSE = 0.5  # seconds between rounds: what was approved is public within two


def deliver_notices(session: Session) -> None:
    """Send the notices that wait."""
    settings: Settings = current_app.config["MINGDAN"]
    deliver(session, settings)


def review_submissions(_session: Session) -> None:
    """Read the sheets that were uploaded at the desk, and again what another edition overtook."""
    review_unread()
    recheck_submitted()


def publish_submissions(_session: Session) -> None:
    """Publish what was approved and is due."""
    settings: Settings = current_app.config["MINGDAN"]
    publish_due(settings.instance / "keys")


def follow_register(_session: Session) -> None:
    """Rebuild the index where something was published and the publisher died before it followed."""
    follow()


def make_downloads(_session: Session) -> None:
    """Make the files of /data after a publication, before somebody asks for them."""
    settings: Settings = current_app.config["MINGDAN"]
    with db.reading() as session:  # it may take a minute, and holds up nobody
        make_files(session, folder_of(settings))


def erase_content(session: Session) -> None:
    """Erase what is due, once a day."""
    erase_due(session)


def escalate_unread(session: Session) -> None:
    """Tell the coordinating offices what nobody opens."""
    raise_unread(session)


def remind_of_stale_lists(session: Session) -> None:
    """Tell the departments whose lists grew too old."""
    keep_stale_tasks(session)


def check_audit(_session: Session) -> None:
    """Walk the audit chain; where it is broken the log says so, and so does `audit check`."""
    with db.reading() as session:
        fault, _, _ = broken(session)
    if fault is not None:
        current_app.logger.error("audit chain broken at entry %s", fault)


def measure_search(_session: Session) -> None:
    """Measure once a night what the search finds of the register."""
    refresh()


def _daily(job: Callable[[Session], None]) -> Callable[[Session], None]:
    @wraps(job)
    def run(session: Session) -> None:
        done_on: dict[str, date] = current_app.extensions.setdefault("done_on", {})
        if done_on.get(job.__name__) != today():
            job(session)
            done_on[job.__name__] = today()

    return run


def _patient(job: Callable[[Session], None]) -> Callable[[Session], None]:
    def run(session: Session) -> None:
        try:
            job(session)
        except Exception as fault:  # noqa: BLE001 - one job's fault must not end the others
            session.rollback()  # the next round tries again; the fault's text may hold an address
            current_app.logger.error("%s: %s", job.__name__, type(fault).__name__)

    return run


JOBS = tuple(
    _patient(job)
    for job in (
        deliver_notices,
        review_submissions,
        publish_submissions,
        follow_register,
        make_downloads,
        erase_content,
        _daily(escalate_unread),
        _daily(remind_of_stale_lists),
        _daily(check_audit),
        measure_search,
    )
)
