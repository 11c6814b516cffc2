"""Institutions, doors, editions and areas for machines: what the pages say, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from doorcodes.models import DoorCode
from portal.app import create_app
from portal.clock import today
from portal.database import db
from register.comparison import Difference, added_up
from register.models import Change, ChangeKind, Edition, Institution
from tests.conftest import settings_in
from tests.page_types import codes_in
from tests.pages import PageClient
from tests.register.test_history import THEN

API = "/api/v1"


def moved() -> str:
    code = db.session.scalar(
        sa.select(Institution.code).join(Change).where(Change.kind == ChangeKind.MOVED)
    )
    assert code is not None
    return code


def test_page_and_api_give_one_verdict_on_every_day(demo_client: PageClient) -> None:
    first = db.session.scalar(sa.select(Edition.as_of).order_by(Edition.number))
    assert first is not None
    for day in (today(), today() - timedelta(1), first, first - timedelta(1)):
        answer = demo_client.raw.get(f"{API}/institutions/{moved()}?on={day}").get_json()
        page = demo_client.visit(f"/institutions/{moved()}?on={day}")
        shown = page.tree.xpath(THEN)
        assert shown == ([answer["standing"]] if answer["standing"] else []), day
        assert answer["note"] in page.words
        assert answer["on"] == day.isoformat()


@pytest.mark.parametrize("on", ["2999-01-01", "x", ""])
def test_a_day_that_cannot_be_asked_for_is_a_sentence(demo_client: PageClient, on: str) -> None:
    answer = demo_client.raw.get(f"{API}/institutions/{moved()}?on={on}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"].endswith("。")


def test_a_door_says_whose_it_is(demo: Flask, demo_client: PageClient) -> None:
    codes = codes_in(demo.config["MINGDAN"].instance)
    answer = demo_client.raw.get(f"{API}/doors/{codes['suspended_door'].lower()}").get_json()
    assert answer["institution"]["standing"] == "suspended"
    assert answer["premises"]["address"]
    for code, status in (("revoked_door", 410), ("unknown_door", 404)):
        refusal = demo_client.raw.get(f"{API}/doors/{codes[code]}")
        assert refusal.status_code == refusal.get_json()["error"]["status"] == status
    assert "遗失补发" in demo_client.raw.get(f"{API}/doors/{codes['revoked_door']}").text
    assert "抄错" in demo_client.raw.get(f"{API}/doors/ABCDABCDABCD").text


def test_editions_come_newest_first_and_lead_to_their_bytes(demo_client: PageClient) -> None:
    one = demo_client.raw.get(f"{API}/editions?limit=1").get_json()
    other = demo_client.raw.get(f"{API}/editions?limit=1&after={one['next']}").get_json()
    assert [a["items"][0]["number"] for a in (one, other)] == [2, 1]
    assert other["next"] is None
    assert one["items"][0]["previous_sha256"] == other["items"][0]["manifest_sha256"]
    alone = demo_client.raw.get(f"{API}/editions/359901/2").get_json()
    assert alone == one["items"][0]
    for file in alone["files"]:
        path = file["address"].removeprefix("http://127.0.0.1:8000")
        assert len(demo_client.raw.get(path).data) == file["size"]
    assert demo_client.raw.get(f"{API}/editions?area=350502").get_json()["items"] == []


def test_all_pages_of_a_comparison_make_the_later_list(demo_client: PageClient) -> None:
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = demo_client.raw.get(f"{API}/editions/359901/1..2?limit=7&after={after}").get_json()
        found += page["items"]
        after = page["next"]
    was, now = (
        demo_client.raw.get(f"/editions/359901/{n}/list.json").get_json()["institutions"]
        for n in (1, 2)
    )
    changes = [Difference(each["code"], each["name"], each["fields"]) for each in found]
    assert len(found) > 7
    assert added_up(was, changes) == now


def test_areas_departments_and_categories(demo_client: PageClient) -> None:
    [area] = demo_client.raw.get(f"{API}/areas").get_json()["items"]
    assert (area["code"], area["edition"], area["fresh"]) == ("359901", 2, True)
    departments = demo_client.raw.get(f"{API}/departments").get_json()["items"]
    assert any("EDU" in department["roles"] for department in departments)
    categories = demo_client.raw.get(f"{API}/categories").get_json()
    assert {"D02", "A04"} <= {category["code"] for category in categories["items"]}
    assert {"code": "TY", "name": "体育类"} in categories["kinds"]


def test_other_sites_may_read_and_not_write(demo_client: PageClient) -> None:
    for path in (
        f"{API}/areas",
        f"{API}/nothing",
        "/feeds/changes.atom",
        "/editions/359901/1/list.json",
    ):
        answer = demo_client.raw.get(path)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", path
    asked = demo_client.raw.options(f"{API}/areas", headers={"Origin": "https://example.org"})
    assert "POST" not in asked.headers["Access-Control-Allow-Methods"]
    for path in ("/", "/report", "/receipt", "/desk/sign-in", "/check/names"):
        assert "Access-Control-Allow-Origin" not in demo_client.raw.get(path).headers, path
    written = demo_client.raw.post(f"{API}/areas")
    assert "Access-Control-Allow-Origin" not in written.headers


def test_an_answer_that_is_known_is_not_sent_again(demo_client: PageClient) -> None:
    for path in (f"{API}/areas", f"{API}/institutions/{moved()}", f"{API}/institutions?q=晨曦"):
        for encoding in ("identity", "br"):
            headers = {"Accept-Encoding": encoding}
            first = demo_client.raw.get(path, headers=headers)
            assert first.headers["Cache-Control"] == "public, no-cache"
            headers["If-None-Match"] = first.headers["ETag"]
            again = demo_client.raw.get(path, headers=headers)
            assert (again.status_code, again.data) == (304, b""), path


def test_who_asks_too_often_is_told_when_to_come_back(demo: Flask) -> None:
    settings = settings_in(demo.config["MINGDAN"].instance, read_limit="2/minute")
    client = create_app(settings).test_client()
    door = db.session.scalar(sa.select(DoorCode.code).limit(1))
    for path in ("areas", f"doors/{door}", "editions", "openapi.json"):
        answers = [client.get(f"{API}/{path}") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429], path
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
        assert answers[-1].get_json()["error"]["status"] == 429


def test_a_withdrawn_institution_is_not_there(demo: Flask, demo_client: PageClient) -> None:
    institution = db.session.scalars(sa.select(Institution)).first()
    assert institution is not None
    for standing in institution.standings:
        standing.until, standing.withdrawn = standing.since, True
    db.session.commit()
    for query in ("", f"?on={today()}"):
        answer = demo_client.raw.get(f"{API}/institutions/{institution.code}{query}")
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("institutions?q=晨曦", {"edition", "as_of"}),
        ("institutions/{white}", {"edition", "as_of", "fresh"}),
        ("doors/{white_door}", {"edition", "as_of", "fresh"}),
        ("areas", set()), ("departments", set()), ("categories", set()), ("editions", set()),
        ("editions/359901/1", {"as_of", "fresh"}), ("editions/359901/1..2", set()),
    ],
)  # fmt: skip
def test_which_answers_say_as_of_when(
    demo: Flask, demo_client: PageClient, path: str, says: set[str]
) -> None:
    """As docs/api.md has it."""
    codes = codes_in(demo.config["MINGDAN"].instance)
    answer = demo_client.raw.get("/api/v1/" + path.format(**codes)).get_json()
    assert answer.keys() & {"edition", "as_of", "fresh"} == says
