"""Notices, from draft to public page."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, closed_set


class NoticeKind(StrEnum):
    """What a notice is."""

    ANNOUNCEMENT = "announcement"
    CASE = "case"
    POLICY = "policy"


class NoticeState(StrEnum):
    """How far it is. What was published is never written again, only withdrawn."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Notice(Base):
    """One notice. Names of natural persons are masked before it is written, unless a ground is."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('published', 'withdrawn') OR (number IS NOT NULL"
            " AND published_at IS NOT NULL AND published_by_id IS NOT NULL)",
            name="public_is_complete",
        ),
        CheckConstraint(
            "published_by_id IS NULL OR published_by_id <> written_by_id", name="two_persons"
        ),
        CheckConstraint(
            "state <> 'withdrawn' OR withdrawn_reason <> ''", name="withdrawn_with_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(unique=True)  # public, given when published
    kind: Mapped[NoticeKind] = mapped_column(closed_set(NoticeKind, "kind"))
    state: Mapped[NoticeState] = mapped_column(closed_set(NoticeState, "state"))
    title: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(100))  # who says so: 临江区教育局
    body: Mapped[str] = mapped_column(Text)  # Markdown
    unmask_ground: Mapped[str] = mapped_column(String(200), default="")
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))  # who wrote last
    written_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="")
