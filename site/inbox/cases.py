"""Reading and moving reports; the rules are the one table of moves in reports."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from accounts.audit import record
from accounts.officers import Desk
from inbox.crowds import all_but_first, crowds
from portal.clock import now, rounded, today
from portal.database import db
from register.models import Institution
from reports.models import (
    MOVES,
    OVER,
    Act,
    Finding,
    Message,
    Report,
    ReportStep,
    ReportWrap,
    State,
)
from reports.retention import erase_day
from reports.sealing import TO_REPORTER, WHY, CannotOpen, seal, unseal, unwrap
from reports.words import FINDINGS
from reports.wraps import renew, stale

_LABELS = {
    State.ACCEPTED: "受理",
    State.DECLINED: "不予受理",
    State.CHECKING: "开始核查",
    State.ASKED: "问举报人",
}
_ACTS = {
    State.ACCEPTED: Act.ACCEPTED,
    State.DECLINED: Act.DECLINED,
    State.CHECKING: Act.CHECKING,
    State.ASKED: Act.ASKED,
    State.CLOSED: Act.CLOSED,
}
# The reporter is told these in words, not only by a state.
NEED_WORDS = {State.ASKED, *OVER}


class NotAllowed(ValueError):
    """The report cannot make this move from where it stands; the message may say why."""


@dataclass(frozen=True, slots=True)
class Move:
    """The next state, and the finding where it closes."""

    state: State
    finding: Finding | None = None

    @property
    def value(self) -> str:
        """The move as a form value."""
        return f"{self.state}:{self.finding or ''}"

    @property
    def label(self) -> str:
        """The move on a button."""
        return f"办结：{FINDINGS[self.finding]}" if self.finding else _LABELS[self.state]

    @classmethod
    def named(cls, value: str) -> "Move":
        """Read a form value that `value` made."""
        state, _, finding = value.partition(":")
        return cls(State(state), Finding(finding) if finding else None)


def moves(report: Report, desk: Desk) -> list[Move]:
    """Return the moves an officer can make; who closed a report does not close it again."""
    possible: list[Move] = []
    for state in MOVES[report.state]:
        if state is State.CLOSED:
            if not _closed_before(report, desk):
                possible += [Move(state, finding) for finding in Finding]
        else:
            possible.append(Move(state))
    return possible


def _closed_before(report: Report, desk: Desk) -> bool:
    closing = {Act.CLOSED, Act.DECLINED}
    return any(s.act in closing and s.officer_id == desk.officer.id for s in report.steps)


def make_move(
    session: Session, report: Report, move: Move, desk: Desk, words: str = "", why: str = ""
) -> None:
    """Make a move and write who made it and why; `words` go to the reporter. Raises NotAllowed."""
    if move not in moves(report, desk) or (move.state in NEED_WORDS and not words):
        raise NotAllowed
    changed = {
        "state": move.state,
        "finding": move.finding,
        "erase_on": erase_day(move.state, move.finding, today()),
    }
    claim(session, report, **changed)
    write_step(session, report, desk, _ACTS[move.state], move.state, why, finding=move.finding)
    if words:
        session.add(
            Message(
                report_id=report.id,
                at=rounded(now()),
                from_reporter=False,
                sealed=seal(content_key(report, desk), {"text": words}, report.number, TO_REPORTER),
            )
        )


def claim(session: Session, report: Report, **changed: object) -> None:
    """Change a report that still stands where the officer saw it; raises NotAllowed.

    Two officers at once: only the one who finds it so moves it.
    """
    seen = sa.update(Report).filter_by(id=report.id, state=report.state, inbox_id=report.inbox_id)
    moved = session.scalar(
        seen.values(**changed).returning(Report.id),
        execution_options={"synchronize_session": False},
    )
    if moved is None:
        raise NotAllowed("刚才已经有人办了这一步，请看最新的状态。")


def write_step(  # noqa: PLR0913 - who, what, when and why
    session: Session, report: Report, desk: Desk, act: Act, after: State,
    why: str = "", *, finding: Finding | None = None, department_id: int | None = None,
) -> None:  # fmt: skip
    """Write who did what, when and why; the why is sealed, for officers only."""
    sealed = seal(content_key(report, desk), {"text": why}, report.number, WHY) if why else None
    session.add(
        ReportStep(
            report_id=report.id,
            at=rounded(now()),
            act=act,
            officer_id=desk.officer.id,
            department_id=department_id,
            before=report.state,
            after=after,
            finding=finding,
            why=sealed,
        )
    )


def note(session: Session, report: Report, desk: Desk, why: str) -> None:
    """Write a note for the officers of all reading departments."""
    write_step(session, report, desk, Act.NOTED, report.state, why)


def content_key(report: Report, desk: Desk) -> bytes:
    """Return the key to everything in a report; raises CannotOpen where the officer has none."""
    department = desk.membership.department_id
    wrap = next((w for w in report.wraps if w.department_id == department), None)
    key = desk.keys.get(department)
    if wrap is None or key is None:
        raise CannotOpen
    return unwrap(wrap.wrapped, key, report.number, department)


def opened(report: Report, desk: Desk) -> dict[str, str]:
    """Return what the reporter wrote; raises CannotOpen where the officer holds no key for it."""
    if report.body is None:
        raise CannotOpen
    return unseal(content_key(report, desk), report.body, report.number)


def mark_opened(session: Session, report: Report, desk: Desk) -> None:
    """Note that a report was opened for the first time, and commit.

    A fetched page asks for the lock only with its first writing: that must come before any reading.
    """
    report_id = report.id
    session.rollback()
    first = session.scalar(
        sa.update(Report)
        .filter_by(id=report_id, opened_on=None)
        .values(opened_on=today())
        .returning(Report.id)
    )
    if first is not None:
        write_step(session, report, desk, Act.OPENED, report.state)
    session.commit()


def renew_wraps(report: Report, desk: Desk) -> None:
    """Seal an opened report anew to the departments that lost the key it was sealed to."""
    if not stale(db.session, report):
        return
    try:
        key = content_key(report, desk)
    except CannotOpen:
        return
    with db.writing() as session:
        renew(session, session.get_one(Report, report.id), key)
        record(session, "cases.mend", desk.membership, ("report", report.number))


def report_of(session: Session, number: str, department_id: int) -> Report | None:
    """Return a report that a department works or assists with; another one's is not there."""
    assists = Report.wraps.any(
        sa.and_(ReportWrap.department_id == department_id, ReportWrap.assists)
    )
    mine = sa.or_(Report.inbox_id == department_id, assists)
    return session.scalar(sa.select(Report).filter_by(number=number).where(mine))


def of_inbox(
    session: Session, department_id: int, states: Sequence[State], crowd: str = ""
) -> Sequence[Report]:
    """Return a department's reports in these states, what is due first in front.

    Of a crowd only the first; with the number of such a first report all of its crowd.
    """
    shown = sa.not_(all_but_first(crowds(session, department_id, states)))
    if crowd:
        shown = Report.cluster.in_(sa.select(Report.cluster).filter_by(number=crowd))
    return _in_order(session, sa.and_(Report.inbox_id == department_id, shown), states)


def assisted_by(session: Session, department_id: int, states: Sequence[State]) -> Sequence[Report]:
    """Return the reports a department helps with."""
    helps = sa.and_(ReportWrap.department_id == department_id, ReportWrap.assists)
    return _in_order(session, Report.wraps.any(helps), states)


def _in_order(
    session: Session, which: sa.ColumnElement[bool], states: Sequence[State]
) -> Sequence[Report]:
    due = sa.case((Report.state == State.RECEIVED, Report.accept_by), else_=Report.finish_by)
    return session.scalars(
        sa.select(Report)
        .where(which, Report.state.in_(states))
        .order_by(due, Report.number)
        .limit(500)
        .options(
            selectinload(Report.category),
            selectinload(Report.institution).selectinload(Institution.standings),
        )
    ).all()
