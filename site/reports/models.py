"""A report: what it is about and who handles it. About the sender there is nothing."""

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
    CLOSED = "closed"


class Finding(StrEnum):
    """What a check found. Closed is not solved: every closing has one."""

    TRUE_AND_DEALT_WITH = "true"
    PARTLY_TRUE = "partly"
    NOT_FOUND = "not_found"
    TOO_LITTLE = "too_little"


# The one table of allowed moves.
MOVES: dict[State, tuple[State, ...]] = {
    State.RECEIVED: (State.ACCEPTED, State.DECLINED),
    State.ACCEPTED: (State.CHECKING, State.CLOSED),
    State.CHECKING: (State.CLOSED,),
    State.DECLINED: (),
    State.CLOSED: (),
}


class Report(Base):
    """One tip. The body is sealed; times are rounded to the hour."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (finding IS NOT NULL)", name="closed_has_finding"),
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
    body: Mapped[bytes] = mapped_column(LargeBinary)
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # The same for one target, category and day; made under a salt that is gone the next day.
    cluster: Mapped[str] = mapped_column(String(32), default="", index=True)

    category: Mapped[Category] = relationship()
    institution: Mapped[Institution | None] = relationship()
    department: Mapped[Department] = relationship(foreign_keys=[department_id])
    wraps: Mapped[list["ReportWrap"]] = relationship()
    steps: Mapped[list["ReportStep"]] = relationship(order_by="ReportStep.id")


class ReportWrap(Base):
    """A report's content key, sealed to one department."""

    __tablename__ = "report_wraps"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(128))


class ReportStep(Base):
    """An act on a report: who, when, from where to where."""

    __tablename__ = "report_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    at: Mapped[datetime]  # the hour
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    before: Mapped[State | None] = mapped_column(closed_set(State, "before"))
    after: Mapped[State] = mapped_column(closed_set(State, "after"))
