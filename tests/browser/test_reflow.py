"""Letters twice as large, by the browser's own setting: nothing is cut off, nothing runs out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import keep_picture, new_context
from tests.page_types import PAGES
from tests.services import CHROMIUM, CHROMIUM_FLAGS, LiveSite

pytestmark = pytest.mark.browser

CUT = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
  const style = getComputedStyle(e);
  return !e.closest('.hidden, svg, thead, textarea') && e.clientHeight > 1
    && ['hidden', 'clip'].includes(style.overflowY) && e.scrollHeight > e.clientHeight + 1;
}).map(e => e.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def large_letters(chromium: Browser) -> Iterator[Browser]:
    flags = [*CHROMIUM_FLAGS, "--blink-settings=defaultFontSize=32"]
    browser = chromium.browser_type.launch(executable_path=str(CHROMIUM), args=flags)
    yield browser
    browser.close()


@pytest.mark.parametrize(("width", "mode"), [(390, ""), (1280, "elder")])
def test_letters_twice_as_large(
    large_letters: Browser, proxied: tuple[LiveSite, dict[str, str]], width: int, mode: str
) -> None:
    site, codes = proxied
    context = new_context(large_letters, site, width)
    if mode:
        context.add_cookies([{"name": "mode", "value": mode, "url": site.url}])
    page = context.new_page()
    faults: dict[str, object] = {}
    for name, (address, _) in PAGES.items():
        page.goto(address.format(**codes))
        keep_picture(page, f"twice-{name}-{width}{mode}")
        size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        assert size >= 32
        wide, screen = page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
        if wide > screen or (cut := page.evaluate(CUT)):
            faults[name] = wide if wide > screen else cut
    context.close()
    assert not faults, faults
