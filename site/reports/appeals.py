"""Which other office looks at a report: again after a disagreement, or because nobody opens it."""

from sqlalchemy.orm import Session

from departments.models import Department
from departments.routing import COORDINATING_ROLE, filled_roles
from reports.models import Report

SUPERVISING_ROLE = "SUP"  # 教育督导: what departments do not do
APPEAL_ROLES = (COORDINATING_ROLE, SUPERVISING_ROLE)


def appeal_office(session: Session, report: Report) -> Department | None:
    """Return who looks at a closed report again, or None where no other office holds a key."""
    closer = {report.department_id, report.inbox_id}
    return next((o for o in _offices(session, report) if o.public_key and o.id not in closer), None)


def overseeing_office(session: Session, report: Report) -> Department | None:
    """Return who must know that nobody opens a report; at best another than should have."""
    offices = _offices(session, report)
    return next((o for o in offices if o.id != report.inbox_id), next(iter(offices), None))


def _offices(session: Session, report: Report) -> list[Department]:
    filled = filled_roles(session, report.area_code)
    return [filled[role] for role in APPEAL_ROLES if role in filled]
