"""Who may do what: one table of permission → roles, for views and for rules."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.models import Membership, Role
from areas.divisions import lineage


class Permission(StrEnum):
    """What a desk route or a rule asks leave for; `accounts.access` declares it on the view."""

    ENROL = "account.enrol"  # bind a second factor, sign out: all that is open before it is bound
    OWN_ACCOUNT = "account.own"
    LISTS_READ = "lists.read"  # of all departments of the area
    LISTS_PREPARE = "lists.prepare"
    LISTS_APPROVE = "lists.approve"  # never one's own submission: publishing sees to that
    LISTS_URGENT = "lists.urgent"
    LISTS_WITHHOLD = "lists.withhold"
    NOTICES_WRITE = "notices.write"
    NOTICES_PUBLISH = "notices.publish"
    CASES_WORK = "cases.work"
    CASES_RULE = "cases.rule"  # who must: what the coordinating office passes on
    ACCOUNTS_MANAGE = "accounts.manage"
    AUDIT_READ = "audit.read"


ROLES = {
    Role.CLERK: "经办",
    Role.APPROVER: "审核",
    Role.COORDINATOR: "统筹",
    Role.ADMINISTRATOR: "管理",
}
_ALL = frozenset(Role)
_OFFICE = _ALL - {Role.ADMINISTRATOR}  # an administrator reads no report and approves no list

ALLOWED: dict[Permission, frozenset[Role]] = {
    Permission.ENROL: _ALL,
    Permission.OWN_ACCOUNT: _ALL,
    Permission.LISTS_READ: _OFFICE,
    Permission.LISTS_PREPARE: _OFFICE,
    Permission.LISTS_APPROVE: frozenset({Role.APPROVER}),
    Permission.LISTS_URGENT: _OFFICE,
    Permission.LISTS_WITHHOLD: frozenset({Role.COORDINATOR}),
    Permission.NOTICES_WRITE: _OFFICE,
    Permission.NOTICES_PUBLISH: frozenset({Role.APPROVER}),
    Permission.CASES_WORK: _OFFICE,  # the coordinating office is everybody's fallback inbox
    Permission.CASES_RULE: frozenset({Role.COORDINATOR}),
    Permission.ACCOUNTS_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Permission.AUDIT_READ: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
}

# These reach over the departments of the officer's area and below; all others stay in one's own.
AREA_WIDE = {
    Permission.LISTS_READ, Permission.LISTS_WITHHOLD, Permission.CASES_RULE,
    Permission.ACCOUNTS_MANAGE, Permission.AUDIT_READ,
}  # fmt: skip

# By table name: accounts stands below departments.
departments = sa.table(
    "departments", *map(sa.column, ("id", "area_code", "name", "short_name", "public_key"))
)


def may(
    session: Session,
    membership: Membership,
    permission: Permission,
    *,
    department_id: int | None = None,
) -> bool:
    """Tell whether an officer may do this, in a department where one is given."""
    if membership.officer.disabled_at is not None or membership.role not in ALLOWED[permission]:
        return False
    if department_id in (None, membership.department_id):
        return True
    return permission in AREA_WIDE and department_id in departments_of(session, membership)


def departments_of(session: Session, membership: Membership) -> dict[int, str]:
    """Return id → name of the departments in an officer's area and below it."""
    rows = session.execute(sa.select(departments).order_by(departments.c.id)).all()
    home = next(row.area_code for row in rows if row.id == membership.department_id)
    above = {code: {a.code for a in lineage(session, code)} for code in {r.area_code for r in rows}}
    return {row.id: row.name for row in rows if home in above[row.area_code]}
