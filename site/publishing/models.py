"""What was read from a department's file, and what was wrong with it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, closed_set
from publishing.findings import Severity
from publishing.sheet import ListKind


class Coverage(StrEnum):
    """Whether a sheet speaks for everything it covers, or only adds."""

    COMPLETE = "complete"
    ADDITIONS = "additions"


class Sheet(Base):
    """An imported file: what it covers and how it ended. Its bytes are kept only while it waits."""

    __tablename__ = "sheets"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    list_kind: Mapped[ListKind] = mapped_column(closed_set(ListKind, "list_kind"))
    coverage: Mapped[Coverage] = mapped_column(closed_set(Coverage, "coverage"))
    kinds: Mapped[str] = mapped_column(String(60))  # codes with commas; empty = all
    as_of: Mapped[date]
    leave_out_blocked: Mapped[bool]
    sha256: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int]
    imported_at: Mapped[datetime]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    findings: Mapped[list["SheetFinding"]] = relationship(order_by="SheetFinding.id")


class SheetFinding(Base):
    """One finding; a BLOCK row left out of an import waits here, never as a standing."""

    __tablename__ = "sheet_findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), index=True)
    code: Mapped[str] = mapped_column(String(60))
    severity: Mapped[Severity] = mapped_column(closed_set(Severity, "severity"))
    tab: Mapped[str] = mapped_column(String(60))  # name of the worksheet; empty in a CSV
    row: Mapped[int]
    column: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
