"""Which acts must be looked at again, and when: a Task for the department that answers for them.

Rectifying lasts three months at most; what has a term ends with it; what has none is reviewed
every year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from departments.models import InstitutionKind, Task
from departments.routing import filled_roles
from portal.clock import now
from register.models import Institution, KindOfInstitution, Standing, Status
from register.terms import months_after, rectifying_until

_REVIEW_MONTHS = 12
_SUBJECT = "standing:"
_USUAL_ROLE = "EDU"
_ACTS = (Status.BLACK, Status.RECTIFYING)


@dataclass(frozen=True, slots=True)
class _Due:
    subject: str
    what: str
    due: date
    role: str


def keep_tasks(session: Session, area_code: str) -> None:
    """Make the tasks of an area's acts, and end those whose act ended; the caller commits."""
    departments = filled_roles(session, area_code)
    wanted = {due.subject: due for due in _due(session, area_code)}
    known = {task.subject: task for task in session.scalars(_known(area_code))}
    for subject, task in known.items():
        if subject not in wanted and task.done_at is None:
            task.done_at = now()
    for subject, due in wanted.items():
        department = departments.get(due.role) or departments.get(_USUAL_ROLE)
        if subject in known:
            known[subject].due = due.due
        elif department is not None:
            session.add(
                Task(
                    department_id=department.id,
                    subject=subject,
                    what=due.what,
                    due=due.due,
                    created_at=now(),
                )
            )


def _known(area_code: str) -> sa.Select[Task]:
    # By the acts, not by the departments: one of the parent area may answer for them.
    subjects = (
        sa.select(sa.literal(_SUBJECT) + sa.cast(Standing.id, sa.String))
        .join(Institution, Institution.id == Standing.institution_id)
        .where(Institution.area_code == area_code, Standing.status.in_(_ACTS))
    )
    return sa.select(Task).where(Task.subject.in_(subjects))


def _due(session: Session, area_code: str) -> Iterator[_Due]:
    acts = session.execute(
        sa.select(Standing, Institution.name, InstitutionKind.role_code)
        .join(Institution, Institution.id == Standing.institution_id)
        .outerjoin(
            KindOfInstitution,
            sa.and_(
                KindOfInstitution.institution_id == Institution.id, KindOfInstitution.position == 0
            ),
        )
        .outerjoin(InstitutionKind, InstitutionKind.code == KindOfInstitution.kind_code)
        .where(
            Institution.area_code == area_code,
            Standing.until.is_(None),
            Standing.status.in_(_ACTS),
        )
    )
    for standing, name, role in acts:
        what, due = _what(standing)
        yield _Due(f"{_SUBJECT}{standing.id}", f"{name}：{what}", due, role or _USUAL_ROLE)


def _what(standing: Standing) -> tuple[str, date]:
    if standing.status is Status.RECTIFYING:
        due = rectifying_until(standing.since)
        return "整改满 3 个月，请恢复、移出，或依决定列入黑名单。", due
    if standing.term_ends is not None:
        return "黑名单公布期限届满，请决定是否移出。", standing.term_ends
    listed = standing.listed_on or standing.since
    return "黑名单没有写明截止日期，请复核移出条件是否已满足。", months_after(
        listed, _REVIEW_MONTHS
    )
