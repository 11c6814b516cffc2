"""Who can open what: keys are made once and handed on only by somebody who holds them."""

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.enrolment import EnrolmentError, enrol
from accounts.keys import WrongPassword, unwrap_all
from accounts.models import KeyWrap, Officer, Role
from accounts.officers import OfficerError, at_desk, check_password, open_desk
from departments.models import Department
from portal.clock import now
from portal.database import db

FIRST, SECOND = "correct horse battery", "another long password"


@pytest.fixture
def department(demo: Flask) -> int:
    """A department nobody has a key for yet."""
    return db.session.scalars(sa.select(Department.id).filter_by(short_name="区消防大队")).one()


def first(department: int) -> Officer:
    return enrol(db.session, "fire1", "消防一", FIRST, department, Role.CLERK)


def test_the_first_officer_makes_the_key(department: int) -> None:
    officer = first(department)
    keys = unwrap_all(db.session, officer, FIRST)
    assert list(keys) == [department]
    assert db.session.get_one(Department, department).public_key is not None
    with pytest.raises(WrongPassword):
        unwrap_all(db.session, officer, SECOND)


def test_a_colleague_hands_the_same_key_on(department: int) -> None:
    mine = unwrap_all(db.session, first(department), FIRST)
    second = enrol(db.session, "fire2", "消防二", SECOND, department, Role.CLERK, "fire1", FIRST)
    assert unwrap_all(db.session, second, SECOND) == mine


@pytest.mark.parametrize(("colleague", "password"), [("", ""), ("fire1", SECOND), ("edu", FIRST)])
def test_nobody_else_can_hand_it_on(department: int, colleague: str, password: str) -> None:
    first(department)
    with pytest.raises(EnrolmentError):
        enrol(db.session, "fire2", "消防二", SECOND, department, Role.CLERK, colleague, password)
    assert (
        db.session.scalar(sa.select(sa.func.count(KeyWrap.id)).filter_by(department_id=department))
        == 1
    )


def test_short_passwords_and_taken_names_are_refused(department: int) -> None:
    with pytest.raises(OfficerError, match="至少"):
        enrol(db.session, "fire1", "消防一", "short", department, Role.CLERK)
    db.session.rollback()
    with pytest.raises(OfficerError, match="已经有人"):
        enrol(db.session, "edu", "消防一", FIRST, department, Role.CLERK)


def test_a_session_ends_by_time_and_when_the_officer_leaves(department: int) -> None:
    officer = first(department)
    token = open_desk(db.session, officer, FIRST)
    db.session.flush()
    desk = at_desk(db.session, token)
    assert desk is not None
    assert desk.keys.keys() == {department}
    officer.disabled_at = now()
    assert at_desk(db.session, token) is None
    assert check_password(db.session, "fire1", FIRST) is None
    assert at_desk(db.session, "no such token") is None


def test_the_command_adds_an_officer(demo: Flask, department: int) -> None:
    args = ["officers", "add", "fire1", "--name", "消防一", "--department", str(department),
            "--password", FIRST]  # fmt: skip
    result = demo.test_cli_runner().invoke(args=args)
    assert result.exit_code == 0, result.output
    assert check_password(db.session, "fire1", FIRST) is not None
    assert "fire1" in demo.test_cli_runner().invoke(args=["officers", "list"]).output
