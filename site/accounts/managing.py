"""What an administrator does with accounts. Each act is in the audit log, in the same transaction.

Nobody manages the own account, so an area with an administrator keeps one.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.audit import record
from accounts.enrolment import drop_keys, holders
from accounts.invitations import invite
from accounts.models import Invitation, KeyWrap, Membership, Officer, Role
from accounts.officers import OfficerError, close_desks, new_officer
from accounts.roles import ALLOWED, Permission, departments_of
from portal.clock import now


class LastKeyError(OfficerError):
    """Nobody else of the department holds its key; done only when confirmed."""


def managed(session: Session, by: Membership) -> list[Officer]:
    """Return the officers of the administrator's area, those in use first."""
    return list(
        session.scalars(
            sa.select(Officer)
            .join(Membership)
            .where(Membership.department_id.in_(departments_of(session, by)))
            .order_by(Officer.disabled_at.is_not(None), Membership.department_id, Officer.id)
        )
    )


def add_invited(
    session: Session,
    by: Membership | None,
    username: str,
    name: str,
    department_id: int,
    role: Role,
) -> str:
    """Add an officer; returns the token of the one-time link. Raises OfficerError."""
    officer = new_officer(session, username, name, department_id, role)
    token = invite(session, officer)
    record(
        session, "accounts.invite", by, ("officer", officer.id),
        role=role.value, department=department_id,
    )  # fmt: skip
    return token


def change_role(
    session: Session, by: Membership, officer: Officer, role: Role, *, lose_key: bool
) -> None:
    """Give another role; raises LastKeyError, OfficerError. A role without reports has no key."""
    _not_oneself(by, officer)
    membership = officer.memberships[0]
    before, membership.role = membership.role, role
    lost = [] if role in ALLOWED[Permission.CASES_WORK] else _drop(session, officer, lose_key)
    close_desks(session, officer)  # an open session still holds the keys of the old role
    record(
        session, "accounts.role", by, ("officer", officer.id),
        before=before.value, after=role.value, key_lost=bool(lost),
    )  # fmt: skip


def disable(
    session: Session, by: Membership, officer: Officer, successor: Officer | None, *, lose_key: bool
) -> None:
    """Close a leaver's account: sessions, links and keys end. Raises LastKeyError, OfficerError.

    A successor is named where the department has colleagues, and is shown what the leaver had
    open; reports belong to the department.
    """
    _not_oneself(by, officer)
    if officer.disabled_at is not None:
        raise OfficerError("这个账号已经停用。")
    choice = successors(session, officer)
    if choice and successor not in choice:
        raise OfficerError("请选择一位本部门的同事接手。")
    lost = _drop(session, officer, lose_key)
    officer.disabled_at = now()
    officer.successor_id = successor.id if successor else None
    close_desks(session, officer)
    session.execute(sa.delete(Invitation).filter_by(officer_id=officer.id))
    record(
        session, "accounts.disable", by, ("officer", officer.id),
        successor=successor.id if successor else None, key_lost=bool(lost),
    )  # fmt: skip


def enable(session: Session, by: Membership, officer: Officer) -> str:
    """Open a closed account again; returns the token of a one-time link for a new password."""
    if officer.disabled_at is None:
        raise OfficerError("这个账号正在使用。")
    officer.disabled_at = officer.successor_id = None
    record(session, "accounts.enable", by, ("officer", officer.id))
    return invite(session, officer)


def reset(session: Session, by: Membership, officer: Officer, *, lose_key: bool) -> str:
    """Return the token of a link for a new password; once used, a colleague must hand the key.

    Raises LastKeyError, OfficerError.
    """
    _not_oneself(by, officer)
    if officer.disabled_at is not None:
        raise OfficerError("这个账号已经停用。")
    if is_last_holder(session, officer) and not lose_key:
        raise LastKeyError(_LAST)
    record(session, "accounts.reset", by, ("officer", officer.id))
    return invite(session, officer)


def taken_over(session: Session, officer: Officer) -> dict[int, str]:
    """Return id → name of the leavers whose work an officer has: theirs, and what they had."""
    found: dict[int, str] = {}
    heirs = [officer.id]
    while heirs:
        left = session.execute(
            sa.select(Officer.id, Officer.name).where(
                Officer.successor_id.in_(heirs), Officer.id.not_in(found)
            )
        ).all()
        found |= {row.id: row.name for row in left}
        heirs = [row.id for row in left]
    return found


def is_last_holder(session: Session, officer: Officer) -> bool:
    """Tell whether an officer holds a key that nobody else can open."""
    held = session.scalars(sa.select(KeyWrap.department_id).filter_by(officer_id=officer.id))
    return any(not holders(session, department, but=officer.id) for department in held)


def successors(session: Session, officer: Officer) -> list[Officer]:
    """Return the colleagues of an officer's department who are here."""
    return list(
        session.scalars(
            sa.select(Officer)
            .join(Membership)
            .where(
                Membership.department_id == officer.memberships[0].department_id,
                Officer.id != officer.id,
                Officer.disabled_at.is_(None),
                Officer.password_hash != "",
            )
            .order_by(Officer.id)
        )
    )


_LAST = (
    "本部门只有这个账号能打开举报。继续的话，已收到的举报只有用纸质密钥，或由协调机制办公室重新交接，"
    "才打得开：请先让同事取得密钥，或勾选确认。"
)


def _drop(session: Session, officer: Officer, lose_key: bool) -> list[int]:
    if is_last_holder(session, officer) and not lose_key:
        raise LastKeyError(_LAST)
    return drop_keys(session, officer)


def _not_oneself(by: Membership, officer: Officer) -> None:
    if officer.id == by.officer_id:
        raise OfficerError("不能改自己的账号，请另一位管理员来改。")
