"""The tip in a browser: how long it takes, what the script adds, and leaving at once."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, FilePayload, Page, Route, expect

from tests.browser.conftest import keep_picture, new_context
from tests.browser.states import Codes, be_somebody_else, report_preview, report_sent
from tests.services import LiveSite

pytestmark = pytest.mark.browser

# Seconds a hurried parent needs: to look at a page, to find and tap something, for a character.
LOOK, TAP, CHARACTER = 5, 2, 1
WORDS = "码是别处的，地址不对"


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def parent(
    request: pytest.FixtureRequest, chromium: Browser, proxied: tuple[LiveSite, Codes]
) -> Iterator[tuple[Page, Codes, bool]]:
    context = new_context(chromium, proxied[0], 360, scripts=request.param)
    be_somebody_else(context)
    yield context.new_page(), proxied[1], request.param
    context.close()


def test_from_the_door_to_sent_in_a_minute(parent: tuple[Page, Codes, bool]) -> None:
    page, codes, _scripts = parent
    page.goto(f"/v/{codes['white_door']}")
    seconds = LOOK
    for tap in ("button[value=mismatch]", "main form[action*='/report/new'] button"):
        page.locator(tap).first.click()
        seconds += TAP + LOOK
    assert page.locator("main form :is(textarea, input:not([type=hidden]))").count() <= 5
    page.locator("textarea").fill(WORDS)
    seconds += TAP + CHARACTER * len(WORDS)
    for tap in ("button[value=preview]", "button[value=send]"):
        page.locator(tap).click()
        seconds += TAP + LOOK
    expect(page.locator(".code-big")).to_be_visible()
    assert seconds <= 60
    assert not page.locator("main").get_by_text(WORDS).count(), "the answer repeats nothing"


def test_the_script_does_the_proof_and_so_more_can_be_sent(
    parent: tuple[Page, Codes, bool],
) -> None:
    page, codes, scripts = parent
    for _ in range(3):
        report_sent(page, codes)
    report_preview(page, codes)
    page.locator("button[value=send]").click()
    if scripts:
        expect(page.locator(".code-big")).to_be_visible()
    else:
        expect(page.locator(".summary")).to_contain_text("还没有发出去")
        expect(page.locator("main")).to_contain_text("前台昨天叫我")
        keep_picture(page, "report-busy")


def test_no_address_names_it_and_going_back_never_shows_it_again(
    parent: tuple[Page, Codes, bool],
) -> None:
    page, codes, _scripts = parent
    page.goto(f"/institutions/{codes['white']}")
    name = page.locator("h1").inner_text()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("main form[action$='/report'] button").click()
    keep_picture(page, "report-choices")
    for choice in ("fees", "D02"):
        page.locator(f"button[value={choice}]").click()
    page.locator("textarea").fill(WORDS)
    for tap in ("button[value=preview]", "button[value=send]"):
        page.locator(tap).click()
    expect(page.locator(".code-big")).to_be_visible()
    assert not [url for url in asked if "/report?" in url or "/report/new?" in url]
    for _step in ("preview", "form", "categories", "choices"):
        with suppress(Error):  # it would have to be sent again
            page.go_back()
        page.wait_for_timeout(300)  # the browser's own page in its place
        shown = page.locator("body").inner_text()
        assert WORDS not in shown
        assert name not in shown


def test_it_can_be_left_at_once(parent: tuple[Page, Codes, bool]) -> None:
    page, codes, scripts = parent
    asked: list[str | None] = []

    def answer(route: Route) -> None:
        asked.append(route.request.header_value("referer"))
        route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")

    page.route("https://www.weather.com.cn/**", answer)
    report_preview(page, codes)
    before = page.evaluate("history.length") if scripts else 0
    page.locator(".leave").click()
    page.wait_for_url("https://www.weather.com.cn/")
    assert asked == [None]
    if scripts:
        assert page.evaluate("history.length") == before


def test_the_script_says_at_once_that_files_are_too_much(
    parent: tuple[Page, Codes, bool],
) -> None:
    page, codes, scripts = parent
    report_preview(page, codes)
    chosen = page.locator("main input[type=file]")
    for count, said in ((6, scripts), (5, False)):
        photo: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"x"}
        chosen.set_input_files([photo] * count)
        assert bool(chosen.evaluate("field => field.validationMessage")) is said
