"""From the dirty sample to a signed edition by two persons, and everywhere it must show."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import run
from portal.clock import today
from tests.browser.conftest import keep_picture, new_context
from tests.browser.test_walk import sign_in
from tests.services import LiveSite

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parents[1] / "data" / "whitelist.xlsx"
NAME = "云浦市临江区鹿鸣涧文化培训学校"
PATIENCE = 60_000  # milliseconds for the worker on a busy machine


@pytest.fixture
def live(demo_instance: Path, tmp_path: Path) -> Iterator[LiveSite]:
    """A site of its own with its worker."""
    folder = tmp_path / "instance"
    shutil.copytree(demo_instance, folder)
    with LiveSite(folder) as site:
        worker = run.start([*run.FLASK, "worker"], site.env)
        yield site
        run.end([worker])


def officer(browser: Browser, site: LiveSite, username: str) -> Page:
    page = new_context(browser, site, 1280, scripts=False).new_page()
    sign_in(page, site, username)
    return page


def until_read(page: Page) -> None:
    """The page asks again by itself; nothing here reloads it."""
    expect(page.get_by_role("heading", name="发现的问题")).to_be_visible(timeout=PATIENCE)


def upload_and_settle(page: Page) -> None:
    page.get_by_role("link", name="名单", exact=True).click()
    page.get_by_role("link", name="报送名单").click()
    keep_picture(page, "desk-new")
    page.get_by_label("表格").set_input_files(SAMPLE)
    page.get_by_role("button", name="上传").click()
    until_read(page)
    keep_picture(page, "desk-findings")
    expect(page.locator("#submit")).to_contain_text("还不能送审")
    # The sheet is older than what stands, and speaks for more than the officer wants.
    page.get_by_text("不对？改涵盖范围").click()
    page.get_by_label("只是新增和变更").check()
    page.get_by_label("截至日期").fill(today().isoformat())
    page.get_by_label("拦截的行这次先不公布").check()
    keep_picture(page, "desk-coverage")
    page.get_by_role("button", name="改好了，重新比对").click()
    until_read(page)
    page.get_by_role("link", name=re.compile("^请确认")).click()
    while (boxes := page.get_by_label("我核对过", exact=True)).count():
        for box in boxes.all():
            box.check()
        page.get_by_role("button", name="保存改动和确认").click()
        page.get_by_role("link", name=re.compile("^请确认")).click()
    expect(page.locator("#findings")).to_contain_text("教育局经办（演示）")
    page.get_by_label("理由").fill("补报上半年新设机构")
    page.get_by_label("涵盖范围和改动我都核对过").check()
    keep_picture(page, "desk-submit")
    page.set_viewport_size({"width": 390, "height": 844})
    keep_picture(page, "desk-submit-narrow")
    page.set_viewport_size({"width": 1280, "height": 844})
    page.get_by_role("button", name="送审").click()
    expect(page.locator("main")).to_contain_text("等另一位同事审核")


def shown_everywhere(page: Page, number: int) -> None:
    page.goto(f"/search?q={NAME}")
    page.get_by_role("link", name=NAME).first.click()
    expect(page.locator("main")).to_contain_text(f"第{number}期")
    code = page.url.rsplit("/", 1)[1]
    page.locator("main a[href*='/v/']").first.click()
    expect(page.locator("main")).to_contain_text(f"第{number}期")
    page.goto(f"/search?q={NAME}")
    expect(page.locator("main")).to_contain_text(f"第{number}期")
    answer = page.request.get(f"/api/v1/institutions?q={NAME}").json()
    assert answer["edition"] == number
    assert code in page.request.get("/api/v1/institutions?q=" + NAME).text()
    assert f"第{number}期名单" in page.request.get("/feeds/changes.atom").text()
    assert f"第{number}期名单" in page.request.get(f"/institutions/{code}/changes.atom").text()
    assert page.request.get(f"/editions/359901/{number}/manifest.json").json()["number"] == number
    assert NAME in page.request.get(f"/editions/359901/{number}/list.csv").text()


def test_two_persons_publish_the_dirty_sample(chromium: Browser, live: LiveSite) -> None:
    clerk = officer(chromium, live, "edu")
    upload_and_settle(clerk)
    expect(clerk.get_by_role("button", name="批准公布")).to_have_count(0)
    path = clerk.url
    assert clerk.request.post(path + "/approval").status == 403

    approver = officer(chromium, live, "edu2")
    approver.goto(path)
    keep_picture(approver, "desk-approve")
    approver.get_by_role("button", name="批准公布").click()
    published = approver.get_by_role("heading", name=re.compile("已公布：第"))
    expect(published).to_be_visible(timeout=PATIENCE)
    keep_picture(approver, "desk-published")
    number = int(re.sub(r"\D", "", published.inner_text()))
    shown_everywhere(approver, number)
    for page in (clerk, approver):
        page.goto("/desk/lists")
        expect(page.locator("main")).to_contain_text(f"第{number}期")
        keep_picture(page, "desk-lists")
        page.context.close()
