"""Messages to the outside."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, closed_set


class MessageKind(StrEnum):
    """What a message tells; its words are made at delivery and never hold content."""

    NEW_REPORT = "new_report"
    UNREAD = "unread"  # a report that nobody opened by its deadline


class OutboxMessage(Base):
    """One notice row, written with the thing it tells of; many fold into one mail."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_cluster", "cluster", "recipient"),
        Index(
            "ix_outbox_waiting",
            "recipient",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MessageKind] = mapped_column(closed_set(MessageKind, "kind"))
    recipient: Mapped[str] = mapped_column(String(200))
    link: Mapped[str] = mapped_column(String(400))
    cluster: Mapped[str] = mapped_column(String(32), default="")  # one mail for all that share it
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # a mark, a later one while it is tried; None once sent
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
