"""How long a report's content is kept, and the daily erasing that proves that it ran.

PIPL art. 19: as short as the purpose needs. Counted from the closing; what no officer has closed
or declined has no day and is never erased. The row itself stays, without a word, as a statistic.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.clock import today
from portal.database import empty_log
from reports.models import (
    OVER,
    Attachment,
    Erasure,
    Finding,
    Message,
    Report,
    ReportStep,
    ReportWrap,
    State,
)

# Where something was found, an appeal or a court may still ask; where not, there is less to keep.
DAYS: dict[Finding | None, int] = {
    Finding.TRUE_AND_DEALT_WITH: 180,
    Finding.PARTLY_TRUE: 180,
    Finding.NOT_FOUND: 90,
    Finding.TOO_LITTLE: 90,
    None: 60,  # declined
}
BATCH = 500


def erase_day(state: State, finding: Finding | None, closed: date) -> date | None:
    """Return the day on which a report closed on a day is erased; None while it is open."""
    if state not in OVER:
        return None
    return closed + timedelta(days=DAYS[finding])


def erase_due(session: Session) -> Erasure | None:
    """Erase what is due, once a day; returns what was done, None if today's was done. Commits."""
    day = today()
    if session.get(Erasure, day) is not None:
        session.rollback()
        return None
    done = Erasure(day=day, reports=0, messages=0, attachments=0)
    while ids := session.scalars(_due(day)).all():
        _erase(session, ids, done)
        session.commit()
    session.add(done)
    session.commit()
    empty_log(session)
    return done


def last_run(session: Session) -> Erasure | None:
    """Return the newest run."""
    return session.scalar(sa.select(Erasure).order_by(Erasure.day.desc()).limit(1))


def _due(day: date) -> sa.Select[int]:
    return sa.select(Report.id).where(Report.erase_on <= day).limit(BATCH)


def _erase(session: Session, ids: Sequence[int], done: Erasure) -> None:
    done.reports += len(ids)
    done.messages += _deleted(session, Message, ids)
    done.attachments += _deleted(session, Attachment, ids)
    session.execute(sa.delete(ReportWrap).where(ReportWrap.report_id.in_(ids)))
    session.execute(sa.update(ReportStep).where(ReportStep.report_id.in_(ids)).values(why=None))
    session.execute(
        sa.update(Report)
        .where(Report.id.in_(ids))
        .values(body=None, receipt_hash=None, reporter_wrap=None, erase_on=None, erased_on=done.day)
    )


def _deleted(session: Session, model: type[Message | Attachment], ids: Sequence[int]) -> int:
    return len(
        session.scalars(sa.delete(model).where(model.report_id.in_(ids)).returning(model.id)).all()
    )
