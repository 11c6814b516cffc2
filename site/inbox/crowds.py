"""Many reports about one target, category and day: one line and one alert at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from reports.models import Report, State

CROWD = 20  # reports about the same on one day


@dataclass(frozen=True, slots=True)
class Crowd:
    """The first report of many, which stands for them in the list."""

    first: Report
    count: int


def crowds(session: Session, department_id: int, states: Sequence[State]) -> list[Crowd]:
    """Return the crowds of a department's inbox, the largest in front."""
    counted = sa.func.count(Report.id)
    rows = session.execute(
        sa.select(sa.func.min(Report.id), counted)
        .where(Report.inbox_id == department_id, Report.state.in_(states), Report.cluster != "")
        .group_by(Report.cluster)
        .having(counted >= CROWD)
        .order_by(counted.desc())
    ).all()
    return [Crowd(session.get_one(Report, first), count) for first, count in rows]


def all_but_first(found: Sequence[Crowd]) -> sa.ColumnElement[bool]:
    """Return the condition of a report that another one of its crowd stands for."""
    return sa.and_(
        Report.cluster.in_([crowd.first.cluster for crowd in found]),
        Report.id.not_in([crowd.first.id for crowd in found]),
    )
