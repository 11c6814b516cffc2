"""Door → form → photo → receipt → asked → answered → closed → disagree → other office → closed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.life import ANSWER, FINDING, LAST, OBJECTION, QUESTION, TEXT, Life
from tests.reports.pictures import photo
from tests.services import LiveSite

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("scripts", "mode", "dark"),
    [(True, "", False), (False, "", True), (True, "elder", False)],
    ids=["plain", "without-script", "elder"],
)
def test_the_whole_life(
    chromium: Browser, proxied: tuple[LiveSite, dict[str, str]], tmp_path: Path,
    *, scripts: bool, mode: str, dark: bool,
) -> None:  # fmt: skip
    site, codes = proxied
    file = tmp_path / "IMG_20261101.jpg"
    file.write_bytes(photo("JPEG", (1600, 1200)))
    life = Life(chromium, site, file, scripts=scripts, mode=mode, dark=dark)
    life.report_from_the_door(codes["white_door"])
    life.keep_the_code()
    life.look("已收到")

    desk = life.desk_of(life.lead, TEXT)
    expect(desk.locator(".files img")).to_have_count(1)
    image = desk.request.get(desk.locator(".files img").get_attribute("src") or "")
    assert image.headers["content-type"] == "image/jpeg"
    life.move(desk, "受理")
    life.move(desk, "问举报人", QUESTION)
    life.keep(desk, "desk-asked")

    life.look("等您补充", QUESTION)
    life.answer()

    desk.reload()
    expect(desk.locator("main")).to_contain_text(ANSWER)
    expect(desk.locator(".files img")).to_have_count(2)
    life.move(desk, "办结：经核查未发现所反映的情况", FINDING)
    life.keep(desk, "desk-closed")

    life.look("已办结", FINDING)
    life.rate_and_disagree()

    other = life.desk_of("双减", TEXT, OBJECTION)
    gone = desk.goto(f"/desk/inbox/{life.number}")
    assert gone is not None
    assert gone.status == 404, "who closed it does not see it any more"
    life.move(other, "办结：情况属实，已处理", LAST)
    life.keep(other, "desk-final")

    life.look("复核办结：情况属实，已处理", LAST)
    expect(life.phone.get_by_text("不同意这个结果")).to_have_count(0)
    life.keep(life.phone, "final")
    assert [c["name"] for c in life.phone.context.cookies()] == (["mode"] if mode else [])
    life.close()
