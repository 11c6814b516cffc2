"""Signing in: the password and the second factor, one sentence for every refusal."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.audit import record
from accounts.models import Officer, Outcome, SignIn
from accounts.officers import check_password
from accounts.second_factor import is_lost, use_code, use_recovery_code
from portal.clock import now, rounded

WRONG_CODES = 10  # within the hour, with the right password; then no code is taken for a while
KEPT = timedelta(days=90)


class LostFactor(Exception):
    """The password is right, and the second factor can no longer be checked."""


def admitted(session: Session, username: str, password: str, code: str) -> Officer | None:
    """Return the officer if name, password and code are right, and write down the attempt.

    Every attempt costs one argon2 verification and one row, whether the name exists or not. Wrong
    codes count only behind the right password, so nobody without it can lock the owner out.
    Raises LostFactor, with the attempt written down.
    """
    known = session.scalar(sa.select(Officer.id).filter_by(username=username))
    officer = check_password(session, username, password)
    outcome = _outcome(session, officer, code) if officer else Outcome.REFUSED
    session.execute(sa.delete(SignIn).where(SignIn.at < now() - KEPT))
    session.add(SignIn(officer_id=known, at=rounded(now()), outcome=outcome))
    session.flush()
    if officer and outcome is Outcome.WRONG_CODE and is_lost(officer):
        raise LostFactor
    return officer if outcome is Outcome.ADMITTED else None


def attempts(session: Session, officer: Officer) -> list[SignIn]:
    """Return an officer's last attempts to sign in, newest first."""
    return list(
        session.scalars(
            sa.select(SignIn).filter_by(officer_id=officer.id).order_by(SignIn.id.desc()).limit(30)
        )
    )


def _outcome(session: Session, officer: Officer, code: str) -> Outcome:
    if officer.totp_secret is None:
        return Outcome.ADMITTED  # as far as binding one
    wrong = session.scalar(
        sa.select(sa.func.count(SignIn.id)).where(
            SignIn.officer_id == officer.id,
            SignIn.outcome == Outcome.WRONG_CODE,
            SignIn.at >= rounded(now()),
        )
    )
    if (wrong or 0) >= WRONG_CODES:
        return Outcome.REFUSED
    if use_code(session, officer, code):
        return Outcome.ADMITTED
    if use_recovery_code(session, officer, code):
        record(session, "account.recover", officer.memberships[0], ("officer", officer.id))
        return Outcome.ADMITTED
    return Outcome.WRONG_CODE
