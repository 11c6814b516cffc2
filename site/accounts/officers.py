"""Officers and the desk session: who is signed in, with which keys."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from accounts.keys import decrypt, encrypt, unwrap_all
from accounts.models import DeskSession, Membership, Officer, Role
from accounts.roles import ALLOWED, Permission
from portal.clock import now

SESSION_HOURS = 10  # a working day
PASSWORD_LENGTH, LONGEST_PASSWORD = 12, 200
_hasher = PasswordHasher()


class OfficerError(ValueError):
    """What cannot be done with an officer; the message says why."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is signed in, for which department, with which private keys (department id → raw)."""

    officer: Officer
    membership: Membership
    keys: dict[int, bytes]

    @property
    def enrolled(self) -> bool:
        """Whether a second factor is bound; without one nothing but binding it is open."""
        return self.officer.totp_secret is not None

    def may(self, permission: str) -> bool:
        """Tell whether the role has a permission; `roles.may` also knows departments."""
        if not self.enrolled and permission != Permission.ENROL:
            return False
        return self.membership.role in ALLOWED[Permission(permission)]


def new_officer(
    session: Session, username: str, name: str, department_id: int, role: Role
) -> Officer:
    """Add an officer without password, who cannot sign in yet; raises OfficerError."""
    if session.scalar(sa.select(Officer.id).filter_by(username=username)) is not None:
        raise OfficerError(f"登录名 {username} 已经有人用了。")
    officer = Officer(
        username=username,
        name=name,
        password_hash="",
        created_at=now(),
        memberships=[Membership(department_id=department_id, role=role)],
    )
    session.add(officer)
    session.flush()
    return officer


def set_password(officer: Officer, password: str) -> None:
    """Set a password; raises OfficerError. What is encrypted under it is the caller's to renew."""
    if not PASSWORD_LENGTH <= len(password) <= LONGEST_PASSWORD:
        raise OfficerError(f"口令至少 {PASSWORD_LENGTH} 个字符，最多 {LONGEST_PASSWORD} 个。")
    officer.password_hash = _hasher.hash(password)


def check_password(session: Session, username: str, password: str) -> Officer | None:
    """Return the officer if name and password are right, in the same time either way."""
    officer = session.scalar(sa.select(Officer).filter_by(username=username, disabled_at=None))
    try:
        _hasher.verify((officer.password_hash if officer else "") or _nobody(), password)
    except VerificationError:
        return None
    return officer


def open_desk(session: Session, officer: Officer, password: str) -> str:
    """Start a session; returns the token for the cookie. The database keeps only its digest."""
    token = secrets.token_urlsafe(32)
    keys = {str(k): v.hex() for k, v in unwrap_all(session, officer, password).items()}
    session.execute(sa.delete(DeskSession).where(DeskSession.expires_at < now()))
    session.add(
        DeskSession(
            token_digest=_digest(token),
            officer_id=officer.id,
            created_at=now(),
            expires_at=now() + timedelta(hours=SESSION_HOURS),
            sealed_keys=encrypt(_session_key(token), json.dumps(keys).encode(), b"desk"),
        )
    )
    return token


def at_desk(session: Session, token: str) -> Desk | None:
    """Return who holds the token, or None when it is unknown, expired or the officer left."""
    desk = session.get(DeskSession, _digest(token))
    if desk is None or desk.expires_at < now() or desk.officer.disabled_at is not None:
        return None
    if not desk.officer.memberships:
        return None
    keys = json.loads(decrypt(_session_key(token), desk.sealed_keys, b"desk"))
    return Desk(
        officer=desk.officer,
        membership=desk.officer.memberships[0],
        keys={int(department): bytes.fromhex(key) for department, key in keys.items()},
    )


def close_desk(session: Session, token: str) -> None:
    """End a session."""
    session.execute(sa.delete(DeskSession).filter_by(token_digest=_digest(token)))


def close_desks(session: Session, officer: Officer, but: str = "") -> int:
    """End an officer's sessions, but the one with this token; returns how many there were."""
    ended = session.execute(
        sa.delete(DeskSession).where(
            DeskSession.officer_id == officer.id, DeskSession.token_digest != _digest(but)
        )
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


@cache
def _nobody() -> str:
    # Verified for unknown names, so that a name that exists answers no slower than one that is not.
    return _hasher.hash(secrets.token_urlsafe(16))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _session_key(token: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"mingdan desk session").derive(token.encode())
