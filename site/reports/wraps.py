"""Who holds the key to a report, and which report's holder needs another."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from departments.models import Department
from reports.models import OVER, Report, ReportWrap
from reports.sealing import key_id, unwrap, wrap


def wrap_for(
    department_id: int, public_key: bytes, key: bytes, number: str, *, assists: bool = False
) -> ReportWrap:
    """Return a report's content key sealed to a department."""
    return ReportWrap(
        department_id=department_id,
        wrapped=wrap(key, public_key, number, department_id),
        key_id=key_id(public_key),
        assists=assists,
    )


def rewrap(wrap_: ReportWrap, number: str, old_private: bytes, public_key: bytes) -> None:
    """Seal a wrap anew to a department's new public key, with the old private one in hand."""
    key = unwrap(wrap_.wrapped, old_private, number, wrap_.department_id)
    wrap_.wrapped = wrap(key, public_key, number, wrap_.department_id)
    wrap_.key_id = key_id(public_key)


def renew(session: Session, report: Report, key: bytes) -> None:
    """Seal a report anew to the departments that changed their key since."""
    for wrap_, public in stale(session, report):
        wrap_.wrapped = wrap(key, public, report.number, wrap_.department_id)
        wrap_.key_id = key_id(public)


def stale(session: Session, report: Report) -> list[tuple[ReportWrap, bytes]]:
    """Return the wraps to a key that its department has replaced, each with the key of today."""
    today = dict(session.execute(sa.select(Department.id, Department.public_key)).all())
    return [
        (wrap_, public)
        for wrap_ in report.wraps
        if (public := today[wrap_.department_id]) and wrap_.key_id not in (None, key_id(public))
    ]


def misplaced(session: Session, area_codes: Sequence[str], keeper_id: int) -> Sequence[Report]:
    """Return the open reports that lie where their department cannot read them, or need not.

    Kept by the coordinating office for a department that has a key by now; sealed to a key that
    the department has lost; lying in the inbox of a department that has no key any more.
    """
    departments = session.execute(sa.select(Department.id, Department.public_key)).all()
    keyless = [number for number, public in departments if public is None]
    wrong = [sa.and_(Report.department_id.in_(keyless), Report.inbox_id != keeper_id)]
    wrong += [
        sa.and_(
            Report.department_id == number,
            sa.or_(Report.inbox_id != number, ~Report.wraps.any(_to_key(number, public))),
        )
        for number, public in departments
        if public is not None and number != keeper_id
    ]
    open_here = Report.area_code.in_(area_codes), Report.state.not_in(OVER)
    return session.scalars(
        sa.select(Report).where(*open_here, sa.or_(*wrong)).order_by(Report.id)
    ).all()


def _to_key(department_id: int, public_key: bytes) -> sa.ColumnElement[bool]:
    # A wrap of old says nothing of its key: taken as good.
    this_key = sa.or_(ReportWrap.key_id.is_(None), ReportWrap.key_id == key_id(public_key))
    return sa.and_(ReportWrap.department_id == department_id, this_key)
