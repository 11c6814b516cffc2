"""Reading and moving reports; the rules are the one table of moves in reports."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from accounts.models import Officer
from accounts.officers import Desk
from inbox.crowds import all_but_first, crowds
from portal.clock import now, rounded
from register.models import Institution
from reports.models import MOVES, Finding, Report, ReportStep, State
from reports.sealing import CannotOpen, unseal
from reports.words import FINDINGS

_LABELS = {State.ACCEPTED: "受理", State.DECLINED: "不予受理", State.CHECKING: "开始核查"}


class NotAllowed(ValueError):
    """The report cannot make this move from where it stands."""


@dataclass(frozen=True, slots=True)
class Act:
    """A move: the next state, and the finding where it closes."""

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
    def named(cls, value: str) -> "Act":
        """Read a form value that `value` made."""
        state, _, finding = value.partition(":")
        return cls(State(state), Finding(finding) if finding else None)


def acts(report: Report) -> list[Act]:
    """Return the moves a report can make."""
    possible: list[Act] = []
    for state in MOVES[report.state]:
        if state is State.CLOSED:
            possible += [Act(state, finding) for finding in Finding]
        else:
            possible.append(Act(state))
    return possible


def act_on(session: Session, report: Report, act: Act, officer: Officer) -> None:
    """Make a move and write who made it; raises NotAllowed."""
    if act not in acts(report):
        raise NotAllowed
    before = report.state
    # Two officers at once: only the one who still finds the report where they saw it moves it.
    moved = session.execute(
        sa.update(Report)
        .filter_by(id=report.id, state=before)
        .values(state=act.state, finding=act.finding)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowed
    session.add(
        ReportStep(
            report_id=report.id,
            at=rounded(now()),
            officer_id=officer.id,
            before=before,
            after=act.state,
        )
    )


def opened(report: Report, desk: Desk) -> dict[str, str]:
    """Return what the reporter wrote; raises CannotOpen where the officer holds no key for it."""
    department = desk.membership.department_id
    wrap = next((w for w in report.wraps if w.department_id == department), None)
    key = desk.keys.get(department)
    if wrap is None or key is None:
        raise CannotOpen
    return unseal(report.body, wrap.wrapped, key, report.number, department)


def of_inbox(
    session: Session, department_id: int, states: Sequence[State], crowd: str = ""
) -> Sequence[Report]:
    """Return a department's reports in these states, what is due first in front.

    Of a crowd only the first; with the number of such a first report all of its crowd.
    """
    shown = sa.not_(all_but_first(crowds(session, department_id, states)))
    if crowd:
        shown = Report.cluster.in_(sa.select(Report.cluster).filter_by(number=crowd))
    due = sa.case((Report.state == State.RECEIVED, Report.accept_by), else_=Report.finish_by)
    return session.scalars(
        sa.select(Report)
        .where(Report.inbox_id == department_id, Report.state.in_(states), shown)
        .order_by(due, Report.number)
        .limit(500)
        .options(
            selectinload(Report.category),
            selectinload(Report.institution).selectinload(Institution.standings),
        )
    ).all()
