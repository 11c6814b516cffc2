"""What a reporter does with nothing but the receipt code: look, answer, rate, disagree once."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from departments.deadlines import deadlines
from departments.models import Department
from departments.routing import COORDINATING_ROLE, filled_roles
from outbox.delivery import notify
from outbox.models import MessageKind
from portal.clock import now, rounded, today
from portal.limits import daily_digest
from reports.appeals import appeal_office
from reports.files import CleanFile
from reports.models import (
    OVER,
    Act,
    Attachment,
    Message,
    Rating,
    Report,
    ReportStep,
    State,
)
from reports.receipts import LENGTH, read_receipt, receipt_hash
from reports.sealing import (
    FROM_REPORTER,
    TO_REPORTER,
    CannotOpen,
    seal,
    seal_file,
    unseal,
    unwrap_for_reporter,
)
from reports.wraps import renew, wrap_for

MOST_MESSAGES, MOST_FILES = 30, 20  # from one reporter on one report


class Refused(ValueError):
    """What the reporter wants is not possible where the report stands."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A report somebody holds the receipt of, and its content key (None for a receipt of old)."""

    report: Report
    key: bytes | None


@dataclass(frozen=True, slots=True)
class Words:
    """One message, opened."""

    message: Message
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reporter adds; `once` makes sending it twice one answer."""

    text: str
    files: tuple[CleanFile, ...]
    once: str


def follow_up(session: Session, typed: str) -> Followed | None:
    """Return the report of a typed receipt code.

    A slip, a wrong, an expired and an erased code do the same work and give None.
    """
    code = read_receipt(typed)
    hashed = receipt_hash(code or "0" * LENGTH)
    report = session.scalar(
        sa.select(Report)
        .filter_by(receipt_hash=hashed)
        .where(sa.or_(Report.erase_on.is_(None), Report.erase_on > today()))
    )
    if code is None or report is None:
        return None
    try:
        key = unwrap_for_reporter(report.reporter_wrap or b"", code, report.number)
    except CannotOpen:
        key = None
    return Followed(report, key)


def conversation(followed: Followed) -> list[Words]:
    """Return the messages both ways, oldest first."""
    key, report = followed.key, followed.report
    return [opened(key, report, message) for message in report.messages] if key else []


def opened(key: bytes, report: Report, message: Message) -> Words:
    """Return a message with its words; raises CannotOpen."""
    part = FROM_REPORTER if message.from_reporter else TO_REPORTER
    return Words(message, unseal(key, message.sealed, report.number, part)["text"])


def has_unseen(report: Report) -> bool:
    """Tell whether the department said something that the reporter has not seen yet."""
    return bool(_unseen(report))


def mark_seen(session: Session, report: Report) -> None:
    """Note the day on which the reporter saw the department's words, and commit."""
    for message in _unseen(report):
        message.seen_on = today()
    session.commit()


def _unseen(report: Report) -> list[Message]:
    return [m for m in report.messages if not m.from_reporter and m.seen_on is None]


def answer(session: Session, followed: Followed, said: Answer, desk_link: str) -> None:
    """Add the reporter's words and files, and commit; raises Refused. An asked question is so
    answered and the check goes on."""
    report, key = followed.report, followed.key
    if _said_before(session, said):
        return
    if key is None or report.state in OVER:
        raise Refused
    mine = [message for message in report.messages if message.from_reporter]
    if len(mine) >= MOST_MESSAGES or len(report.attachments) + len(said.files) > MOST_FILES:
        raise Refused
    after = State.CHECKING if report.state is State.ASKED else report.state
    renew(session, report, key)
    _step(session, report, Act.ANSWERED, after)
    _say_and_commit(session, followed, said, desk_link)


def rate(session: Session, followed: Followed, rating: Rating) -> None:
    """Keep what the reporter thinks of the handling, and commit; raises Refused."""
    if followed.report.state not in OVER:
        raise Refused
    followed.report.rating = rating
    session.commit()


def objection_office(session: Session, report: Report) -> Department | None:
    """Return the office a disagreement would go to; None where it is not possible (any more)."""
    if report.state not in OVER or report.objected_on is not None:
        return None
    return appeal_office(session, report)


def disagree(session: Session, followed: Followed, said: Answer, desk_link: str) -> None:
    """Reopen a closed report at another office with a new clock, once, and commit.

    The key comes from the receipt, so it needs nobody at the office that closed; that office
    loses its wrap. Raises Refused.
    """
    report, key = followed.report, followed.key
    if _said_before(session, said):
        return
    office = objection_office(session, report)
    if office is None or office.public_key is None or key is None:
        raise Refused
    coordinating = filled_roles(session, report.area_code).get(COORDINATING_ROLE)
    closer = {report.department_id, report.inbox_id}
    kept = {office.id, *([coordinating.id] if coordinating else [])} - closer
    report.wraps = [w for w in report.wraps if w.department_id in kept]
    if office.id not in {w.department_id for w in report.wraps}:
        report.wraps.append(wrap_for(office.id, office.public_key, key, report.number))
    renew(session, report, key)
    due = deadlines(today(), urgent=report.category.urgent)
    _step(session, report, Act.OBJECTED, State.REOPENED, office)
    report.department_id = report.inbox_id = office.id
    report.accept_by, report.finish_by = due.accept_by, due.finish_by
    report.objected_on = today()
    report.finding = report.erase_on = report.opened_on = report.raised_on = None
    _say_and_commit(session, followed, said, desk_link)


def _said_before(session: Session, said: Answer) -> bool:
    known = sa.select(Message.id).filter_by(once=receipt_hash(said.once))
    return session.scalar(known) is not None


def _say_and_commit(session: Session, followed: Followed, said: Answer, desk_link: str) -> None:
    report, key = followed.report, followed.key or b""
    message = Message(
        report_id=report.id,
        at=rounded(now()),
        from_reporter=True,
        sealed=seal(key, {"text": said.text}, report.number, FROM_REPORTER),
        once=receipt_hash(said.once),
    )
    inbox = session.get_one(Department, report.inbox_id)
    cluster = daily_digest(f"words {report.number}")  # however often they write: one mail a day
    urgent = report.category.urgent
    notify(session, MessageKind.NEW_REPORT, inbox.mailbox, desk_link, cluster, urgent=urgent)
    session.add(message)
    try:
        session.flush()
        session.add_all(
            Attachment(
                report_id=report.id,
                message_id=message.id,
                kind=file.kind,
                sealed=seal_file(key, file.data, report.number),
            )
            for file in said.files
        )
        session.commit()
    except IntegrityError:  # the same form came twice at once; the first one counts
        session.rollback()


def _step(
    session: Session, report: Report, act: Act, after: State, office: Department | None = None
) -> None:
    session.add(
        ReportStep(
            report_id=report.id,
            at=rounded(now()),
            act=act,
            before=report.state,
            after=after,
            department_id=office.id if office else None,
            finding=report.finding,
        )
    )
    report.state = after
