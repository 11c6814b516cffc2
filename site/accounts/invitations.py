"""One-time links: for somebody new, and for who lost the password."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.audit import record
from accounts.enrolment import drop_keys, make_key
from accounts.keys import give_pair
from accounts.models import Invitation, Officer
from accounts.officers import close_desks, set_password
from accounts.roles import ALLOWED, Permission
from accounts.second_factor import drop_secret
from portal.addresses import public_address
from portal.clock import now

HOURS = 72


def invite(session: Session, officer: Officer) -> str:
    """Return the token of a new link for an officer; an earlier link ends. Only a digest stays."""
    session.execute(sa.delete(Invitation).filter_by(officer_id=officer.id))
    token = secrets.token_urlsafe(24)
    session.add(
        Invitation(
            token_digest=_digest(token),
            officer_id=officer.id,
            expires_at=now() + timedelta(hours=HOURS),
        )
    )
    session.flush()
    return token


def link(token: str) -> str:
    """Return the full address to hand over; it is shown once."""
    return public_address("accounts.invitation", token=token)


def open_invitation(session: Session, token: str) -> Invitation | None:
    """Return the invitation of a token, or None: unknown, used, expired, or of a disabled one."""
    found = session.get(Invitation, _digest(token))
    if found is None or found.expires_at < now() or found.officer.disabled_at is not None:
        return None
    return found


def accept(session: Session, invitation: Invitation, password: str) -> Officer:
    """Set the password and use the link up; raises OfficerError.

    What hung on an old password ends: sessions, second factor, keys. A keyed colleague hands the
    department's key on; only where nobody holds one is a new one made.
    """
    officer = invitation.officer
    set_password(officer, password)
    session.delete(invitation)
    close_desks(session, officer)
    drop_secret(session, officer)
    drop_keys(session, officer)
    give_pair(officer, password)
    membership = officer.memberships[0]
    keyed = membership.role in ALLOWED[Permission.CASES_WORK] and make_key(session, officer)
    record(session, "accounts.join", membership, ("officer", officer.id), made_key=keyed)
    return officer


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
