"""The demo district shows every standing, is fictional, and is loaded as an officer would."""

import re
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from demo.loading import DATA, SIGN_INS, _moved, tell_demo
from departments.models import Department
from portal.database import db
from publishing.models import SheetFinding
from register.institutions import counts
from register.models import Institution


def test_every_standing_occurs_and_most_licences_are_valid(demo: Flask) -> None:
    numbers = counts(db.session, [])
    assert set(numbers) == {
        "white", "expired", "rectifying", "suspended", "black", "removed", "closed",
    }  # fmt: skip
    assert numbers["white"] > 0.7 * sum(numbers.values())


def test_it_was_clean_when_it_was_published(demo: Flask) -> None:
    severities = db.session.scalars(sa.select(SheetFinding.severity)).all()
    assert "BLOCK" not in severities


def test_what_a_newcomer_is_told(demo: Flask) -> None:
    settings = demo.config["MINGDAN"]
    told = "\n".join(tell_demo(db.session, settings))
    door = re.search(r"http://127\.0\.0\.1:8000(/v/[0-9a-z]{12})", told)
    assert door
    page = demo.test_client().get(door[1])
    assert page.status_code == 200
    assert 'data-standing="white"' in page.get_data(as_text=True)
    institution = re.search(r"/institutions/[0-9A-Z]{8}", told)
    assert institution
    assert demo.test_client().get(institution[0]).status_code == 200
    assert (settings.instance / SIGN_INS).stat().st_mode & 0o077 == 0


def test_mail_can_reach_nobody(demo: Flask) -> None:
    for mailbox in db.session.scalars(sa.select(Department.mailbox)):
        assert mailbox.endswith("@example.gov.cn")


def test_institutions_stand_in_the_invented_district(demo: Flask) -> None:
    assert set(db.session.scalars(sa.select(Institution.area_code))) == {"359901"}
    for file in Path(DATA).glob("*.csv"):
        assert not re.search(r"\b1[3-9]\d{9}\b", file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2024, 5, 31), 29, date(2026, 10, 31)),
        (date(2024, 6, 30), 8, date(2025, 2, 28)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
    ],
)
def test_dates_move_by_whole_months(day: date, months: int, moved: date) -> None:
    assert _moved(day, months) == moved
