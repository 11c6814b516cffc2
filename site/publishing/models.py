"""What was read from a department's file, and what was wrong with it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, closed_set
from publishing.findings import Severity
from publishing.sheet import ListKind


class Coverage(StrEnum):
    """Whether a sheet speaks for everything it covers, or only adds."""

    COMPLETE = "complete"
    ADDITIONS = "additions"


class SubmissionState(StrEnum):
    """How far a proposed edition has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # by the second person, with a reason
    APPROVED = "approved"  # goes out when it is due
    EXPORTED = "exported"  # waits for a signature made elsewhere
    PUBLISHED = "published"


class Submission(Base):
    """送审: a proposed edition of an area, its sheets, and the two who stand for it."""

    __tablename__ = "submissions"
    __table_args__ = (
        # NULL on either side passes: nobody signed in at the command line.
        CheckConstraint("approved_by_id <> submitted_by_id", name="two_persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    state: Mapped[SubmissionState] = mapped_column(closed_set(SubmissionState, "state"))
    supplement: Mapped[bool] = mapped_column(default=False)  # 增刊: an urgent single change
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    submitted_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    approved_at: Mapped[datetime | None]
    publish_at: Mapped[datetime | None]  # empty: as soon as it is approved
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    remark: Mapped[str] = mapped_column(Text, default="")  # why it was returned, or did not go out
    seed: Mapped[str] = mapped_column(String(64))  # of the codes of its new institutions
    difference: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    progress: Mapped[str] = mapped_column(String(60), default="")  # of the worker
    # Of the manifest that was handed out to be signed.
    dated_at: Mapped[datetime | None]
    manifest_sha256: Mapped[str] = mapped_column(String(64), default="")

    sheets: Mapped[list["Sheet"]] = relationship(order_by="Sheet.id", back_populates="submission")


class DifferencePart(Base):
    """So many lines of a submission's difference, see `changes`; kept until it is published."""

    __tablename__ = "difference_parts"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)  # from 0
    lines: Mapped[bytes] = mapped_column(LargeBinary)


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
    # Of the rows findings speak of, see `excerpts`; after publication of those left out that wait.
    excerpts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    # Of a list that was read: see `keeping`; kept as long.
    reading: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    # What officers said of headers, header → column, empty for not to be read; see `ColumnWord`.
    meanings: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    # The headers as they were read: worksheet, header, its column or empty, whether private.
    headers: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))

    submission: Mapped[Submission | None] = relationship(back_populates="sheets")
    findings: Mapped[list["SheetFinding"]] = relationship(order_by="SheetFinding.id")
    corrections: Mapped[list["SheetCorrection"]] = relationship(order_by="SheetCorrection.id")


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
    # Who answers for an ASK finding.
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    confirmed_at: Mapped[datetime | None]


class SheetCorrection(Base):
    """A cell mended at the desk; the file stays as it came. Without a column the row is left out.

    The texts go when the file goes: what was mended may have been personal data.
    """

    __tablename__ = "sheet_corrections"
    __table_args__ = (UniqueConstraint("sheet_id", "tab", "row", "column"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"))
    tab: Mapped[str] = mapped_column(String(60))
    row: Mapped[int]
    column: Mapped[str] = mapped_column(String(60))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    corrected_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    corrected_at: Mapped[datetime]


class ColumnWord(Base):
    """What a header means to a department, remembered for its next file."""

    __tablename__ = "column_words"
    __table_args__ = (UniqueConstraint("department_id", "list_kind", "header"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    list_kind: Mapped[ListKind] = mapped_column(closed_set(ListKind, "list_kind"))
    header: Mapped[str] = mapped_column(String(40))
    column: Mapped[str] = mapped_column(String(60))  # empty: not to be read
