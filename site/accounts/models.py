"""Officers, where they serve, and the wraps that let them read what is sealed for a department."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, closed_set


class Role(StrEnum):
    """What an officer may do in a department."""

    CLERK = "clerk"
    APPROVER = "approver"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Officer(Base):
    """A person who signs in at the desk."""

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="officer")


class Membership(Base):
    """An officer's role in a department; the area is the department's own."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("officer_id", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    # By table name: accounts stands below departments.
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    role: Mapped[Role] = mapped_column(closed_set(Role, "role"))

    officer: Mapped[Officer] = relationship(back_populates="memberships")


class KeyWrap(Base):
    """A department's private key, encrypted under a key derived from one officer's password."""

    __tablename__ = "key_wraps"
    __table_args__ = (UniqueConstraint("officer_id", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(128))


class DeskSession(Base):
    """One sign-in. The keys are encrypted under a secret that only the officer's cookie holds."""

    __tablename__ = "desk_sessions"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sealed_keys: Mapped[bytes] = mapped_column(LargeBinary)

    officer: Mapped[Officer] = relationship()
