"""What the walk of test_walk.py leaves out, in a browser that runs no script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import new_context
from tests.browser.states import be_somebody_else, receipt_missing, report_sent
from tests.services import LiveSite

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, proxied: tuple[LiveSite, dict[str, str]]) -> Iterator[Page]:
    context = new_context(chromium, proxied[0], 390, scripts=False)
    be_somebody_else(context)
    yield context.new_page()
    context.close()


def test_large_type_and_back(page: Page) -> None:
    page.goto("/lists/black")
    page.get_by_role("button", name="长辈版").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    assert page.url.endswith("/lists/black")
    page.get_by_role("button", name="退出长辈版").click()
    expect(page.locator("html")).not_to_have_attribute("data-mode", "elder")
    assert page.context.cookies() == []


def test_lists_are_filtered_and_search_too(page: Page) -> None:
    page.goto("/lists/white")
    page.get_by_label("学什么").select_option("文化艺术类")
    page.get_by_role("button", name="筛选").click()
    assert "kind=WY" in page.url
    kinds = page.locator(".card-body .meta").all_inner_texts()
    assert kinds
    assert all("文化艺术" in kind for kind in kinds)
    page.goto("/search")
    page.locator("#q").fill("晨曦")
    page.locator("details.more summary").click()
    page.get_by_label("在哪个名单").select_option("白名单")
    page.get_by_role("button", name="按条件筛选").click()
    assert "standing=white" in page.url


def test_a_receipt_is_read_and_a_wrong_one_refused(
    page: Page, proxied: tuple[LiveSite, dict[str, str]]
) -> None:
    codes = proxied[1]
    receipt_missing(page, codes)
    report_sent(page, codes)
    code = re.sub(r"\s", "", page.locator(".code-big").inner_text())
    page.get_by_role("link", name="凭查询码看进度").click()
    page.locator("#code").fill(code)
    page.get_by_role("button", name="查看进度").click()
    expect(page.locator(".timeline")).to_contain_text("已收到")
