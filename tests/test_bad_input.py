"""Bad input is the normal case: a clear sentence, 4xx, nothing stored, nothing personal logged."""

import logging

import pytest
from flask import Flask

from tests.accounts.signing_in import sign_in
from tests.pages import Page, PageClient

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


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999", "1e9", "٣", "9" * 5000])
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


FORMS = (
    ("/desk/sign-in", ""),
    ("/desk/lists/urgent", "edu"),
    ("/desk/notices/new", "edu"),
    ("/desk/officers/new", "adm"),
    ("/report/new?category=D02", ""),
    ("/receipt", ""),
    ("/check/names", ""),
)


def filled(page: Page, value: str) -> dict[str, str]:
    """Every field of the page's last form, texts with a value of ours."""
    form = page.tree.xpath("//main//form")[-1]
    given = {str(c.get("name")): c.get("value") or "" for c in form.xpath(".//input[@name]")}
    texts = ".//textarea | .//input[not(@type) or @type='text' or @type='password']"
    return given | {str(control.get("name")): value for control in form.xpath(texts)}


@pytest.mark.parametrize(("path", "who"), FORMS)
@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_what_no_keyboard_types_is_no_fault_of_ours(
    demo: Flask, path: str, who: str, kind: str
) -> None:
    client = sign_in(demo, who) if who else PageClient(demo)
    page = client.visit(path)
    nul = client.raw.post(path, data=filled(page, "字\x00字"), content_type=kind)
    assert nul.status_code == 400
    assert Page(nul).h1
    for value in ("字\x07\x0b\x1f字", "\x7f", "\ufffe\u202e字", "字" * 20_000):
        answer = client.raw.post(path, data=filled(page, value), content_type=kind)
        assert answer.status_code < 500, (value, answer.status_code)
        assert "\x07" not in answer.text
