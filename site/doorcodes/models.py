"""Codes at doors."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base
from register.models import Premises


class DoorCode(Base):
    """One code of one door. A revoked one stays and says so."""

    __tablename__ = "door_codes"
    __table_args__ = (
        Index(
            "uq_door_codes_one_valid",
            "premises_id",
            unique=True,
            sqlite_where=text("revoked_on IS NULL"),
            postgresql_where=text("revoked_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    premises_id: Mapped[int] = mapped_column(ForeignKey("premises.id"))
    issued_at: Mapped[datetime]
    revoked_on: Mapped[date | None]
    revoked_reason: Mapped[str] = mapped_column(String(200), default="")
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("door_codes.id"))

    premises: Mapped[Premises] = relationship()


class DoorAnswers(Base):
    """How often a day people said that a door matches or does not: counts, never persons."""

    __tablename__ = "door_answers"
    __table_args__ = (CheckConstraint("matches >= 0 AND mismatches >= 0", name="counts"),)

    door_code_id: Mapped[int] = mapped_column(ForeignKey("door_codes.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    matches: Mapped[int] = mapped_column(default=0)
    mismatches: Mapped[int] = mapped_column(default=0)
