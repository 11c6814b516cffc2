"""axe-core finds nothing on any public page, in any language, mode or light."""

from itertools import cycle, product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from portal.i18n import DEFAULT, LANGUAGES
from tests.browser.conftest import new_context
from tests.browser.states import STATES, be_somebody_else
from tests.page_types import PAGES
from tests.services import LiveSite

pytestmark = pytest.mark.browser

Proxied = tuple[LiveSite, dict[str, str]]
Look = tuple[str, str, bool]  # language, mode, dark
LOOKS: list[Look] = list(product(LANGUAGES, ("", "elder"), (False, True)))
PLAIN: Look = (DEFAULT, "", False)
axe = Axe()


def page_as(browser: Browser, site: LiveSite, look: Look) -> Page:
    language, mode, dark = look
    context = new_context(browser, site, 390, dark=dark)
    be_somebody_else(context)
    chosen = {"lang": "" if language == DEFAULT else language, "mode": mode}
    cookies = [{"name": n, "value": v, "url": site.url} for n, v in chosen.items() if v]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context.new_page()


def bring_up(page: Page, name: str, codes: dict[str, str]) -> None:
    if name in STATES:
        STATES[name](page, codes)
        return
    address, status = PAGES[name]
    answer = page.goto(address.format(**codes))
    assert answer is not None
    assert answer.status == status, name


def violations(page: Page) -> list[str]:
    found = axe.run(page).response["violations"]
    return [f"{v['id']}: {[n['target'] for n in v['nodes']]} {v['help']}" for v in found]


def check(browser: Browser, proxied: Proxied, look: Look, names: list[str]) -> None:
    site, codes = proxied
    page = page_as(browser, site, look)
    faults = {}
    for name in names:
        bring_up(page, name, codes)
        language = look[0] if name != "sign-in" else DEFAULT  # the desk knows one
        assert page.locator("html").get_attribute("lang") == LANGUAGES[language][1]
        if found := violations(page):
            faults[name] = found
    page.context.close()
    assert not faults, faults


def test_no_page_has_a_fault(chromium: Browser, proxied: Proxied) -> None:
    check(chromium, proxied, PLAIN, [*PAGES, *STATES])


def sample() -> list[tuple[Look, list[str]]]:
    """Deal every second page over the other looks."""
    others = [look for look in LOOKS if look != PLAIN]
    dealt: dict[Look, list[str]] = {look: [] for look in others}
    for name, look in zip([*PAGES, *STATES][::2], cycle(others), strict=False):
        dealt[look].append(name)
    return list(dealt.items())


@pytest.mark.parametrize(("look", "names"), sample())
def test_nor_in_another_look(
    chromium: Browser, proxied: Proxied, look: Look, names: list[str]
) -> None:
    check(chromium, proxied, look, names)


@pytest.mark.long
@pytest.mark.parametrize("look", [look for look in LOOKS if look != PLAIN])
def test_nor_anywhere(chromium: Browser, proxied: Proxied, look: Look) -> None:
    check(chromium, proxied, look, [*PAGES, *STATES])


def test_axe_finds_a_planted_fault(chromium: Browser, proxied: Proxied) -> None:
    page = page_as(chromium, proxied[0], PLAIN)
    page.goto("/")
    page.evaluate("document.querySelector('label').remove()")
    assert violations(page)
    page.context.close()
