"""Where a disagreement goes: an office other than the one that closed, that can read it."""

from sqlalchemy.orm import Session

from departments.models import Department
from departments.routing import COORDINATING_ROLE, filled_roles
from reports.models import Report

SUPERVISING_ROLE = "SUP"  # 教育督导: what departments do not do
APPEAL_ROLES = (COORDINATING_ROLE, SUPERVISING_ROLE)


def appeal_office(session: Session, report: Report) -> Department | None:
    """Return who looks at a closed report again, or None where no other office holds a key."""
    filled = filled_roles(session, report.area_code)
    offices = (filled.get(role) for role in APPEAL_ROLES)
    closer = {report.department_id, report.inbox_id}
    return next((o for o in offices if o and o.public_key and o.id not in closer), None)
