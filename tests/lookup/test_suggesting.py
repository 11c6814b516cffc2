"""Names while one types: an answer for a script, and nothing that is missed without it."""

import logging

import pytest
from flask import Flask

from register.models import Status
from tests.lookup.planting import indexed, plant
from tests.pages import PageClient


def suggested(client: PageClient, q: str) -> list[dict[str, str]]:
    response = client.raw.get("/search/suggest", query_string={"q": q})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    items: list[dict[str, str]] = response.get_json()["items"]
    return items


@pytest.mark.parametrize(
    ("q", "how"), [("晨曦", "简称"), ("chenxi", "拼音"), ("cxwpx", "首字母"), ("晨羲湾", "同音")]
)
def test_names_come_with_how_they_were_found(demo_client: PageClient, q: str, how: str) -> None:
    first = suggested(demo_client, q)[0]
    assert set(first) == {
        *("code", "name", "standing", "verdict", "address"),
        *("matched_by", "matched"),
    }
    assert ("晨曦湾" in first["name"], first["matched"]) == (True, how)
    assert demo_client.visit(f"/institutions/{first['code']}").h1 == first["name"]


def test_words_in_common_use_suggest_nobody(demo: Flask) -> None:
    client = PageClient(demo)
    for q in ("培训", "教育科技有限公司", "云浦市", "临江区"):
        assert suggested(client, q) == [], q
    indexed("教育科技有限公司")  # whose whole name it is
    assert [one["name"] for one in suggested(client, "教育科技有限公司")] == ["教育科技有限公司"]


def test_a_black_listed_name_is_marked_and_two_of_one_name_are_told_apart(demo: Flask) -> None:
    plant("海豚书画中心", Status.BLACK, address="望海路9号")
    plant("海豚书画中心", address="文昌街1号")
    indexed()
    both = {one["standing"]: one for one in suggested(PageClient(demo), "海豚书画")}
    assert (both["black"]["verdict"], both["black"]["address"]) == ("黑名单", "望海路9号")
    assert (both["white"]["verdict"], both["white"]["address"]) == ("白名单", "文昌街1号")


def test_there_are_at_most_eight(demo: Flask) -> None:
    indexed(*(f"海豚湾第{number}校区" for number in range(12)))
    assert len(suggested(PageClient(demo), "海豚")) == 8


@pytest.mark.parametrize("q", ["", " ", "，", "晨" * 51, "\U0001f600", "%", "<script>", "\ud800"])
def test_odd_words_suggest_nothing(demo_client: PageClient, q: str) -> None:
    address = "/search/suggest?q=%ED%A0%80" if q == "\ud800" else "/search/suggest"
    response = demo_client.raw.get(address, query_string=None if q == "\ud800" else {"q": q})
    assert response.get_json() == {"items": []}


def test_nothing_typed_is_logged(demo: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        suggested(PageClient(demo), "晨曦湾")
    assert "晨曦" not in caplog.text


def test_the_script_is_small_and_comes_last(demo_client: PageClient) -> None:
    page = demo_client.visit("/")
    (script,) = page.tree.xpath("//script[@defer]/@src")
    response = demo_client.raw.get(script)
    assert len(response.get_data()) <= 3 * 1024
    assert "immutable" in response.headers["Cache-Control"]
    assert page.tree.xpath("//input[@data-suggest='/search/suggest']")
