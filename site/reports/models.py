"""A report: what it is about, who handles it, what was said. About the sender there is nothing."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from departments.models import Category, Department
from portal.database import Base, closed_set
from register.models import Institution


class State(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CHECKING = "checking"
    ASKED = "asked"  # waits for the reporter
    CLOSED = "closed"
    REOPENED = "reopened"  # the reporter disagreed; another office looks at it


class Finding(StrEnum):
    """What a check found. Closed is not solved: every closing has one."""

    TRUE_AND_DEALT_WITH = "true"
    PARTLY_TRUE = "partly"
    NOT_FOUND = "not_found"
    TOO_LITTLE = "too_little"


class Act(StrEnum):
    """What was done in a step."""

    SENT = "sent"
    OPENED = "opened"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CHECKING = "checking"
    ASKED = "asked"
    ANSWERED = "answered"  # by the reporter
    TRANSFERRED = "transferred"
    RULED = "ruled"  # the coordinating office says who must
    HANDED_OVER = "handed_over"  # to the department itself, which could not read before
    ASSISTED = "assisted"
    NOTED = "noted"
    RAISED = "raised"  # to another office: nobody had opened it by its deadline
    CLOSED = "closed"
    OBJECTED = "objected"  # by the reporter


class Rating(StrEnum):
    """What the reporter thinks of the handling."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class FileKind(StrEnum):
    """What an attachment is, after cleaning."""

    IMAGE = "image"
    PDF = "pdf"


# The one table of moves an officer makes; passing a report on and the reporter's own acts
# (an answer, a disagreement) say their starting states themselves.
MOVES: dict[State, tuple[State, ...]] = {
    State.RECEIVED: (State.ACCEPTED, State.DECLINED),
    State.ACCEPTED: (State.CHECKING, State.ASKED, State.CLOSED),
    State.CHECKING: (State.ASKED, State.CLOSED),
    State.ASKED: (State.CHECKING, State.CLOSED),
    State.REOPENED: (State.CHECKING, State.ASKED, State.CLOSED),
    State.DECLINED: (),
    State.CLOSED: (),
}
OVER = (State.CLOSED, State.DECLINED)


class Report(Base):
    """One tip. The body is sealed; times are rounded to the hour.

    Erasing takes the body, the receipt and everything sealed; the row stays as a statistic.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (finding IS NOT NULL)", name="closed_has_finding"),
        CheckConstraint("erased_on IS NULL OR body IS NULL", name="erased_is_empty"),
        # Unread is never erased: only what an officer closed or declined can have a day for it.
        CheckConstraint(
            "erase_on IS NULL OR state IN ('closed', 'declined')", name="erased_only_when_over"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)  # random: no order, no count
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("institution_kinds.code"))
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))  # who must act
    inbox_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)  # who reads it
    received_at: Mapped[datetime]  # the hour
    accept_by: Mapped[date]
    finish_by: Mapped[date]
    state: Mapped[State] = mapped_column(closed_set(State, "state"))
    finding: Mapped[Finding | None] = mapped_column(closed_set(Finding, "finding"))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    receipt_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    reporter_wrap: Mapped[bytes | None] = mapped_column(LargeBinary(80))  # opens with the receipt
    opened_on: Mapped[date | None]  # first seen by an officer
    raised_on: Mapped[date | None]  # to the coordinating office: unread when it was due
    hops: Mapped[int] = mapped_column(default=0)
    ruled: Mapped[bool] = mapped_column(default=False)  # the coordinating office has decided who
    objected_on: Mapped[date | None]  # once
    rating: Mapped[Rating | None] = mapped_column(closed_set(Rating, "rating"))
    erase_on: Mapped[date | None]
    erased_on: Mapped[date | None]
    # The same for one target, category and day; made under a salt that is gone the next day.
    cluster: Mapped[str] = mapped_column(String(32), default="", index=True)
    notice: Mapped[str] = mapped_column(String(10), default="")  # the version its sender was shown

    category: Mapped[Category] = relationship()
    institution: Mapped[Institution | None] = relationship()
    department: Mapped[Department] = relationship(foreign_keys=[department_id])
    wraps: Mapped[list["ReportWrap"]] = relationship(cascade="all, delete-orphan")
    steps: Mapped[list["ReportStep"]] = relationship(order_by="ReportStep.id")
    messages: Mapped[list["Message"]] = relationship(order_by="Message.id")
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")


class ReportWrap(Base):
    """A report's content key, sealed to one department."""

    __tablename__ = "report_wraps"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(128))
    key_id: Mapped[str | None] = mapped_column(String(16))  # of the public key it is sealed to
    assists: Mapped[bool] = mapped_column(default=False)  # reads and notes, decides nothing


class ReportStep(Base):
    """An act on a report: who, when, from where to where, and why."""

    __tablename__ = "report_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    at: Mapped[datetime]  # the hour
    act: Mapped[Act] = mapped_column(closed_set(Act, "act"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    # Who does it from here on: at a transfer the new department, at an assist the helper.
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    before: Mapped[State | None] = mapped_column(closed_set(State, "before"))
    after: Mapped[State] = mapped_column(closed_set(State, "after"))
    finding: Mapped[Finding | None] = mapped_column(closed_set(Finding, "step_finding"))
    why: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed, for officers only

    department: Mapped[Department | None] = relationship()


class Message(Base):
    """Words between department and reporter, sealed under the report's content key."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    at: Mapped[datetime]  # the hour
    from_reporter: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    seen_on: Mapped[date | None]  # when the reporter came back and saw it
    once: Mapped[str | None] = mapped_column(String(64), unique=True)  # sent twice counts once


class Attachment(Base):
    """A cleaned photo or PDF, sealed under the report's content key. It has no file name."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    kind: Mapped[FileKind] = mapped_column(closed_set(FileKind, "kind"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Erasure(Base):
    """Proof that the erasing ran on a day, and what it took."""

    __tablename__ = "erasures"

    day: Mapped[date] = mapped_column(primary_key=True)
    reports: Mapped[int]
    messages: Mapped[int]
    attachments: Mapped[int]


class PaperKey(Base):
    """A private key of a department under a phrase that exists only on paper."""

    __tablename__ = "paper_keys"

    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(128))
    made_on: Mapped[date]
