"""Acts of publishing in the audit log."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.audit import record
from accounts.models import Membership


def acted(session: Session, act: str, area_code: str, officer_id: int | None, reason: str) -> None:
    """Record an act on an area's lists, in the transaction of the act; None is the command line."""
    by = sa.select(Membership).filter_by(officer_id=officer_id).order_by(Membership.id).limit(1)
    membership = session.scalar(by) if officer_id else None
    record(session, f"lists.{act}", membership, ("area", area_code), reason=reason)
