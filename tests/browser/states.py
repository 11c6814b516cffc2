"""Public pages that only an act brings up: refused forms, limits, a receipt that is not there."""

import itertools
import re
from collections.abc import Callable

from playwright.sync_api import APIResponse, BrowserContext, Page, expect

Codes = dict[str, str]
clients = itertools.count(1)


def be_somebody_else(context: BrowserContext) -> None:
    """Ask from an address of one's own, so that limits count nobody else."""
    number = next(clients)
    address = f"10.{number >> 8 & 255}.{number & 255}.1"
    context.set_extra_http_headers({"X-Forwarded-For": address})


def report_refused(page: Page, codes: Codes) -> None:
    page.goto("/report/new?category=A01")
    page.locator("main form button").last.click()
    expect(page.locator(".summary")).to_be_visible()


def receipt_refused(page: Page, codes: Codes) -> None:
    page.goto("/receipt")
    page.locator("main form button").last.click()
    expect(page.locator(".summary")).to_be_visible()


def receipt_missing(page: Page, codes: Codes) -> None:
    page.goto("/receipt")
    page.locator("#code").fill("AAAA BBBB CCCC DDDD EEEE")
    page.locator("main form button").last.click()
    expect(page.locator(".summary")).to_be_visible()


def report_preview(page: Page, codes: Codes) -> None:
    page.goto(f"/report/new?category=D02&institution={codes['white']}")
    page.locator("textarea[name=body]").fill("前台昨天叫我把学费付到13800138000的微信。")
    page.locator("button[value=preview]").click()
    expect(page.locator("button[value=send]")).to_be_visible()


def report_sent(page: Page, codes: Codes) -> None:
    report_preview(page, codes)
    page.locator("button[value=send]").click()
    expect(page.locator(".code-big")).to_be_visible()


def receipt_found(page: Page, codes: Codes) -> None:
    report_sent(page, codes)
    code = re.sub(r"\s", "", page.locator(".code-big").inner_text())
    page.goto("/receipt")
    page.locator("#code").fill(code)
    page.locator("main form button").last.click()
    expect(page.locator(".timeline")).to_be_visible()


def code_kept(page: Page, codes: Codes) -> None:
    report_sent(page, codes)
    page.locator("#last").fill(re.sub(r"\s", "", page.locator(".code-big").inner_text())[-4:])
    page.locator("main form button").first.click()
    expect(page.locator(".code-big")).to_have_count(0)


def answer_refused(page: Page, codes: Codes) -> None:
    receipt_found(page, codes)
    page.locator("main form[action$=answer] button").click()
    expect(page.locator(".wrong")).to_be_visible()


def answer_sent(page: Page, codes: Codes) -> None:
    receipt_found(page, codes)
    page.locator("#text").fill("王老师每个周六上午都在。")
    page.locator("main form[action$=answer] button").click()
    expect(page.locator(".talk")).to_be_visible()


def names_checked(page: Page, codes: Codes) -> None:
    page.goto("/check/names")
    page.locator("#names").fill("晨曦湾培训学校\n晨羲湾培训学校\n霍格沃茨魔法")
    page.locator("main form button").first.click()
    expect(page.locator(".checked")).to_be_visible()


def too_many(page: Page, codes: Codes) -> None:
    def tap() -> APIResponse:
        return page.request.post(
            f"/v/{codes['white_door']}/answer", data="answer=match", max_redirects=0,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip

    while tap().status != 429:
        pass
    page.goto(f"/v/{codes['white_door']}")
    page.locator(".answers button").first.click()
    expect(page.locator("main")).to_contain_text("429")


STATES: dict[str, Callable[[Page, Codes], None]] = {
    "report-refused": report_refused,
    "receipt-refused": receipt_refused,
    "receipt-missing": receipt_missing,
    "report-preview": report_preview,
    "report-sent": report_sent,
    "receipt-found": receipt_found,
    "code-kept": code_kept,
    "answer-refused": answer_refused,
    "answer-sent": answer_sent,
    "names-checked": names_checked,
    "too-many": too_many,
}
