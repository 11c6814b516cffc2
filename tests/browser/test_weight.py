"""What a scan costs: one page, one stylesheet that stays, and nothing else."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import new_context
from tests.services import LiveSite

pytestmark = pytest.mark.browser

WINDOW = 14 * 1024


class Wire:
    """What comes over the network, the icon of the tab aside."""

    def __init__(self, page: Page) -> None:
        self.fetched: list[str] = []
        self.size = 0
        self._counted: set[str] = set()
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.on("Network.responseReceived", self._received)
        tools.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        if not answer["fromDiskCache"] and "favicon" not in answer["url"]:
            self.fetched.append(event["type"])
            self._counted.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._counted:
            self.size += event["encodedDataLength"]


def test_a_scan_is_one_page_and_one_stylesheet_that_stays(
    chromium: Browser, proxied: tuple[LiveSite, dict[str, str]]
) -> None:
    site, codes = proxied
    context = new_context(chromium, site, 390)
    page = context.new_page()
    first = Wire(page)
    page.goto(f"/v/{codes['white_door']}", wait_until="networkidle")
    assert sorted(first.fetched) == ["Document", "Stylesheet"]
    assert first.size <= WINDOW
    page.goto("about:blank")
    again = context.new_page()
    second = Wire(again)
    again.goto(f"/v/{codes['suspended_door']}", wait_until="networkidle")
    assert second.fetched == ["Document"]
    assert context.cookies() == []
    context.close()
