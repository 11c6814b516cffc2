"""Reference data of every instance (roles, kinds, categories, rules) and local departments."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from areas.models import Area
from departments.models import (
    Assignment,
    Category,
    Channel,
    Department,
    InstitutionKind,
    RoutingAssist,
    RoutingRole,
    RoutingRule,
)
from portal.clock import today
from portal.revision import bump_public_revision

DATA = Path(__file__).parent / "data"
_MAILBOX = re.compile(r"[^@\s]{1,64}@[^@\s]{1,120}")


class DepartmentFileError(ValueError):
    """A department file that cannot be loaded; the message names line and fault."""


def load_routing(session: Session) -> int:
    """Load roles, kinds, categories and rules where they are missing; return new rules.

    Source: the 307 rules are the table compiled from five published work plans; column `source`
    names them. `routing-own.csv` adds what only this site has: complaints about its own lists.
    """
    new = 0
    if not session.scalar(sa.select(sa.func.count(RoutingRule.id))):
        new = _load_compiled(session, list(_rows(DATA / "routing.csv")))
    own = list(_rows(DATA / "routing-own.csv"))
    known = set(session.scalars(sa.select(Category.code)))
    return new + _load_rules(session, [row for row in own if row["category"] not in known])


def _load_compiled(session: Session, rules: list[dict[str, str]]) -> int:
    session.execute(sa.insert(RoutingRole), list(_rows(DATA / "roles.csv")))
    session.execute(
        sa.insert(InstitutionKind),
        [
            {"code": row["code"], "name": row["name"], "role_code": row["role"], "position": place}
            for place, row in enumerate(_rows(DATA / "kinds.csv"))
        ],
    )
    return _load_rules(session, rules)


def _load_rules(session: Session, rules: list[dict[str, str]]) -> int:
    if rules:
        session.execute(sa.insert(Category), _categories(rules))
    session.add_all(_rule(row) for row in rules)
    bump_public_revision(session)
    session.flush()
    return len(rules)


def _categories(rules: list[dict[str, str]]) -> list[dict[str, object]]:
    # A category's official name stands in the rules; rules for one stage name that stage's variant.
    names = {row["category"]: row for row in rules if row["stage"] == "ANY"}
    return [
        {
            "code": row["code"],
            "name": names[row["code"]]["category_name"],
            "group": row["group"],
            "plain": row["plain"],
            "urgent": names[row["code"]]["urgent"] == "1",
            "position": place,
        }
        for place, row in enumerate(_rows(DATA / "categories.csv"))
        if row["code"] in names
    ]


def _rule(row: dict[str, str]) -> RoutingRule:
    return RoutingRule(
        category_code=row["category"],
        kind_code=row["inst_type"],
        stage=row["stage"],
        lead_role=row["lead"],
        fallback_role=row["fallback"],
        urgent=row["urgent"] == "1",
        legal_basis=row["legal_basis"],
        source=row["source"],
        confidence=row["confidence"],
        valid_from=today(),
        changed_by="系统初始化",
        reason="随软件提供的分办规则",
        assists=[
            RoutingAssist(role_code=role, position=place)
            for place, role in enumerate(filter(None, row["co_departments"].split("|")))
        ],
    )


def load_departments(session: Session, path: Path) -> int:
    """Load departments and the roles they fill from a CSV; returns how many were new.

    Columns: area, name, short_name, roles (codes joined by |), duties, hotline, mailbox, website.
    A department that is there already is left as it is. Raises DepartmentFileError.
    """
    new = 0
    for line, row in enumerate(_rows(path), start=2):
        try:
            new += _load_department(session, row)
        except KeyError as missing:
            raise DepartmentFileError(f"第 {line} 行：缺少或不能用 {missing}。") from None
    bump_public_revision(session)
    session.flush()
    return new


def _load_department(session: Session, row: dict[str, str]) -> int:
    if session.get(Area, row["area"]) is None:
        raise KeyError(row["area"])
    if row["mailbox"] and not _MAILBOX.fullmatch(row["mailbox"]):
        raise KeyError(row["mailbox"][:60])
    for name in ("name", "short_name", "hotline", "duties", "website"):
        column = Department.__table__.c[name].type
        if isinstance(column, sa.String) and len(row[name]) > (column.length or 0):
            raise KeyError(f"{name} 太长")
    known = session.scalar(sa.select(Department).filter_by(area_code=row["area"], name=row["name"]))
    department = known or Department(
        area_code=row["area"],
        name=row["name"],
        short_name=row["short_name"],
        duties=row["duties"],
        hotline=row["hotline"],
        mailbox=row["mailbox"],
        website=row["website"],
        channel=_channel(row),
    )
    session.add(department)
    session.flush()
    for role in filter(None, row["roles"].split("|")):
        if session.get(RoutingRole, role) is None:
            raise KeyError(role)
        taken = session.scalar(
            sa.select(Assignment.id).filter_by(area_code=row["area"], role_code=role)
        )
        if taken is None:
            session.add(
                Assignment(area_code=row["area"], role_code=role, department_id=department.id)
            )
    return int(known is None)


def _channel(row: dict[str, str]) -> Channel:
    if row["mailbox"]:
        return Channel.MAILBOX
    return Channel.WEB if row["website"] else Channel.PHONE


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                # A cell too many has no name; one too few no value.
                yield {name: (value or "").strip() for name, value in row.items() if name}
    except (OSError, UnicodeDecodeError, csv.Error):
        raise DepartmentFileError(f"打不开 {path.name}：需要 UTF-8 的 CSV 文件。") from None
