"""Bringing an officer into a department, and keys from hand to hand."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.keys import WrongPassword, give_pair, new_private_key, unwrap_all, wrap_for
from accounts.models import KeyWrap, Membership, Officer, Role
from accounts.officers import (
    Desk,
    OfficerError,
    check_password,
    new_officer,
    set_password,
)
from accounts.roles import ALLOWED, Permission, departments


class EnrolmentError(ValueError):
    """The officer cannot be given the department's key; the message says why."""


def enrol(  # noqa: PLR0913 - a person, a place and who vouches
    session: Session, username: str, name: str, password: str, department_id: int, role: Role,
    colleague: str = "", colleague_password: str = "",
) -> Officer:  # fmt: skip
    """Add an officer with a password, at once; raises OfficerError, EnrolmentError.

    Who works reports is given the department's key: the first one makes it, a later one has it from
    a colleague who holds it. Nobody else can give it, the server least of all.
    """
    require_department(session, department_id)
    officer = new_officer(session, username, name, department_id, role)
    set_password(officer, password)
    give_pair(officer, password)
    if role not in ALLOWED[Permission.CASES_WORK] or make_key(session, officer):
        return officer
    if not colleague:
        raise EnrolmentError("这个部门已有密钥：请用 --with 指定一位能开启举报的同事。")
    holder = check_password(session, colleague, colleague_password)
    keys = _keys_of(session, holder, colleague_password) if holder else {}
    if department_id not in keys:
        raise EnrolmentError("同事的登录名或口令不对，或他没有这个部门的密钥。")
    session.add(wrap_for(officer, department_id, keys[department_id]))
    return officer


def require_department(session: Session, department_id: int) -> None:
    """Raise EnrolmentError where there is no such department."""
    if session.scalar(sa.select(departments.c.id).filter_by(id=department_id)) is None:
        raise EnrolmentError(f"没有编号为 {department_id} 的部门。")


def make_key(session: Session, officer: Officer) -> bool:
    """Make the department's key pair if nobody holds one; tells whether that was so."""
    department_id = officer.memberships[0].department_id
    if holders(session, department_id):
        return False
    private_key, public_key = new_private_key()
    session.execute(
        sa.update(departments).filter_by(id=department_id).values(public_key=public_key)
    )
    session.add(wrap_for(officer, department_id, private_key))
    session.flush()
    return True


def holders(session: Session, department_id: int, but: int = 0) -> int:
    """Return how many officers hold a department's key, but the one with the id `but`."""
    return (
        session.scalar(
            sa.select(sa.func.count(KeyWrap.id)).where(
                KeyWrap.department_id == department_id, KeyWrap.officer_id != but
            )
        )
        or 0
    )


def waiting_for_key(session: Session, department_id: int) -> list[Officer]:
    """Return who of a department may work reports, is here, and does not hold the key yet."""
    held = sa.select(KeyWrap.officer_id).filter_by(department_id=department_id)
    return list(
        session.scalars(
            sa.select(Officer)
            .join(Membership)
            .where(
                Membership.department_id == department_id,
                Membership.role.in_(ALLOWED[Permission.CASES_WORK]),
                Officer.disabled_at.is_(None),
                Officer.public_key.is_not(None),
                Officer.id.not_in(held),
            )
            .order_by(Officer.id)
        )
    )


def hand_key(session: Session, desk: Desk, officer: Officer) -> None:
    """Seal the department's key to a colleague who waits for it; raises OfficerError."""
    department_id = desk.membership.department_id
    if department_id not in desk.keys:
        raise OfficerError("您自己还没有本部门的密钥，交不出去。")
    session.add(wrap_for(officer, department_id, desk.keys[department_id]))


def drop_keys(session: Session, officer: Officer) -> list[int]:
    """Delete an officer's wraps; returns the departments whose key nobody can open any more.

    Those lose their public key too: reports go to the coordinating office until somebody new
    makes a key, instead of being sealed to nobody.
    """
    held = list(session.scalars(sa.select(KeyWrap.department_id).filter_by(officer_id=officer.id)))
    session.execute(sa.delete(KeyWrap).filter_by(officer_id=officer.id))
    lost = [department for department in held if not holders(session, department)]
    if lost:
        session.execute(
            sa.update(departments).where(departments.c.id.in_(lost)).values(public_key=None)
        )
    return lost


def _keys_of(session: Session, holder: Officer, password: str) -> dict[int, bytes]:
    try:
        return unwrap_all(session, holder, password)
    except WrongPassword:
        return {}
