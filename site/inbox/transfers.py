"""Passing a report on: its clock goes on, its wraps follow. 领办、转办、协办、指定.

Two departments may pass it on; then it goes to the coordinating office, which says who must, and
that is final. A wrap goes with the right to read: the department that passed it on loses its own.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.officers import Desk
from accounts.roles import Permission, may
from areas.divisions import subtree
from departments.models import Department
from departments.routing import COORDINATING_ROLE, filled_roles
from inbox.cases import NotAllowed, claim, content_key, write_step
from outbox.delivery import notify
from outbox.models import MessageKind
from reports.appeals import closers
from reports.models import OVER, Act, Report, ReportWrap, State
from reports.sealing import CannotOpen, key_id
from reports.wraps import misplaced, wrap_for

MOST_HOPS = 2


def coordinating_office(session: Session, area_code: str) -> Department | None:
    """Return the office that settles whose a report is."""
    return filled_roles(session, area_code).get(COORDINATING_ROLE)


def targets(session: Session, report: Report, desk: Desk) -> list[Department]:
    """Return to whom an officer can pass a report on; empty where nobody can (any more).

    From the coordinating office it is a ruling, which not every officer there may make.
    """
    mine = desk.membership.department_id
    settled = report.ruled or report.objected_on is not None
    if report.state in OVER or settled or report.inbox_id != mine:
        return []
    coordinating = coordinating_office(session, report.area_code)
    if coordinating is not None and coordinating.id == mine:
        if not may(session, desk.membership, Permission.CASES_RULE):
            return []
    elif coordinating is not None and report.hops >= MOST_HOPS:
        return [coordinating]
    return _others(session, report, {mine, report.department_id})


def helpers(session: Session, report: Report, desk: Desk) -> list[Department]:
    """Return whom an officer can ask to assist: who can open it, does not read it yet and has not
    closed it before."""
    if report.state in OVER or report.inbox_id != desk.membership.department_id:
        return []
    besides = {w.department_id for w in report.wraps} | closers(session, report)
    return [d for d in _others(session, report, besides) if d.public_key]


def _others(session: Session, report: Report, besides: set[int]) -> list[Department]:
    found = set(filled_roles(session, report.area_code).values())
    return sorted((d for d in found if d.id not in besides), key=lambda d: d.id)


def transfer(
    session: Session, report: Report, desk: Desk, target_id: int, why: str, desk_link: str
) -> None:
    """Pass a report on; from the coordinating office it is a ruling. Raises NotAllowed."""
    target = _chosen(targets(session, report, desk), target_id)
    coordinating = coordinating_office(session, report.area_code)
    if coordinating is None or not why:
        raise NotAllowed("请写明为什么转办。")
    mine = desk.membership.department_id
    ruling = mine == coordinating.id
    reader = target if target.public_key else coordinating
    _add_wrap(session, report, desk, reader)
    write_step(
        session, report, desk, Act.RULED if ruling else Act.TRANSFERRED, State.RECEIVED, why,
        department_id=target.id,
    )  # fmt: skip
    claim(
        session, report, state=State.RECEIVED, department_id=target.id, inbox_id=reader.id,
        hops=report.hops + 1, ruled=ruling, opened_on=None,
        raised_on=None,
    )  # fmt: skip
    if mine not in {reader.id, coordinating.id}:
        _drop_wrap(session, report, mine)
    _tell(session, report, reader, desk_link)


def assist(
    session: Session, report: Report, desk: Desk, helper_id: int, why: str, desk_link: str
) -> None:
    """Let another department read and note; it decides nothing. Raises NotAllowed."""
    helper = _chosen(helpers(session, report, desk), helper_id)
    if not why:
        raise NotAllowed("请写明请他们做什么。")
    _add_wrap(session, report, desk, helper, assists=True)
    write_step(session, report, desk, Act.ASSISTED, report.state, why, department_id=helper.id)
    _tell(session, report, helper, desk_link)


def _tell(session: Session, report: Report, department: Department, desk_link: str) -> None:
    urgent = report.category.urgent
    notify(session, MessageKind.NEW_REPORT, department.mailbox, desk_link, urgent=urgent)


def to_mend(session: Session, desk: Desk) -> Sequence[Report]:
    """Return the reports that the coordinating office can put where they can be read."""
    mine = desk.membership.department_id
    home = session.get_one(Department, mine).area_code
    office = coordinating_office(session, home)
    if office is None or office.id != mine or mine not in desk.keys:
        return []
    return misplaced(session, subtree(session, home), mine)


def mend(session: Session, desk: Desk, desk_link: str) -> int:
    """Give each department with a key what it should read, take over what nobody could read.

    Returns how many reports moved; one that this office cannot open either stays as it is.
    """
    mended = 0
    for report in to_mend(session, desk):
        department = report.department
        reader = department if department.public_key else _own_office(session, desk)
        try:
            _add_wrap(session, report, desk, reader)
            write_step(
                session, report, desk, Act.HANDED_OVER, report.state, department_id=reader.id
            )
        except CannotOpen:
            continue
        claim(session, report, inbox_id=reader.id)
        _tell(session, report, reader, desk_link)
        mended += 1
    return mended


def _own_office(session: Session, desk: Desk) -> Department:
    return session.get_one(Department, desk.membership.department_id)


def _chosen(possible: list[Department], department_id: int) -> Department:
    found = next((d for d in possible if d.id == department_id), None)
    if found is None:
        raise NotAllowed("不能转给这个部门，请重新选。")
    return found


def _add_wrap(
    session: Session, report: Report, desk: Desk, reader: Department, *, assists: bool = False
) -> None:
    known = next((w for w in report.wraps if w.department_id == reader.id), None)
    if reader.public_key is None:
        raise NotAllowed(f"{reader.name}还没有密钥，读不了。")
    if known is not None and known.key_id in (None, key_id(reader.public_key)):
        known.assists = known.assists and assists
        return
    key = content_key(report, desk)
    if known is not None:  # sealed to a key that the department has lost
        session.delete(known)
        session.flush()
    made = wrap_for(reader.id, reader.public_key, key, report.number, assists=assists)
    made.report_id = report.id
    session.add(made)


def _drop_wrap(session: Session, report: Report, department_id: int) -> None:
    session.execute(
        sa.delete(ReportWrap).filter_by(report_id=report.id, department_id=department_id)
    )
