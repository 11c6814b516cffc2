"""Bad input is the normal case: a clear sentence, 4xx, nothing stored, nothing personal logged."""

import logging

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pages import PageClient

NONSENSE = [
    "%F0%9F%99%82",
    "%ED%A0%80",
    "%E2%80%AE",
    "'%22%3E%3Cb%3E",
    "*:*",
    "((",
    "%",
]


@pytest.mark.parametrize("q", NONSENSE)
def test_search_survives_nonsense(demo_client: PageClient, q: str) -> None:
    demo_client.visit(f"/search?q={q}")


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=%00",
        "/lists/white?kind=%00",
        "/?x=a%00b",
        "/institutions/%00",
        "/v/%00",
        "/editions/%00/1",
    ],
)
def test_a_nul_is_refused_at_the_door(demo_client: PageClient, path: str) -> None:
    demo_client.visit(path, status=400)


def test_a_query_of_ten_thousand_characters_is_told_so(demo_client: PageClient) -> None:
    page = demo_client.visit("/search", status=414, query_string={"q": "培" * 10_000})
    assert "写得太长了" in page.h1


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999", "1e9", "٣"])
def test_odd_page_numbers_show_a_page(demo_client: PageClient, page: str) -> None:
    demo_client.visit(f"/lists/white?page={page}")
    demo_client.visit(f"/search?q=培训&page={page}")


@pytest.mark.parametrize(
    "path",
    [
        "/lists/grey",
        "/lists/not_found",
        "/institutions/x",
        "/editions/359901/9",
        "/editions/x/1",
        "/editions/359901/1/secret.pem",
        "/keys/..%2fsigning.pem",
        "/nowhere",
        "/static/..%2f..%2frun.py",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(demo_client: PageClient, path: str) -> None:
    demo_client.visit(path, status=404)


@pytest.mark.parametrize(
    "cookie", ["mode=%00%ff", "mode=elder; mode=x", "mingdan_desk=garbage", "=", "a" * 4000]
)
def test_broken_cookies_do_not_matter(demo_client: PageClient, cookie: str) -> None:
    demo_client.visit("/", headers={"Cookie": cookie})
    response = demo_client.raw.get("/desk/inbox", headers={"Cookie": cookie})
    assert response.status_code == 303


def test_a_form_that_is_too_large_is_refused(demo_client: PageClient) -> None:
    data = {"body": "字" * 400_000, "category": "D02"}
    page = demo_client.send("/report/new", data, status=413)
    assert "内容太大" in page.h1


def test_a_wrong_method_is_a_page(demo_client: PageClient) -> None:
    demo_client.send("/search", {}, status=405)


def test_a_refused_request_logs_one_line_without_personal_data(
    demo: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    demo.logger.setLevel(logging.INFO)
    client = PageClient(demo)
    with caplog.at_level(logging.INFO):
        client.visit("/institutions/13800138000?name=张某", status=404)
    assert len(caplog.records) == 1
    assert "138" not in caplog.text
    assert "张" not in caplog.text


def test_a_fault_of_ours_is_a_page_without_details(demo: Flask) -> None:
    @demo.get("/boom")
    def boom() -> str:
        raise RuntimeError("secret detail")

    demo.testing, demo.config["PROPAGATE_EXCEPTIONS"] = False, False
    page = PageClient(demo).visit("/boom", status=500)
    assert "secret" not in page.text


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(q=st.text(max_size=60), kind=st.text(max_size=4), area=st.text(max_size=8))
def test_no_query_is_a_fault_of_ours(demo_client: PageClient, q: str, kind: str, area: str) -> None:
    for path in ("/search", "/api/v1/institutions"):
        try:
            q.encode()
        except UnicodeEncodeError:
            return
        response = demo_client.raw.get(path, query_string={"q": q, "kind": kind, "area": area})
        assert response.status_code == (400 if "\0" in q + kind + area else 200)
