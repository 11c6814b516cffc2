"""A withheld edition's list goes out by no way, and its place in the chain stays."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.clock import today
from portal.database import db
from publishing.downloads import WHOLE, folder_of, make_files
from register.models import Edition, Institution
from tests.pages import PageClient
from tests.publishing.test_keys import flask

AREA = "359901"
DECISION = "云临教〔2026〕9号"
SITE = Path(__file__).parents[2] / "site"


def withhold(app: Flask, number: int) -> None:
    args = [AREA, str(number), "--decision", DECISION, "--text", "含有不应公开的内容。"]
    assert flask(app, "editions", "withhold", *args).exit_code == 0
    db.session.rollback()


def words(client: PageClient, path: str, status: int) -> str:
    response = client.raw.get(path)
    assert response.status_code == status, path
    said = response.get_data().decode(errors="ignore")
    response.close()
    return said


def a_name() -> str:
    return str(db.session.scalar(sa.select(Institution.name).order_by(Institution.id).limit(1)))


def test_no_file_and_no_comparison_hands_it_out(demo: Flask) -> None:
    client = PageClient(demo)
    paths = [f"/data/{scope}/{name}" for scope in (AREA, WHOLE)
             for name in ("list.json", "list.csv", "list-plain.csv", "list.xlsx")]  # fmt: skip
    for path in [*paths, f"/editions/{AREA}/1..2"]:  # so that caches hold it
        words(client, path, 200)
    withhold(demo, 2)
    paths += [f"/editions/{AREA}/2/list.{kind}" for kind in ("json", "csv", "xlsx")]
    for path in [*paths, f"/editions/{AREA}/1..2", f"/editions/{AREA}/2..1"]:
        said = words(client, path, 451)
        assert DECISION in said
        assert a_name() not in said
    assert "停止公开" in words(client, f"/api/v1/editions/{AREA}/1..2", 410)
    words(client, f"/editions/{AREA}/1/list.json", 200)
    assert flask(demo, "editions", "verify").exit_code == 0


def test_the_pages_say_so_and_offer_nothing(demo: Flask) -> None:
    client = PageClient(demo)
    name = a_name()
    assert name in client.visit(f"/editions/{AREA}/1").words
    withhold(demo, 1)
    page = client.visit(f"/editions/{AREA}/1")
    assert name not in page.words
    assert DECISION in page.words
    assert [link.rsplit("/", 1)[1] for link in page.links(f"/editions/{AREA}/1/")] == [
        "manifest.json", "manifest.sig",
    ]  # fmt: skip
    sums = page.tree.xpath("//dl[@class='facts']/div/dt/text()")
    assert "list.json" in sums  # the hashes stay
    withhold(demo, 2)
    page = client.visit("/data")
    assert DECISION in page.words
    assert page.links(f"/data/{AREA}/") == []
    feed = words(client, "/feeds/changes.atom", 200)
    assert "<entry>" not in feed


def test_the_api_says_so(demo: Flask) -> None:
    client = PageClient(demo)
    withhold(demo, 1)
    newest, first = client.raw.get("/api/v1/editions").get_json()["items"]
    assert (newest["withheld"], first["withheld"]) == (None, DECISION)
    assert first["files"][0]["sha256"]
    assert client.raw.get(f"/api/v1/editions/{AREA}/1").get_json() == first


def test_a_past_day_says_so_on_page_and_api(demo: Flask) -> None:
    client = PageClient(demo)
    code = db.session.scalar(sa.select(Institution.code).limit(1))
    day = today().isoformat()
    assert "停止公开" not in client.visit(f"/institutions/{code}?on={day}").words
    withhold(demo, 2)
    assert "停止公开" in client.visit(f"/institutions/{code}?on={day}").words
    past = client.raw.get(f"/api/v1/institutions/{code}?on={day}").get_json()
    assert "停止公开" in past["note"]
    assert (past["standing"], past["name"], past["premises"]) == (None, None, [])


@pytest.mark.parametrize("scope", [AREA, WHOLE])
def test_the_worker_drops_what_was_made_before(demo: Flask, scope: str) -> None:
    client = PageClient(demo)
    folder = folder_of(demo.config["MINGDAN"])
    words(client, f"/data/{scope}/list.json", 200)
    withhold(demo, 2)
    assert list(folder.iterdir())
    make_files(db.session, folder)
    assert list(folder.iterdir()) == []


def test_another_area_is_still_in_the_whole_file(demo: Flask) -> None:
    client = PageClient(demo)
    first, second = db.session.scalars(sa.select(Edition).order_by(Edition.number))
    first.area_code, first.number = "350503", 1  # an area that published once
    db.session.commit()
    withhold(demo, 2)
    whole = client.raw.get("/data/all/list.json")
    said = whole.get_json()
    whole.close()
    assert {each["area"] for each in said["institutions"]} == {"350503"}
    assert said["withheld"] == [{"area": AREA, "edition": 2, "decision_number": DECISION}]
    assert second.area_code == AREA


def test_list_bytes_are_read_in_one_place() -> None:
    reads = {
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*.py")
        if re.search(r"EditionFile\.content|\.files\b.*\.content", path.read_text("utf-8"))
    }
    assert reads == {"register/frozen.py", "publishing/verifying.py"}
