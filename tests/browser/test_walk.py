"""The main job in a real browser: look up → scan → does not match → tip → receipt → inbox."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.loading import SIGN_INS
from tests.accounts.signing_in import unused_code
from tests.browser.conftest import keep_picture, new_context
from tests.services import LiveSite

pytestmark = pytest.mark.browser

TEXT = "门口贴的码和页面上的地址对不上，前台说是新搬来的。"


def sign_in(page: Page, site: LiveSite, username: str) -> None:
    instance = Path(site.env["MINGDAN_INSTANCE"])
    lines = (instance / SIGN_INS).read_text(encoding="utf-8").splitlines()
    password = next(line.split()[1] for line in lines if line.split()[0] == username)
    page.goto("/desk/sign-in")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("口令").fill(password)
    page.get_by_label("动态码").fill(unused_code(instance / "mingdan.sqlite", username))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("收件")


def case_with(desk: Page, words: str) -> str:
    """Return the number of the inbox's case with these words, and stay on it.

    Numbers are random: cases due on one day come in any order.
    """
    links = desk.locator("main a[href*='/desk/inbox/']").all()
    for address in [link.get_attribute("href") or "" for link in links]:
        desk.goto(address)
        if words in desk.locator("main").inner_text():
            return desk.url.rsplit("/", 1)[1]
    raise AssertionError("no case of this inbox has these words")


def send_a_tip_from_the_door(page: Page) -> tuple[str, str]:
    """Walk as a parent does; returns the department named and the receipt code."""
    page.goto("/")
    page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("晨曦")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("晨曦")
    keep_picture(page, "walk-search")
    page.get_by_role("link", name="云浦市临江区晨曦湾书画培训中心").first.click()
    keep_picture(page, "walk-institution")
    page.locator("main a[href*='/v/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("在白名单内")
    keep_picture(page, "walk-door")
    page.get_by_role("button", name="不一样").click()
    keep_picture(page, "walk-door-mismatch")
    page.locator("main form[action*='/report'] button").first.click()
    department = re.search(r"临江区[^\s，。]+局", page.locator("main").inner_text())
    assert department
    page.locator("textarea[name=body]").fill(TEXT)
    keep_picture(page, "walk-report")
    page.get_by_role("button", name=re.compile("看一遍")).click()
    expect(page.locator("main")).to_contain_text(TEXT)
    keep_picture(page, "walk-preview")
    page.get_by_role("button", name=re.compile("发送")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("收到了")
    keep_picture(page, "walk-sent")
    words = " ".join(page.locator("main").inner_text().split())
    code = re.search(r"([0-9A-Z]{4} ?){5}", words)
    assert code
    assert code[0].replace(" ", "") not in page.url
    return department[0], code[0].strip()


@pytest.mark.parametrize("scripts", [True, False])
def test_from_search_to_the_right_inbox(chromium: Browser, site: LiveSite, scripts: bool) -> None:
    phone = new_context(chromium, site, 390, scripts=scripts)
    page = phone.new_page()
    department, code = send_a_tip_from_the_door(page)
    assert department == "临江区文化体育和旅游局"
    assert phone.cookies() == []
    page.goto("/receipt")
    page.get_by_label("查询码").fill(code.lower())
    page.get_by_role("button", name=re.compile("查")).last.click()
    expect(page.locator("main")).to_contain_text("已收到")
    keep_picture(page, "walk-receipt")

    right = new_context(chromium, site, 1280, scripts=scripts)
    desk = right.new_page()
    sign_in(desk, site, "cul")
    keep_picture(desk, "walk-inbox")
    number = case_with(desk, TEXT)
    expect(desk.locator("main")).to_contain_text(TEXT)
    keep_picture(desk, "walk-case")

    wrong = new_context(chromium, site, 1280, scripts=scripts)
    other = wrong.new_page()
    sign_in(other, site, "mkt")
    expect(other.locator("main")).not_to_contain_text(number)
    answer = other.goto(f"/desk/inbox/{number}")
    assert answer is not None
    assert answer.status == 404
    for context in (phone, right, wrong):
        context.close()
