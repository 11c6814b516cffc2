"""The search and the match of many names over the API."""

import hashlib
from typing import Any

import pytest
from flask import Flask

from portal.limits import NAME_CHECKS_PER_CLIENT
from register.models import Status
from tests.lookup.planting import indexed, plant
from tests.pages import PageClient

SEARCH, MATCH = "/api/v1/institutions", "/api/v1/match"
LISTED = "云浦市临江区晨曦湾培训学校"
ITEM = {"name", "tier", "standing", "verdict", "code", "matches", "lookalikes"}


def search(client: PageClient, **asked: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.raw.get(SEARCH, query_string=asked).get_json()
    return answer


def match(client: PageClient, *names: object) -> list[dict[str, Any]]:
    response = client.raw.post(MATCH, json={"names": list(names)})
    assert response.status_code == 200, response.get_data(as_text=True)
    answer = response.get_json()
    assert set(answer) == {"edition", "as_of", "items"}
    items: list[dict[str, Any]] = answer["items"]
    return items


@pytest.mark.parametrize(
    ("q", "how"), [("晨曦湾", "name"), ("chenxiwan", "sound"), ("cxwpx", "initials")]
)
def test_each_item_says_how_it_matched(demo_client: PageClient, q: str, how: str) -> None:
    first = search(demo_client, q=q)["items"][0]
    assert first["matched_by"] == how
    assert 0 < first["score"] <= 1


def test_nothing_asked_is_nothing_found(demo_client: PageClient) -> None:
    answer = search(demo_client)
    assert (answer["tier"], answer["total"], answer["items"]) == ("none", 0, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [("standing", "blak"), ("standing", "not_found"), ("kind", "QQ"), ("kind", "XKX"),
     ("area", "999999"), ("area", "3599011"), ("area", "临江")],
)  # fmt: skip
def test_a_filter_that_asks_for_what_there_is_not_is_refused(
    demo_client: PageClient, name: str, value: str
) -> None:
    response = demo_client.raw.get(SEARCH, query_string={"q": "晨曦湾", name: value})
    assert response.status_code == 400
    assert f"参数 {name} 不对" in response.get_json()["error"]["message"]


def test_what_the_filters_keep_back_is_counted(demo_client: PageClient) -> None:
    assert search(demo_client, q="晨曦湾", standing="black")["filtered_out"] == 2
    assert search(demo_client, q="晨曦湾", standing="white")["filtered_out"] == 0
    assert search(demo_client, q="霍格沃茨", standing="white")["filtered_out"] == 0


def test_filters_alone_are_told_what_is_missing(demo_client: PageClient) -> None:
    response = demo_client.raw.get(SEARCH, query_string={"q": " ", "standing": "black"})
    assert response.status_code == 400
    assert "没有写 q" in response.get_json()["error"]["message"]


@pytest.mark.parametrize("after", ["x", "20", "-1.A", "9999999999.A", "٣.A"])
def test_a_damaged_place_is_refused_in_a_sentence(demo_client: PageClient, after: str) -> None:
    response = demo_client.raw.get(SEARCH, query_string={"q": "晨", "after": after})
    assert response.status_code == 400
    assert "after" in response.get_json()["error"]["message"]


def test_names_are_matched_with_the_verdict_of_the_page(demo: Flask) -> None:
    plant("青荷书画工作室", Status.BLACK)
    indexed("青禾书画中心")
    client = PageClient(demo)
    items = match(client, LISTED, "青禾书画中心", "霍格沃茨魔法学校", "教育科技有限公司", LISTED)
    assert all(set(item) == ITEM for item in items)
    listed, near, missing, general, again = items
    assert (listed["standing"], listed["tier"]) == ("white", "found")
    assert listed["verdict"] == client.visit(f"/institutions/{listed['code']}").tree.xpath(
        "string(//*[@class='verdict-word'])"
    )
    assert again == listed
    assert near["lookalikes"][0]["standing"] == "black"
    assert (missing["standing"], missing["code"]) == ("not_found", None)
    assert (missing["verdict"], missing["matches"]) == ("未在名单中查到", [])
    assert (general["standing"], general["verdict"]) == (None, "写得太笼统，请写全名。")


def test_a_code_settles_who_is_meant_but_not_for_another_name(demo_client: PageClient) -> None:
    one = search(demo_client, q="52359901MJ118HDD19")["items"][0]
    both, code_only, other, unknown = match(
        demo_client,
        {"name": one["name"], "uscc": one["uscc"]},
        {"uscc": one["uscc"]},
        {"name": "霍格沃茨魔法学校", "uscc": one["uscc"]},
        {"name": LISTED, "uscc": "91350100MA00000000"},
    )
    assert both["code"] == code_only["code"] == one["code"]
    for item in (other, unknown):
        assert (item["code"], item["standing"], item["matches"]) == (None, None, [])
        assert item["verdict"] == "名称和代码对不上，请核对。"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ("[]", "names 应是一个列表"),
        ("{}", "names 应是一个列表"),
        ('{"names": []}', "至少写一个名字"),
        ('{"names": "晨曦"}', "names 应是一个列表"),
        ('{"names": [1]}', "第 1 个写错了"),
        ('{"names": ["晨曦", {"name": ["x"]}]}', "第 2 个写错了"),
        ('{"names": [null]}', "第 1 个没有写名字"),
        ('{"names": ["，"]}', "第 1 个没有写名字"),
        ('{"names": ["' + "晨" * 201 + '"]}', "第 1 个太长了"),
        ('{"names": [' + ",".join(['"晨"'] * 201) + "]}", "一次最多查 200 家，这里有 201 家"),
        ("names=晨曦", "请发 JSON"),
        ("[" * 100_000, "请发 JSON"),
        ("\x00", "请发 JSON"),
    ],
)
def test_refusals_are_clear_sentences(demo_client: PageClient, sent: str, sentence: str) -> None:
    response = demo_client.raw.post(MATCH, data=sent.encode(), content_type="application/json")
    assert response.status_code == 400
    assert sentence in response.get_json()["error"]["message"]


def test_what_is_too_large_is_refused_as_json(demo_client: PageClient) -> None:
    response = demo_client.raw.post(MATCH, data=b"x" * 300_000, content_type="application/json")
    assert response.status_code == 413
    assert response.get_json()["error"]["status"] == 413


def test_two_hundred_names_at_once(demo_client: PageClient) -> None:
    assert len(match(demo_client, *[f"晨曦湾{number}" for number in range(200)])) == 200


def test_too_many_checks_in_an_hour_wait(demo_client: PageClient) -> None:
    most = int(NAME_CHECKS_PER_CLIENT.partition("/")[0])
    codes = [demo_client.raw.post(MATCH, json={}).status_code for _ in range(most + 1)]
    assert codes == [400] * most + [429]


def test_nothing_sent_is_kept(demo: Flask, caplog: pytest.LogCaptureFixture) -> None:
    folder = demo.config["MINGDAN"].instance
    client = PageClient(demo)

    def files() -> dict[str, str]:
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".db-shm"
        }

    search(client, q="晨曦")
    before = files()
    with caplog.at_level("DEBUG"):
        match(client, "海豚湾书画中心")
    assert files() == before
    assert "海豚" not in caplog.text
