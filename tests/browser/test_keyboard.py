"""Every public task with Tab and Enter only; at each stop the focus can be seen."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import new_context
from tests.browser.states import be_somebody_else
from tests.services import LiveSite

pytestmark = pytest.mark.browser

STOPS = 150  # more stops than any page has
FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const label = e.labels && e.labels[0];
  const words = (label ? label.innerText : e.innerText) || e.value || '';
  return {
    words: words.trim(), tag: e.tagName,
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
  };
}"""


class Keyboard:
    """A reader without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def focus(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def tab_to(self, words: str) -> None:
        """Go to what says this, and see where one is all along."""
        for _ in range(STOPS):
            self.page.keyboard.press("Tab")
            at = self.focus()
            if at["tag"] == "BODY":
                continue  # round the end of the page
            assert at["ring"], f"no ring around {at} on {self.page.url}"
            assert at["seen"], f"out of sight: {at} on {self.page.url}"
            if re.search(words, at["words"]):
                return
        raise AssertionError(f"nothing says {words} on {self.page.url}")

    def follow(self, words: str) -> None:
        self.tab_to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self.tab_to(label)
        self.page.keyboard.insert_text(text)

    def heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)


@pytest.fixture(params=["", "elder"])
def keyboard(
    chromium: Browser, proxied: tuple[LiveSite, dict[str, str]], request: pytest.FixtureRequest
) -> Iterator[Keyboard]:
    site, _ = proxied
    context = new_context(chromium, site, 1280)
    be_somebody_else(context)
    page = context.new_page()
    page.goto("/")
    keys = Keyboard(page)
    if request.param:
        keys.follow("^长辈版$")
        expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    yield keys
    context.close()


def test_from_search_to_the_state_of_a_tip(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.write("机构名、简称或地址", "晨曦")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keyboard.heading("晨曦")
    keyboard.follow("晨曦湾书画培训中心")
    keyboard.follow("看这扇门的码")
    keyboard.heading("在白名单内")
    keyboard.follow("^不一样$")
    keyboard.follow("反映这扇门对不上")
    keyboard.follow("看一遍再发")  # with nothing written
    expect(page.locator(".summary")).to_be_visible()
    keyboard.tab_to(str(page.locator(".summary a").first.inner_text()))
    page.keyboard.press("Enter")
    assert keyboard.focus()["tag"] == "TEXTAREA"
    page.keyboard.insert_text("门口的地址和页面上的对不上。")
    keyboard.follow("看一遍再发")
    keyboard.follow("匿名发送")
    keyboard.heading("收到了")
    code = re.sub(r"\s", "", page.locator(".code-big").inner_text())
    keyboard.follow("凭查询码看进度")
    keyboard.write("查询码", code)
    keyboard.follow("查看进度")
    expect(page.locator("main")).to_contain_text("已收到")


def test_lists_are_filtered(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.follow("^看名单$")
    keyboard.tab_to("学什么")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#kind").input_value()
    assert chosen
    keyboard.follow("^筛选$")
    assert f"kind={chosen}" in page.url
    assert page.locator("#kind").input_value() == chosen


def test_the_first_key_leads_past_the_head(keyboard: Keyboard) -> None:
    page = keyboard.page
    page.goto("/lists/white")
    page.keyboard.press("Tab")
    assert keyboard.focus()["words"] == "跳到正文"
    page.keyboard.press("Enter")
    keyboard.tab_to(".")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_mode_and_language_are_switched_and_back(keyboard: Keyboard) -> None:
    page = keyboard.page
    elder = page.locator("html").get_attribute("data-mode") == "elder"
    keyboard.follow("退出长辈版" if elder else "^长辈版$")
    assert (page.locator("html").get_attribute("data-mode") == "elder") == (not elder)
    keyboard.follow("^English$")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    keyboard.follow("^简体$")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
