"""Which other office looks at a report: again after a disagreement, or because nobody opens it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.models import Membership
from departments.models import Department
from departments.routing import COORDINATING_ROLE, SUPERVISING_ROLE, filled_roles
from reports.models import Act, Report, ReportStep

APPEAL_ROLES = (COORDINATING_ROLE, SUPERVISING_ROLE)


def appeal_office(session: Session, report: Report) -> Department | None:
    """Return who looks at a closed report again, or None where no other office holds a key."""
    closer = {report.department_id, report.inbox_id}
    return next((o for o in _offices(session, report) if o.public_key and o.id not in closer), None)


def overseeing_office(session: Session, report: Report) -> Department | None:
    """Return who must know that nobody opens a report; at best another than should have."""
    done = closers(session, report)
    offices = [o for o in _offices(session, report) if o.id not in done]
    return next((o for o in offices if o.id != report.inbox_id), next(iter(offices), None))


def closers(session: Session, report: Report) -> set[int]:
    """Return the departments that closed or declined a report: after a disagreement it is not
    theirs to read."""
    closing = sa.select(ReportStep.officer_id).where(
        ReportStep.report_id == report.id, ReportStep.act.in_([Act.CLOSED, Act.DECLINED])
    )
    ids = sa.select(Membership.department_id).where(Membership.officer_id.in_(closing))
    return set(session.scalars(ids))


def _offices(session: Session, report: Report) -> list[Department]:
    filled = filled_roles(session, report.area_code)
    return [filled[role] for role in APPEAL_ROLES if role in filled]
