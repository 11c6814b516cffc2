"""The text of a page in its order, as a text browser or a screen reader gives it."""

import pytest
from flask import Flask

from tests.page_types import PAGES, codes_in
from tests.pages import Page, PageClient

# page: words that must follow one another, from the first on
ORDER = {
    "home": ["报名之前，先查一查", "机构名、简称或地址", "查询", "名单截至", "匿名举报"],
    "search": ["机构名、简称或地址", "查到", "名单截至", "名称一致", "在白名单内", "晨曦湾"],
    "search-nothing": ["未在本次公布的名单中查到", "不等于违法", "截至", "接下来"],
    "institution": ["在白名单内", "截至", "交费之前", "登记信息", "教学点和门", "举报这家机构"],
    "institution-black": ["已列入黑名单", "截至", "请不要交费", "登记信息"],
    "door": ["在白名单内", "截至", "门口和这里一样吗", "一样", "不一样", "类别", "门牌码"],
    "door-suspended": ["正在停业整改", "截至", "已经交了钱", "门口和这里一样吗", "类别"],
    "door-revoked": ["这张门贴已作废", "遗失补发", "接下来", "看这家机构现在的状态"],
    "door-unknown": ["不是本站的码", "请先不要付款", "接下来"],
    "report-new": ["匿名举报，第2步", "谁来办", "是否受理", "哪一家", "发生了什么", "看一遍"],
    "receipt": ["查进度", "查询码", "查看进度", "查询码丢了"],
    "editions": ["各期名单与核验", "期数", "截至", "第2期", "第1期"],
}


@pytest.fixture
def pages(demo_client: PageClient, demo: Flask) -> dict[str, Page]:
    codes = codes_in(demo.config["MINGDAN"].instance)
    return {
        name: demo_client.visit(address.format(**codes), status=status)
        for name, (address, status) in PAGES.items()
    }


def test_what_matters_comes_first(pages: dict[str, Page]) -> None:
    for name, parts in ORDER.items():
        words = " ".join(pages[name].tree.xpath("//main")[0].text_content().split())
        rest = words[words.find(parts[0]) :]
        places = [rest.find(part) for part in parts]
        assert -1 not in places, (name, dict(zip(parts, places, strict=True)))
        assert places == sorted(places), (name, dict(zip(parts, places, strict=True)))


def test_the_way_to_the_text_is_first_and_the_foot_is_last(pages: dict[str, Page]) -> None:
    for name in set(pages) - {"poster", "sign-in"}:
        words = pages[name].words
        assert words.startswith("跳到正文"), name
        ends = [words.rfind(part) for part in ("紧急情况请拨110", "关于本站", "主办")]
        assert 0 < ends[0] < ends[1] < ends[2], (name, ends)
