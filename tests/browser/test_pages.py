"""Every page type at phone and desk width: nothing wider than the screen, pictures to look at."""

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import keep_picture, new_context
from tests.browser.test_walk import sign_in
from tests.services import LiveSite

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "search": "/search?q=晨曦",
    "search-similar": "/search?q=晨羲湾培训学校",
    "search-generic": "/search?q=教育科技有限公司",
    "search-pinyin": "/search?q=chenxiwan&kind=WY",
    "search-nothing": "/search?q=霍格沃茨魔法",
    "list-white": "/lists/white",
    "list-black": "/lists/black",
    "institution": "/institutions/{white}",
    "institution-black": "/institutions/{black}",
    "institution-past": "/institutions/{black}?on=2026-11-01",
    "door": "/v/{door}",
    "door-mismatch": "/v/{door}?answered=mismatch",
    "door-suspended": "/v/{door_suspended}",
    "door-mistyped": "/v/ABCDABCDABCD",
    "poster": "/v/{door}/poster",
    "departments": "/departments",
    "editions": "/editions",
    "edition": "/editions/359901/2",
    "notices": "/notices",
    "notice": "/notices/2",
    "data": "/data",
    "data-fields": "/data/fields",
    "comparison": "/editions/359901/1..2",
    "report": "/report?institution={white}",
    "report-about": "/report?about=fees",
    "report-new": "/report/new?category=D02&institution={white}",
    "report-unlisted": "/report/new?category=A01",
    "receipt": "/receipt",
    "about": "/about",
    "about-lists": "/about/lists",
    "about-search": "/about/search",
    "about-accessibility": "/about/accessibility",
    "about-api": "/about/api",
    "design": "/about/design",
    "privacy": "/privacy",
    "missing": "/nowhere",
    "sign-in": "/desk/sign-in",
}


@pytest.fixture(scope="module")
def names(site: LiveSite) -> dict[str, str]:
    """Codes of the running instance."""
    database = sqlite3.connect(Path(site.env["MINGDAN_INSTANCE"]) / "mingdan.sqlite")
    standing = (
        "SELECT {what} FROM institutions i JOIN standings s ON s.institution_id = i.id"
        " JOIN premises p ON p.institution_id = i.id"
        " LEFT JOIN door_codes d ON d.premises_id = p.id"
        " WHERE s.until IS NULL AND s.status = ? AND {what} IS NOT NULL"
        " AND (i.valid_to IS NULL OR i.valid_to > date('now', '+1 month')) ORDER BY i.id"
    )

    def one(what: str, status: str) -> str:
        return str(database.execute(standing.format(what=what), (status,)).fetchone()[0])

    found = {
        "white": one("i.code", "white"),
        "black": one("i.code", "black"),
        "door": one("d.code", "white"),
        "door_suspended": one("d.code", "suspended"),
    }
    database.close()
    return found


def check(page: Page, path: str, picture: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status < 500, path
    keep_picture(page, picture)
    wide, screen = page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
    assert wide <= screen, f"{path} is {wide} px wide on a screen of {screen}"


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(
    chromium: Browser, site: LiveSite, names: dict[str, str], width: int
) -> None:
    context = new_context(chromium, site, width)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    for name, path in PAGES.items():
        faults.clear()
        check(page, path.format(**names), f"{name}-{width}")
        if name not in {"door-mistyped", "missing"}:
            assert not faults, f"{path}: {faults}"
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("lang", ["zh-Hant", "en"])
def test_longer_words_fit_too(
    chromium: Browser, site: LiveSite, names: dict[str, str], lang: str, width: int
) -> None:
    context = new_context(chromium, site, width)
    context.add_cookies([{"name": "lang", "value": lang, "url": site.url}])
    page = context.new_page()
    for name, path in PAGES.items():
        check(page, path.format(**names), f"{name}-{width}-{lang}")
    context.close()


@pytest.mark.parametrize(("mode", "dark"), [("elder", False), ("", True), ("elder", True)])
def test_the_same_in_large_type_and_in_the_dark(
    chromium: Browser, site: LiveSite, names: dict[str, str], mode: str, dark: bool
) -> None:
    context = new_context(chromium, site, 390, dark=dark)
    if mode:
        context.add_cookies([{"name": "mode", "value": mode, "url": site.url}])
    page = context.new_page()
    for name, path in PAGES.items():
        suffix = f"{mode}{'-dark' if dark else ''}".strip("-")
        check(page, path.format(**names), f"{name}-390-{suffix}")
    context.close()


def test_the_desk_fits_too(chromium: Browser, site: LiveSite) -> None:
    for width in (390, 1280):
        context = new_context(chromium, site, width)
        page = context.new_page()
        sign_in(page, site, "edu")
        check(page, "/desk/inbox", f"inbox-{width}")
        for name, path in (("list", ""), ("new", "/new"), ("published", "/2")):
            check(page, f"/desk/notices{path}", f"desk-notices-{name}-{width}")
        context.close()
