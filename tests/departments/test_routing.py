from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from departments.deadlines import deadlines
from departments.loading import load_routing
from departments.models import (
    Assignment,
    Category,
    Department,
    InstitutionKind,
    RoutingAssist,
    RoutingRule,
)
from departments.routing import NoRoute, filled_roles, lint, resolve, stages_asked
from departments.workdays import add_workdays, is_workday, workdays_between
from portal.database import db

DISTRICT = "359901"


def test_all_307_rules_of_the_work_plans_and_our_own_load_once(app: Flask) -> None:
    rules = Counter(db.session.scalars(sa.select(RoutingRule.category_code)))
    assert rules.pop("Y01") == 8  # one per kind of institution
    assert rules.total() == 307
    assert load_routing(db.session) == 0


def test_an_instance_from_before_gets_our_own_rules(app: Flask) -> None:
    ours = sa.select(RoutingRule.id).filter_by(category_code="Y01")
    db.session.execute(sa.delete(RoutingAssist).where(RoutingAssist.rule_id.in_(ours)))
    db.session.execute(sa.delete(RoutingRule).filter_by(category_code="Y01"))
    db.session.execute(sa.delete(Category).filter_by(code="Y01"))
    assert load_routing(db.session) == 8
    assert load_routing(db.session) == 0


@pytest.mark.parametrize("area", [DISTRICT, "359900"])
def test_every_combination_has_exactly_one_lead(demo: Flask, area: str) -> None:
    db.session.execute(sa.update(Assignment).values(area_code="359900"))  # the district inherits
    in_force = sa.select(RoutingRule.category_code, RoutingRule.kind_code, RoutingRule.stage)
    counted = Counter(db.session.execute(in_force.filter_by(valid_until=None)).all())
    assert set(counted.values()) == {1}
    for category in db.session.scalars(sa.select(Category.code)).all():
        for kind in db.session.scalars(sa.select(InstitutionKind.code)).all():
            for stage in ("ANY", *stages_asked(db.session, category, kind)):
                assert (category, kind, stage) in counted
                route = resolve(db.session, category, kind, area, stage)
                assert route.lead not in route.assists


def test_an_age_group_is_asked_only_where_a_rule_depends_on_it(app: Flask) -> None:
    assert stages_asked(db.session, "A01", "WZ") == ["0-3", "ADULT"]
    assert stages_asked(db.session, "A01", "XK") == []


@pytest.mark.parametrize(
    ("category", "kind", "stage", "lead"),
    [
        ("A01", "WY", "ANY", "临江区文化体育和旅游局"),
        ("A01", "WZ", "ANY", "临江区教育局"),
        ("A01", "WZ", "0-3", "临江区卫生健康局"),
        ("B01", "WY", "ANY", "临江区教育局"),
        ("E01", "TY", "ANY", "临江区市场监督管理局"),
        ("F01", "XK", "ANY", "临江区消防救援大队"),
        ("Y01", "KJ", "ANY", "临江区科学技术局"),
        ("Z99", "KJ", "ANY", "临江区“双减”工作专门协调机制办公室"),
    ],
)
def test_the_table_decides(demo: Flask, category: str, kind: str, stage: str, lead: str) -> None:
    assert resolve(db.session, category, kind, DISTRICT, stage).lead.name == lead


def test_an_area_inherits_from_its_parent_until_it_has_its_own(demo: Flask) -> None:
    education = filled_roles(db.session, DISTRICT)["EDU"]
    db.session.execute(sa.update(Assignment).filter_by(role_code="EDU").values(area_code="359900"))
    assert filled_roles(db.session, DISTRICT)["EDU"] is education
    db.session.add(
        Assignment(area_code=DISTRICT, role_code="EDU", department=_department("新区教育局"))
    )
    assert filled_roles(db.session, DISTRICT)["EDU"].name == "新区教育局"


def test_without_departments_there_is_no_route(app: Flask) -> None:
    with pytest.raises(NoRoute):
        resolve(db.session, "A01", "XK", DISTRICT)


def test_a_department_without_key_hands_its_inbox_to_the_coordinating_office(demo: Flask) -> None:
    route = resolve(db.session, "F01", "XK", DISTRICT)
    assert route.lead.public_key is None
    assert route.inbox is route.coordinating


def test_the_linter_finds_holes_and_slips_of_the_pen(demo: Flask) -> None:
    clean = [fault for fault in lint(db.session, DISTRICT) if "经办人" not in fault]
    assert clean == []
    db.session.execute(sa.delete(Assignment).filter_by(role_code="TAX"))
    education = filled_roles(db.session, DISTRICT)["EDU"]
    education.mailbox, education.hotline = "mkg@example.gov.cn", ""
    filled_roles(db.session, DISTRICT)["SPO"].mailbox = "mgk@example.gov.cn"
    faults = "\n".join(lint(db.session, DISTRICT))
    assert "D06 × XK：主办 TAX 没有部门" in faults
    assert "mkg@example.gov.cn / mgk@example.gov.cn" in faults


def test_the_command_lists_faults_and_says_so(demo: Flask) -> None:
    result = demo.test_cli_runner().invoke(args=["departments", "lint", "--area", DISTRICT])
    assert "检查了 315 条分办规则" in result.output
    assert result.exit_code == 1  # departments without a keyed officer


def test_make_up_saturdays_are_working_days() -> None:
    assert is_workday(date(2026, 2, 14))  # made up for the Spring Festival
    assert not is_workday(date(2026, 10, 1))
    assert add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert workdays_between(date(2026, 9, 30), date(2026, 10, 9)) == 2


def test_a_year_without_published_holidays_counts_monday_to_friday() -> None:
    assert is_workday(date(2039, 3, 1))
    assert not is_workday(date(2039, 3, 5))


def test_urgent_reports_have_shorter_deadlines() -> None:
    day = date(2026, 11, 2)
    assert deadlines(day, urgent=True).accept_by < deadlines(day, urgent=False).accept_by


def _department(name: str) -> Department:
    return Department(area_code=DISTRICT, name=name, short_name=name, channel="phone")
