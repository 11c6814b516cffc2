"""A list too old to rely on is said to be so on each of its pages, and to machines."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.clock import today
from portal.database import db
from register.models import Edition
from tests.page_types import codes_in
from tests.pages import PageClient

PAGES = (
    "/", "/search?q=晨曦", "/search", "/lists/white", "/institutions/{white}",
    "/institutions/{black}?on={day}", "/v/{white_door}", "/editions", "/editions/359901/1",
    "/editions/359901/1..2", "/data", "/check/names",
)  # fmt: skip


def grown_old(days: int) -> None:
    for edition in db.session.scalars(sa.select(Edition)):
        edition.as_of = today() - timedelta(days=days + 2 - edition.number)
    db.session.commit()


@pytest.mark.parametrize(("days", "stale"), [(31, False), (32, True)])
def test_after_31_days_every_page_of_the_list_says_so(
    demo: Flask, demo_client: PageClient, days: int, stale: bool
) -> None:
    codes = codes_in(demo.config["MINGDAN"].instance) | {"day": str(today())}
    grown_old(days)
    for path in PAGES:
        page = demo_client.visit(path.format(**codes))
        found = page.tree.xpath("//header//p[@class='stale']")
        assert bool(found) == stale, path
        if stale:
            assert "32天没有更新" in found[0].text_content()
    for path in (f"institutions/{codes['white']}", f"doors/{codes['white_door']}"):
        answer = demo_client.raw.get(f"/api/v1/{path}").get_json()
        assert answer["fresh"] is not stale
    assert demo_client.raw.get("/api/v1/areas").get_json()["items"][0]["fresh"] is not stale


def test_where_nothing_is_said_of_a_list_nothing_is_said_of_its_age(
    demo: Flask, demo_client: PageClient
) -> None:
    grown_old(100)
    for path in ("/report", "/receipt", "/privacy", "/about"):
        assert "没有更新" not in demo_client.visit(path).words
