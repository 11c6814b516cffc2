"""Unread reports never expire: past their deadline the coordinating office is told, once."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from departments.models import Department
from outbox.delivery import notify
from outbox.models import MessageKind
from portal.addresses import public_address
from portal.clock import now, rounded, today
from reports.appeals import overseeing_office
from reports.models import OVER, Act, Report, ReportStep, ReportWrap

BATCH = 500


def raise_unread(session: Session) -> int:
    """Raise what nobody opened by its deadline; returns how many reports. Commits.

    Each report gets one notice row, however often this runs. The coordinating office, which holds
    a wrap of everything, reads it from now on as a helper does; the department still has to act.
    """
    raised, link = 0, public_address("inbox.index", tab="assisting")
    while found := session.scalars(_unread().where(Report.raised_on.is_(None)).limit(BATCH)).all():
        for report in found:
            report.raised_on = today()
            office = overseeing_office(session, report)
            if office is None:
                continue
            session.execute(
                sa.update(ReportWrap)
                .filter_by(report_id=report.id, department_id=office.id)
                .where(ReportWrap.department_id != report.inbox_id)
                .values(assists=True)
            )
            session.add(
                ReportStep(
                    report_id=report.id,
                    at=rounded(now()),
                    act=Act.RAISED,
                    department_id=office.id,
                    before=report.state,
                    after=report.state,
                )
            )
            notify(session, MessageKind.UNREAD, office.mailbox, link, urgent=report.category.urgent)
            raised += 1
        session.commit()
    session.rollback()
    return raised


def still_unread(session: Session, department_id: int) -> Counter[str]:
    """Return how many reports that were raised to an office still lie unread, and with whom."""
    raised_here = Report.steps.any(
        sa.and_(ReportStep.act == Act.RAISED, ReportStep.department_id == department_id)
    )
    counted = sa.select(Department.name, sa.func.count(Report.id)).join(
        Department, Department.id == Report.inbox_id
    )
    unread = counted.where(*_is_unread(), Report.raised_on.is_not(None), raised_here)
    return Counter(dict(session.execute(unread.group_by(Department.name)).all()))


def _unread() -> sa.Select[Report]:
    return sa.select(Report).where(*_is_unread()).order_by(Report.id)


def _is_unread() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Report.opened_on.is_(None),
        Report.accept_by < today(),
        Report.state.not_in(OVER),
    )
