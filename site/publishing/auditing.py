"""Acts of publishing in the audit log: each with the submission it was done to."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.audit import record
from accounts.models import Membership
from publishing.models import Submission


def acted(
    session: Session, act: str, submission: Submission, officer_id: int | None, **details: int | str
) -> None:
    """Record an act in its transaction, by an officer's id; None is the command line."""
    by = (
        sa.select(Membership)
        .filter_by(officer_id=officer_id)
        # Who is in several departments acts for the one whose submission it is.
        .order_by(Membership.department_id != (submission.department_id or 0), Membership.id)
        .limit(1)
    )
    acted_by(session, act, submission, session.scalar(by) if officer_id else None, **details)


def acted_by(
    session: Session, act: str, submission: Submission, by: Membership | None, **details: int | str
) -> None:
    """Record an act in its transaction; call it last, right before the commit."""
    subject = ("submission", submission.id)
    record(session, f"lists.{act}", by, subject, area=submission.area_code, **details)
