"""The whole life of a report, step by step, for whoever walks it: with script, without, 长辈版."""

import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from demo.loading import SIGN_INS
from tests.browser.conftest import keep_picture, new_context
from tests.browser.states import be_somebody_else
from tests.browser.test_walk import case_with, sign_in
from tests.services import LiveSite

TEXT = "前台让我把三千六百元转到个人微信，不给发票。"
QUESTION, ANSWER = "收款人叫什么？有转账截图吗？", "是前台的王老师，截图在这里。"
FINDING, OBJECTION = "到现场看过，没有查到个人收款。", "转账截图里有收款人，请再看一次。"
LAST = "已责令退回，约谈负责人。"


class Life:
    """A parent's phone and the desks of two offices."""

    def __init__(
        self, browser: Browser, site: LiveSite, photo: Path, *, scripts: bool, mode: str, dark: bool
    ) -> None:
        self.browser, self.site, self.photo, self.scripts = browser, site, photo, scripts
        self.name = f"life{'' if scripts else '-plain'}{'-' + mode if mode else ''}"
        self.contexts: list[BrowserContext] = []
        self.phone = self.somebody(390, dark=dark)
        if mode:
            self.phone.context.add_cookies([{"name": "mode", "value": mode, "url": site.url}])
        self.code = self.number = self.lead = ""

    def somebody(self, width: int, *, dark: bool = False) -> Page:
        context = new_context(self.browser, self.site, width, scripts=self.scripts, dark=dark)
        be_somebody_else(context)
        self.contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def keep(self, page: Page, step: str) -> None:
        wide, screen = page.viewport_size["width"] if page.viewport_size else 0, 0
        if self.scripts:
            sizes = "[document.scrollingElement.scrollWidth, window.innerWidth]"
            wide, screen = page.evaluate(sizes)
            assert wide <= screen, f"{step} is {wide} px wide on a screen of {screen}"
        keep_picture(page, f"{self.name}-{step}")

    # The parent

    def report_from_the_door(self, door: str) -> None:
        """Scan, say that it does not match, choose, write, add a photo, send."""
        self.phone.goto(f"/v/{door}")
        self.phone.get_by_role("button", name="不一样").click()
        self.phone.locator("main form[action*='/report'] button").first.click()
        self.lead = self.phone.locator(".who strong").first.inner_text()
        self.phone.locator("textarea[name=body]").fill(TEXT)
        self.phone.locator("button[value=preview]").click()
        self.phone.locator("main input[type=file]").set_input_files(self.photo)
        self.keep(self.phone, "preview")
        self.phone.locator("button[value=send]").click()
        expect(self.phone.locator(".code-big")).to_be_visible()
        expect(self.phone.locator("main")).to_contain_text("拍摄地点")
        words = " ".join(self.phone.locator(".code-big").inner_text().split())
        found = re.search(r"([0-9A-Z]{4} ?){5}", words)
        assert found
        self.code = found[0].strip()
        self.keep(self.phone, "sent")

    def keep_the_code(self) -> None:
        """Retype the last group, wrongly first."""
        for last, heading in (("0000", "收到了"), (self.code[-4:].lower(), "抄对了")):
            self.phone.get_by_label(re.compile("最后四位")).fill(last)
            self.phone.get_by_role("button", name="抄好了").click()
            expect(self.phone.get_by_role("heading", level=1)).to_contain_text(heading)
        self.keep(self.phone, "kept")
        assert self.code not in self.phone.content()

    def look(self, *words: str) -> None:
        """Type the code and find these words."""
        self.phone.goto("/receipt")
        self.phone.get_by_label("查询码").fill(self.code)
        self.phone.get_by_role("button", name="查看进度").click()
        for word in words:
            expect(self.phone.locator("main")).to_contain_text(word)
        assert self.code.replace(" ", "") not in self.phone.url

    def answer(self) -> None:
        """Answer what the department asked, with a photo."""
        self.keep(self.phone, "asked")
        self.phone.get_by_label("想告诉部门什么").fill(ANSWER)
        self.phone.locator("main input[type=file]").set_input_files(self.photo)
        self.phone.get_by_role("button", name="发给部门").click()
        expect(self.phone.get_by_role("status")).to_contain_text("部门会看到")
        self.keep(self.phone, "answered")

    def rate_and_disagree(self) -> None:
        """Say what one thinks of it, and ask for another office."""
        self.keep(self.phone, "closed")
        self.phone.get_by_label("不满意", exact=True).check()
        self.phone.get_by_role("button", name="提交评价").click()
        expect(self.phone.locator("main")).to_contain_text("您的评价：不满意")
        self.phone.get_by_label("哪里不对").fill(OBJECTION)
        self.phone.get_by_role("button", name="请换个部门重新看").click()
        expect(self.phone.locator("main")).to_contain_text("换部门复核")
        self.keep(self.phone, "objected")

    # The offices

    def desk_of(self, department: str, *words: str) -> Page:
        """Sign in as an officer of a department and open the case; these words can be read."""
        desk = self.somebody(1280)
        lines = (Path(self.site.env["MINGDAN_INSTANCE"]) / SIGN_INS).read_text(encoding="utf-8")
        username = next(li.split()[0] for li in lines.splitlines() if department in li)
        sign_in(desk, self.site, username)
        if not self.number:
            self.number = case_with(desk, TEXT)
        desk.goto(f"/desk/inbox/{self.number}")
        for word in words:
            expect(desk.locator("main")).to_contain_text(word)
        return desk

    def move(self, desk: Page, label: str, words: str = "") -> None:
        """Make the next move, with words for the reporter."""
        desk.get_by_label(label, exact=True).check()
        desk.get_by_label("写给举报人的话").fill(words)
        desk.get_by_role("button", name="记下这一步").click()
        expect(desk.locator(".summary, .wrong")).to_have_count(0)
