"""Who handles a report: category × institution kind × stage → role; role × area → department."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from areas.divisions import lineage
from departments.models import (
    Assignment,
    Category,
    Channel,
    Department,
    InstitutionKind,
    RoutingRule,
)

UNKNOWN_KIND = "WZ"
COORDINATING_ROLE = "DJB"  # “双减”工作专门协调机制办公室: what nobody else takes
SUPERVISING_ROLE = "SUP"  # 教育督导: looks again at what the coordinating office closed itself


class NoRoute(LookupError):
    """No department of the area takes this; the linter lists such holes before parents meet one."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a report goes."""

    lead: Department
    assists: tuple[Department, ...]
    coordinating: Department
    urgent: bool
    legal_basis: str

    @property
    def inbox(self) -> Department:
        """Who reads it: the lead, or the coordinating office while the lead has no key."""
        return self.lead if self.lead.public_key else self.coordinating

    @property
    def second(self) -> Department | None:
        """Who gets an urgent report at the same time and reads it as a helper does."""
        others = (d for d in (*self.assists, self.coordinating) if d.public_key)
        return next((d for d in others if d is not self.inbox), None) if self.urgent else None


def resolve(
    session: Session, category: str, kind: str, area_code: str, stage: str = "ANY"
) -> Route:
    """Return the route of a report about `kind` in an area; raises NoRoute.

    Principle: 谁主管、谁负责; 属地管理. Roles are looked up in the area, then in its parents.
    """
    rule = _rule_in_force(session, category, kind, stage)
    if rule is None:
        raise NoRoute(f"{category} × {kind}")
    filled = filled_roles(session, area_code)
    coordinating = filled.get(COORDINATING_ROLE)
    lead = filled.get(rule.lead_role) or filled.get(rule.fallback_role)
    if lead is None or coordinating is None:
        raise NoRoute(f"{category} × {kind} → {rule.lead_role}")
    assists: list[Department] = []
    for assist in rule.assists:
        department = filled.get(assist.role_code)
        if department is not None and department not in (lead, *assists):
            assists.append(department)
    return Route(lead, tuple(assists), coordinating, rule.urgent, rule.legal_basis)


def legal_basis(session: Session, category: str, kind: str) -> str:
    """Return what the rule in force names as its ground; empty where there is none."""
    rule = _rule_in_force(session, category, kind, "ANY")
    return rule.legal_basis if rule else ""


def stages_asked(session: Session, category: str, kind: str) -> list[str]:
    """Return the age groups (0-3, 3-6, ADULT) for which this combination has a rule of its own."""
    return list(
        session.scalars(
            sa.select(RoutingRule.stage)
            .filter_by(category_code=category, kind_code=kind, valid_until=None)
            .where(RoutingRule.stage != "ANY")
            .order_by(RoutingRule.stage)
        )
    )


def _rule_in_force(session: Session, category: str, kind: str, stage: str) -> RoutingRule | None:
    rules = session.scalars(
        sa.select(RoutingRule)
        .filter_by(category_code=category, kind_code=kind, valid_until=None)
        .where(RoutingRule.stage.in_([stage, "ANY"]))
        .options(selectinload(RoutingRule.assists))
    ).all()
    return next((rule for rule in rules if rule.stage == stage), None) or next(iter(rules), None)


def filled_roles(session: Session, area_code: str) -> dict[str, Department]:
    """Return role code → department for an area; what it does not fill, its parents do."""
    nearest = [area.code for area in lineage(session, area_code)]
    found = session.scalars(
        sa.select(Assignment)
        .where(Assignment.area_code.in_(nearest))
        .options(joinedload(Assignment.department))
    ).all()
    filled: dict[str, Department] = {}
    for assignment in sorted(found, key=lambda a: (nearest.index(a.area_code), a.id)):
        filled.setdefault(assignment.role_code, assignment.department)
    return filled


def lint(session: Session, area_code: str) -> Iterator[str]:
    """Yield one sentence per hole or contradiction in the routing of an area."""
    filled = filled_roles(session, area_code)
    if COORDINATING_ROLE not in filled:
        yield "没有“双减”协调机制办公室（DJB）：无法兜底，举报入口不会开放。"
    supervising = filled.get(SUPERVISING_ROLE)
    if supervising in (None, filled.get(COORDINATING_ROLE)) or supervising.public_key is None:
        yield "没有持密钥的教育督导部门（SUP）：协调机制办公室办结的，举报人不同意时没有别处复核。"
    yield from _holes(session, filled)
    departments = sorted(set(filled.values()), key=lambda department: department.id)
    for department in departments:
        yield from _contact_faults(department)
    for one, other in combinations(departments, 2):
        yield from _contradictions(one, other)


def _holes(session: Session, filled: dict[str, Department]) -> Iterator[str]:
    rules = session.scalars(
        sa.select(RoutingRule)
        .where(RoutingRule.valid_until.is_(None))
        .options(selectinload(RoutingRule.assists))
    ).all()
    ruled = {(rule.category_code, rule.kind_code) for rule in rules if rule.stage == "ANY"}
    for category in session.scalars(sa.select(Category.code)):
        for kind in session.scalars(sa.select(InstitutionKind.code)):
            if (category, kind) not in ruled:
                yield f"{category} × {kind}：没有分办规则。"
    for rule in rules:
        where = f"{rule.category_code} × {rule.kind_code}"
        if rule.lead_role not in filled:
            fallback = filled.get(rule.fallback_role)
            taken = f"，由 {fallback.name} 代收" if fallback else "，也没有代收部门"
            yield f"{where}：主办 {rule.lead_role} 没有部门{taken}。"
        for assist in rule.assists:
            if assist.role_code not in filled:
                yield f"{where}：协办 {assist.role_code} 没有部门。"


def _contact_faults(department: Department) -> Iterator[str]:
    if not (department.hotline or department.mailbox or department.website):
        yield f"{department.name}：没有电话、信箱或网站。"
    if department.channel is Channel.MAILBOX and "@" not in department.mailbox:
        yield f"{department.name}：信箱“{department.mailbox}”不是邮件地址。"
    if department.public_key is None:
        yield f"{department.name}：还没有能开启举报的经办人，由协调机制办公室代收。"


def _contradictions(one: Department, other: Department) -> Iterator[str]:
    if not one.mailbox or not other.mailbox:
        return
    if one.mailbox == other.mailbox:
        yield f"{one.name} 和 {other.name}：共用信箱 {one.mailbox}。"
    elif _nearly(one.mailbox, other.mailbox):
        # s002 prints mkg@ and mgk@ for one bureau: one of the two is a slip of the pen.
        yield f"{one.name} 和 {other.name}：信箱只差字母次序，{one.mailbox} / {other.mailbox}。"


def _nearly(one: str, other: str) -> bool:
    return one.partition("@")[2] == other.partition("@")[2] and sorted(one) == sorted(other)
