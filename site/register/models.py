"""What is published: institutions, where they teach, on which list they stand, in which edition."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, closed_set


class Status(StrEnum):
    """Where an institution stands. Expired and term-over are computed from dates, never stored."""

    WHITE = "white"
    RECTIFYING = "rectifying"
    SUSPENDED = "suspended"
    BLACK = "black"
    REMOVED = "removed"
    CLOSED = "closed"


class ChangeKind(StrEnum):
    """What an edition did to an institution."""

    ADDED = "added"
    AMENDED = "amended"
    MOVED = "moved"  # from one standing to another
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"  # published by mistake


class ItemKind(StrEnum):
    """What an institution must show on the wall, and what was found there."""

    ACCOUNT = "account"
    FEE = "fee"
    COURSE = "course"
    CERTIFICATE = "certificate"
    RECORD = "record"


class Institution(Base):
    """A training institution, or a place that taught without papers."""

    __tablename__ = "institutions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)  # public and random
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"), index=True)
    name: Mapped[str] = mapped_column(String(200))  # as published
    canonical_name: Mapped[str] = mapped_column(String(200), index=True)  # folded, for matching
    uscc: Mapped[str | None] = mapped_column(String(40), index=True)  # as published, GB 32100
    licence_number: Mapped[str | None] = mapped_column(String(100), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    nature: Mapped[str | None] = mapped_column(String(60))
    stages: Mapped[str | None] = mapped_column(String(200))
    scope: Mapped[str | None] = mapped_column(String(1000))
    approved_by: Mapped[str | None] = mapped_column(String(200))
    supervised_by: Mapped[str | None] = mapped_column(String(200))

    kinds: Mapped[list["KindOfInstitution"]] = relationship(
        order_by="KindOfInstitution.position", cascade="all, delete-orphan"
    )
    former_names: Mapped[list["FormerName"]] = relationship(
        order_by="FormerName.id", cascade="all, delete-orphan"
    )
    premises: Mapped[list["Premises"]] = relationship(
        back_populates="institution", order_by="Premises.id"
    )
    standings: Mapped[list["Standing"]] = relationship(
        back_populates="institution", order_by="Standing.id"
    )
    items: Mapped[list["DisclosedItem"]] = relationship(
        order_by="DisclosedItem.kind, DisclosedItem.position", cascade="all, delete-orphan"
    )


class KindOfInstitution(Base):
    """A kind of an institution; the first one decides the lead department."""

    __tablename__ = "kinds_of_institutions"

    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    kind_code: Mapped[str] = mapped_column(
        ForeignKey("institution_kinds.code"), primary_key=True, index=True
    )
    position: Mapped[int]


class FormerName(Base):
    """A name under which parents may still know the institution."""

    __tablename__ = "former_names"
    __table_args__ = (UniqueConstraint("institution_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    name: Mapped[str] = mapped_column(String(200))


class Premises(Base):
    """A place where an institution teaches."""

    __tablename__ = "premises"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    name: Mapped[str] = mapped_column(String(200))  # the campus may bear a name of its own
    address: Mapped[str] = mapped_column(String(400))
    canonical_address: Mapped[str] = mapped_column(String(400), index=True)
    closed_on: Mapped[date | None]  # no longer on the list; its code keeps telling so

    institution: Mapped[Institution] = relationship(back_populates="premises")


class Standing(Base):
    """One dated standing of one institution; at most one is open."""

    __tablename__ = "standings"
    __table_args__ = (
        Index(
            "uq_standings_one_open",
            "institution_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        # 列入黑名单 is an act against somebody: no such act without ground, document and author.
        CheckConstraint(
            "status <> 'black' OR (coalesce(basis, '') <> ''"
            " AND coalesce(decision_number, '') <> '' AND coalesce(authority, '') <> '')",
            name="black_has_due_process",
        ),
        CheckConstraint("until IS NULL OR until >= since", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    status: Mapped[Status] = mapped_column(closed_set(Status, "status"))
    since: Mapped[date]  # in the register; what a decision says of itself is listed_on
    until: Mapped[date | None]
    notified_on: Mapped[date | None]  # told before it was listed
    listed_on: Mapped[date | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)  # 误列，已撤销: never shown again
    reason: Mapped[str | None] = mapped_column(Text)
    basis: Mapped[str | None] = mapped_column(Text)
    decision_number: Mapped[str | None] = mapped_column(String(200))
    authority: Mapped[str | None] = mapped_column(String(200))
    term: Mapped[str | None] = mapped_column(String(100))  # as published: 3年, 整改到位后移出
    term_ends: Mapped[date | None]
    reply: Mapped[str | None] = mapped_column(Text)  # the institution's own words on this act
    replied_on: Mapped[date | None]
    edition_in_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    edition_out_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))

    institution: Mapped[Institution] = relationship(back_populates="standings")
    edition_in: Mapped["Edition | None"] = relationship(foreign_keys=[edition_in_id])


class DisclosedItem(Base):
    """One line of what an institution must show: 监管账户, 收费, 班级, 教师资格, 检查.

    `content` holds strings and integers only; its fields per kind are those of
    `publishing/disclosure.py`. Money is an integer of fen.
    """

    __tablename__ = "disclosed_items"
    __table_args__ = (
        UniqueConstraint("institution_id", "kind", "position"),
        # 全部进入本机构培训收费专用账户: a second account would make a page lie.
        CheckConstraint("kind <> 'account' OR position = 0", name="one_account"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    kind: Mapped[ItemKind] = mapped_column(closed_set(ItemKind, "kind"))
    position: Mapped[int]
    content: Mapped[dict[str, str | int]] = mapped_column(JSON)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))

    edition: Mapped["Edition | None"] = relationship()


class Edition(Base):
    """第几期: the whole state of an area, frozen, chained and signed."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("area_code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    number: Mapped[int]
    as_of: Mapped[date]
    published_at: Mapped[datetime]
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))  # raw Ed25519 over the manifest
    key_id: Mapped[str] = mapped_column(String(32))

    files: Mapped[list["EditionFile"]] = relationship(order_by="EditionFile.name")
    changes: Mapped[list["Change"]] = relationship(order_by="Change.id")
    notes: Mapped[list["EditionNote"]] = relationship(order_by="EditionNote.id")


class EditionFile(Base):
    """One file of an edition, byte for byte as published."""

    __tablename__ = "edition_files"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # bytes
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class NoteKind(StrEnum):
    """What is said of an edition after it was published."""

    ERRATUM = "erratum"
    WITHHELD = "withheld"  # its files are not handed out any more


class EditionNote(Base):
    """更正、停止提供: what an old edition's page says beside its bytes, which stay as they are."""

    __tablename__ = "edition_notes"
    __table_args__ = (
        CheckConstraint("kind <> 'withheld' OR decision_number <> ''", name="withheld_by_decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    kind: Mapped[NoteKind] = mapped_column(closed_set(NoteKind, "kind"))
    text: Mapped[str] = mapped_column(Text)
    decision_number: Mapped[str] = mapped_column(String(200), default="")
    noted_on: Mapped[date]


class Change(Base):
    """What an edition changed on one institution."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(closed_set(ChangeKind, "kind"))
    before: Mapped[Status | None] = mapped_column(closed_set(Status, "before"))
    after: Mapped[Status | None] = mapped_column(closed_set(Status, "after"))
    name: Mapped[str] = mapped_column(String(200))  # as it was in this edition
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)  # name → [before, after]

    institution: Mapped[Institution] = relationship()
