"""A real Chromium on the real server over a copy of the demo instance."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.page_types import codes_in
from tests.services import CHROMIUM, CHROMIUM_FLAGS, LiveSite, need


@pytest.fixture(scope="session")
def site(demo_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    folder = tmp_path_factory.mktemp("live") / "instance"
    shutil.copytree(demo_instance, folder)
    with LiveSite(folder) as live:
        yield live


@pytest.fixture(scope="session")
def proxied(
    demo_instance: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LiveSite, dict[str, str]]]:
    """The site behind a proxy, where a test can be any client; and the codes of its pages."""
    folder = tmp_path_factory.mktemp("proxied") / "instance"
    shutil.copytree(demo_instance, folder)
    codes = codes_in(folder)
    with LiveSite(folder, {"MINGDAN_TRUSTED_PROXIES": "1"}) as live:
        yield live, codes


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(CHROMIUM_FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def parent(chromium: Browser, site: LiveSite) -> Iterator[Page]:
    """A parent's phone."""
    yield from _page(chromium, site, 390, scripts=True)


def _page(browser: Browser, site: LiveSite, width: int, *, scripts: bool) -> Iterator[Page]:
    context = new_context(browser, site, width, scripts=scripts)
    page = context.new_page()
    yield page
    context.close()


def new_context(
    browser: Browser, site: LiveSite, width: int, *, scripts: bool = True, dark: bool = False
) -> BrowserContext:
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 844},
        device_scale_factor=2 if width < 600 else 1,
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        locale="zh-CN",
    )
    context.set_default_timeout(15_000)
    return context


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture to look at, where MINGDAN_PICTURES names a folder."""
    folder = os.environ.get("MINGDAN_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
