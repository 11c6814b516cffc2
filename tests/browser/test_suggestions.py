"""Names while one types, by keyboard and by tap; and without script nothing is missing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import keep_picture, new_context
from tests.services import LiveSite

pytestmark = pytest.mark.browser


def typed(page: Page, words: str) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially(words)
    expect(page.get_by_role("option").first).to_be_visible()


def active(page: Page) -> str:
    found = page.locator("#q").get_attribute("aria-activedescendant")
    return page.locator(f"#{found}").inner_text() if found else ""


def test_by_keyboard(parent: Page) -> None:
    box, options = parent.get_by_role("combobox"), parent.get_by_role("option")
    typed(parent, "chenxiwan")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options.first).to_contain_text("拼音")
    expect(options.first.locator(".chip")).to_have_text("白名单")
    assert active(parent) == ""
    box.press("ArrowDown")
    assert active(parent) == options.first.inner_text()
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("ArrowUp")
    assert active(parent) == ""
    box.press("ArrowUp")
    assert active(parent) == options.last.inner_text()
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(options).to_have_count(0)
    assert box.input_value() == "chenxiwan"
    box.press_sequentially("p")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    name = options.first.evaluate("option => option.dataset.name")
    with parent.expect_navigation():
        box.press("Enter")
    assert "/search?" in parent.url
    expect(parent.locator("h1")).to_contain_text(name)


def test_by_tap_and_off_when_nothing_is_typed(parent: Page) -> None:
    asked: list[str] = []
    parent.on("request", lambda r: asked.append(r.url) if "suggest?" in r.url else None)
    typed(parent, "晨曦")
    assert len(asked) == 1, "each letter asks"
    parent.locator("#q").fill("")
    expect(parent.get_by_role("option")).to_have_count(0)
    parent.wait_for_timeout(300)
    assert len(asked) == 1
    parent.locator("#q").press_sequentially("晨曦")
    with parent.expect_navigation():
        parent.get_by_role("option").first.click()
    assert "/search?" in parent.url


@pytest.mark.parametrize(("mode", "dark"), [("", False), ("", True), ("elder", False)])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_and_is_accessible(
    chromium: Browser, site: LiveSite, mode: str, dark: bool, width: int
) -> None:
    context = new_context(chromium, site, width, dark=dark)
    if mode:
        context.add_cookies([{"name": "mode", "value": mode, "url": site.url}])
    page = context.new_page()
    typed(page, "晨曦")
    page.locator("#q").press("ArrowDown")
    keep_picture(page, f"suggest-{width}{mode}{'dark' if dark else ''}")
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    found = [v["id"] for v in Axe().run(page).response["violations"]]
    assert (wide <= width, found) == (True, [])
    context.close()


def test_without_script_the_form_is_sent(chromium: Browser, site: LiveSite) -> None:
    context = new_context(chromium, site, 390, scripts=False)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.locator("#q").fill("chenxiwan")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("h1")).to_have_text(re.compile("查到"))
    page.locator("details.more summary").click()
    page.locator(".facets a", has_text="文化艺术类").click()
    assert "kind=WY" in page.url
    page.locator(".facets a[aria-current]").click()
    assert "kind=" not in page.url
    context.close()
