"""A list that went stale becomes a task, once, of the department that reports it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from departments.models import Task
from departments.routing import COORDINATING_ROLE, filled_roles
from portal.clock import now, today
from register.freshness import FRESH_FOR, StaleList, stale_lists

_SUBJECT = "stale:"
_REPORTS_THE_LIST = "EDU"


def keep_stale_tasks(session: Session) -> None:
    """Make a task for every list that is too old, and end those of lists renewed. Commits."""
    stale = {
        f"{_SUBJECT}{each.area_code}:{each.complete_as_of}": each
        for each in stale_lists(session, today())
    }
    known = {
        task.subject: task
        for task in session.scalars(sa.select(Task).where(Task.subject.startswith(_SUBJECT)))
    }
    for subject, task in known.items():
        if subject not in stale and task.done_at is None:
            task.done_at = now()
    for subject in stale.keys() - known.keys():
        new = _task(session, subject, stale[subject])
        if new is not None:
            session.add(new)
    session.commit()


def _task(session: Session, subject: str, stale: StaleList) -> Task | None:
    filled = filled_roles(session, stale.area_code)
    department = filled.get(_REPORTS_THE_LIST) or filled.get(COORDINATING_ROLE)
    if department is None:
        return None
    return Task(
        department_id=department.id,
        subject=subject,
        what=f"{stale.area_name}：完整的名单截至{stale.complete_as_of}，"
        "已超过一个月，请报送新的完整名单。",
        due=stale.complete_as_of + FRESH_FOR,
        created_at=now(),
    )
