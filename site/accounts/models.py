"""Officers, where they serve, how they sign in, their keys, and the audit log of their acts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, closed_set


class Role(StrEnum):
    """What an officer may do in a department."""

    CLERK = "clerk"
    APPROVER = "approver"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Officer(Base):
    """A person who signs in at the desk.

    Invited and not yet here: no password. Without a second factor the desk is closed but for
    binding one. The key pair receives departments' keys; its private half is under the password.
    """

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))  # of a leaver
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary(64))  # encrypted
    totp_last: Mapped[int | None]  # the last counter used, RFC 6238: none is taken twice
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # X25519, raw
    key_salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary(128))

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
    """A department's private key, sealed to one officer's key pair."""

    __tablename__ = "key_wraps"
    __table_args__ = (UniqueConstraint("officer_id", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # before officers had key pairs
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


class Invitation(Base):
    """A one-time link to set a password, for somebody new or after a lost password."""

    __tablename__ = "invitations"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), unique=True)
    expires_at: Mapped[datetime]

    officer: Mapped[Officer] = relationship()


class RecoveryCode(Base):
    """Stands in for the second factor once; the code itself is on paper."""

    __tablename__ = "recovery_codes"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class Outcome(StrEnum):
    """How an attempt to sign in ended."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    WRONG_CODE = "wrong_code"  # the password was right: its owner should know


class SignIn(Base):
    """An attempt to sign in, for its officer to look through; no address. None: no such name."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)  # the hour
    outcome: Mapped[Outcome] = mapped_column(closed_set(Outcome, "outcome"))


class AuditEntry(Base):
    """A privileged act, chained by hash to the one before. Triggers refuse to change or drop it."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_type", "subject_id"),
        UniqueConstraint("previous"),  # one entry follows each: the chain cannot fork
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    act: Mapped[str] = mapped_column(String(40), index=True)
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(40))
    details: Mapped[str] = mapped_column(Text)  # JSON
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    officer: Mapped[Officer | None] = relationship()
