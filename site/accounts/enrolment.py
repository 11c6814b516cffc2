"""Bringing an officer into a department, with the key to what is sealed for it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.keys import WrongPassword, new_private_key, unwrap_all, wrap_for
from accounts.models import KeyWrap, Officer, Role
from accounts.officers import add_officer, check_password

# By table name: accounts stands below departments.
_departments = sa.table("departments", sa.column("id"), sa.column("name"), sa.column("public_key"))


class EnrolmentError(ValueError):
    """The officer cannot be given the department's key; the message says why."""


def enrol(  # noqa: PLR0913 - a person, a place and who vouches
    session: Session, username: str, name: str, password: str, department_id: int, role: Role,
    colleague: str = "", colleague_password: str = "",
) -> Officer:  # fmt: skip
    """Add an officer who can open the department's reports; raises OfficerError, EnrolmentError.

    The first officer of a department makes its key pair. A later one gets the private key from a
    colleague who holds it: nobody else can give it, the server least of all.
    """
    exists = session.scalar(sa.select(_departments.c.id).filter_by(id=department_id))
    if exists is None:
        raise EnrolmentError(f"没有编号为 {department_id} 的部门。")
    private_key = _private_key(session, department_id, colleague, colleague_password)
    officer = add_officer(session, username, name, password, department_id, role)
    session.add(wrap_for(officer, department_id, private_key, password))
    return officer


def _private_key(
    session: Session, department_id: int, colleague: str, colleague_password: str
) -> bytes:
    holders = session.scalar(
        sa.select(sa.func.count(KeyWrap.id)).filter_by(department_id=department_id)
    )
    if not holders:
        private_key, public_key = new_private_key()
        session.execute(
            sa.update(_departments).filter_by(id=department_id).values(public_key=public_key)
        )
        return private_key
    if not colleague:
        raise EnrolmentError("这个部门已有密钥：请用 --with 指定一位能开启举报的同事。")
    holder = check_password(session, colleague, colleague_password)
    keys = _keys_of(session, holder, colleague_password) if holder else {}
    if department_id not in keys:
        raise EnrolmentError("同事的登录名或口令不对，或他没有这个部门的密钥。")
    return keys[department_id]


def _keys_of(session: Session, holder: Officer, password: str) -> dict[int, bytes]:
    try:
        return unwrap_all(session, holder, password)
    except WrongPassword:
        return {}
