import pytest
from flask import Flask

from portal.app import create_app
from tests.conftest import settings_in
from tests.pages import PageClient


def test_search_answers_the_agreed_shape(demo_client: PageClient) -> None:
    answer = demo_client.raw.get("/api/v1/institutions?q=晨曦").get_json()
    assert set(answer) == {
        "query", "tier", "total", "edition", "as_of", "items", "next", "filtered_out",
    }  # fmt: skip
    assert (answer["tier"], answer["total"], answer["edition"]) == ("found", 2, 2)
    assert set(answer["items"][0]) == {
        "code", "name", "uscc", "licence_no", "address", "area", "kinds", "standing",
        "matched_by", "score",
    }  # fmt: skip
    assert answer["items"][0]["matched_by"] == "name"


def test_nothing_found_is_200_without_items(demo_client: PageClient) -> None:
    response = demo_client.raw.get("/api/v1/institutions?q=霍格沃茨魔法")
    assert response.status_code == 200
    answer = response.get_json()
    assert (answer["tier"], answer["items"], answer["next"]) == ("none", [], None)


def test_paging_reaches_everything_once(demo_client: PageClient) -> None:
    seen: list[str] = []
    asked = {"q": "培训", "limit": "30"}
    while asked:
        answer = demo_client.raw.get("/api/v1/institutions", query_string=asked).get_json()
        seen += [item["code"] for item in answer["items"]]
        asked = {**asked, "after": answer["next"]} if answer["next"] else {}
    assert len(seen) == len(set(seen)) == answer["total"] > 40


def test_one_institution_with_premises_and_door_state(demo_client: PageClient) -> None:
    item = demo_client.raw.get("/api/v1/institutions?q=晨曦").get_json()["items"][0]
    one = demo_client.raw.get(f"/api/v1/institutions/{item['code']}").get_json()
    assert {key: one[key] for key in item if key in one} == {
        key: value for key, value in item.items() if key not in {"matched_by", "score"}
    }
    assert one["premises"][0]["door_code"] == "issued"


def test_an_unknown_code_is_a_json_sentence(demo_client: PageClient) -> None:
    response = demo_client.raw.get("/api/v1/institutions/NOBODY")
    assert response.status_code == 404
    assert response.get_json()["error"]["status"] == 404


@pytest.mark.parametrize("query", ["limit=x", "limit=-1", "after=0.ZZ", "limit=0"])
def test_odd_parameters_never_break(demo_client: PageClient, query: str) -> None:
    assert demo_client.raw.get(f"/api/v1/institutions?q=培训&{query}").status_code == 200


def test_the_read_limit_is_off_unless_set(demo: Flask) -> None:
    client = demo.test_client()
    assert {client.get("/api/v1/institutions?q=a").status_code for _ in range(40)} == {200}
    settings = settings_in(demo.config["MINGDAN"].instance, read_limit="3/minute")
    limited = create_app(settings).test_client()
    codes = [limited.get("/api/v1/institutions?q=a").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
