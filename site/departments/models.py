"""Departments, report categories, and the table that says who handles what."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
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


class Channel(StrEnum):
    """How a department can be reached about reports, beside the desk."""

    MAILBOX = "mailbox"
    WEB = "web"
    PHONE = "phone"


class RoutingRole(Base):
    """A function in routing (EDU, MKT …); which department fills it is local."""

    __tablename__ = "routing_roles"

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Department(Base):
    """A department of one area."""

    __tablename__ = "departments"
    __table_args__ = (
        UniqueConstraint("area_code", "name"),
        CheckConstraint("channel <> 'mailbox' OR mailbox <> ''", name="mailbox_has_address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    short_name: Mapped[str] = mapped_column(String(60))
    duties: Mapped[str] = mapped_column(String(400), default="")
    hotline: Mapped[str] = mapped_column(String(40), default="")
    channel: Mapped[Channel] = mapped_column(closed_set(Channel, "channel"))
    mailbox: Mapped[str] = mapped_column(String(200), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # X25519, raw


class Assignment(Base):
    """Which department fills a role in an area; areas below inherit it."""

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("area_code", "role_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("areas.code"))
    role_code: Mapped[str] = mapped_column(ForeignKey("routing_roles.code"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)

    department: Mapped[Department] = relationship()


class InstitutionKind(Base):
    """学科类, 体育类 …: data with a stable code."""

    __tablename__ = "institution_kinds"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    role_code: Mapped[str] = mapped_column(ForeignKey("routing_roles.code"))
    position: Mapped[int]


class Category(Base):
    """What a report is about, also in the words a parent would use."""

    __tablename__ = "categories"

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    group: Mapped[str] = mapped_column(String(20))
    plain: Mapped[str] = mapped_column(String(100))
    urgent: Mapped[bool]
    position: Mapped[int]


class RoutingRule(Base):
    """Category × institution kind × stage → lead role and assisting roles."""

    __tablename__ = "routing_rules"
    __table_args__ = (
        # One rule in force per combination; a changed rule closes the old one and says why.
        Index(
            "uq_routing_rules_in_force",
            "category_code",
            "kind_code",
            "stage",
            unique=True,
            sqlite_where=text("valid_until IS NULL"),
            postgresql_where=text("valid_until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("institution_kinds.code"))
    stage: Mapped[str] = mapped_column(String(10))  # ANY, 0-3, 3-6, ADULT
    lead_role: Mapped[str] = mapped_column(ForeignKey("routing_roles.code"))
    fallback_role: Mapped[str] = mapped_column(ForeignKey("routing_roles.code"))
    urgent: Mapped[bool]
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    confidence: Mapped[str] = mapped_column(String(20), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    changed_by: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    assists: Mapped[list["RoutingAssist"]] = relationship(
        back_populates="rule", order_by="RoutingAssist.position"
    )


class RoutingAssist(Base):
    """A role that assists under a rule."""

    __tablename__ = "routing_assists"

    rule_id: Mapped[int] = mapped_column(ForeignKey("routing_rules.id"), primary_key=True)
    role_code: Mapped[str] = mapped_column(ForeignKey("routing_roles.code"), primary_key=True)
    position: Mapped[int]

    rule: Mapped[RoutingRule] = relationship(back_populates="assists")


class Task(Base):
    """待办: what a department must see to, until when, and who did it."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    subject: Mapped[str] = mapped_column(String(60), unique=True)  # what it is about, for machines
    what: Mapped[str] = mapped_column(String(300))  # for people
    due: Mapped[date]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    # By table name, and empty where what it was about ended by itself.
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
