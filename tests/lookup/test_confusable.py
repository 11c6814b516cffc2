"""有一家名字很像，别认错: on the demo district and with planted pairs."""

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from portal.database import db
from register.models import Institution, Status
from tests.lookup.planting import indexed, plant
from tests.pages import Page, PageClient

WARNING = "名字很像，别认错"


def found(client: PageClient, q: str, **filters: str) -> Page:
    return client.visit("/search", query_string={"q": q, **filters})


def box(page: Page) -> html.HtmlElement:
    (only,) = page.tree.xpath("//section[@aria-labelledby='alike']")
    return only


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def names(page: Page) -> list[str]:
    """Return the names side by side, each as one word."""
    return [
        "".join(name.text_content().split())
        for name in box(page).xpath(".//*[@class='alike-name']")
    ]


def marked(page: Page) -> list[str]:
    return [str(text) for text in box(page).xpath(".//*[@class='differs']/text()")]


def test_a_listed_name_beside_the_black_listed_one_it_sounds_like(demo: Flask) -> None:
    plant("临江区青荷书画教育咨询工作室", Status.BLACK, "临江区青石街道学府路181号")
    indexed("临江区青禾书画艺术培训中心")
    page = found(PageClient(demo), "青禾书画")
    assert names(page) == ["临江区青禾书画艺术培训中心", "临江区青荷书画教育咨询工作室"]
    assert marked(page) == ["禾", "荷"]
    assert box(page).xpath(".//@data-standing") == ["white", "black"]
    text = words(box(page))
    assert "有一家名字很像，别认错" in text
    assert "学府路118号" in text
    assert "学府路181号" in text
    (sentence,) = box(page).xpath(".//p[@class='hidden']/text()")
    assert all(part in sentence for part in ("“禾”", "“荷”", "两家机构"))


@pytest.mark.parametrize(
    ("listed", "typed", "differ"),
    [
        ("临江区晨希湾舞蹈学校", "晨羲湾舞蹈学校", ["羲", "希"]),
        ("小新星英语培训中心", "小星星英语培训中心", ["星", "新"]),
        ("新小星英语培训中心", "小新星英语", ["小新", "新小"]),
        ("重阳舞蹈中心", "虫阳舞蹈中心", ["虫", "重"]),
        ("朝阳舞蹈中心", "招阳舞蹈", ["招", "朝"]),
        ("朝阳舞蹈中心", "潮阳舞蹈", ["潮", "朝"]),
    ],
)
def test_a_name_on_no_list_beside_the_listed_one(
    demo: Flask, listed: str, typed: str, differ: list[str]
) -> None:
    indexed(listed)
    page = found(PageClient(demo), typed)
    at = names(page).index(listed)
    assert (names(page)[0], at > 0) == (typed, True)
    assert "您写的，名单上没有" in words(box(page))
    assert "是两家机构" not in page.words
    assert {*"".join(marked(page))} >= {*"".join(differ)}


@pytest.mark.parametrize(
    ("q", "typed", "black"),
    [
        ("锦鲤舞蹈被处罚过吗", "锦鲤舞蹈过", "云浦市临江区锦鲤舞蹈学校"),
        ("星河湾教育", "星河湾教育", "云浦市星河湾家政服务有限公司"),
        ("请问满天心正规吗", "满天心", "云浦市临江区满天星培训中心"),
    ],
)
def test_a_typed_name_is_not_said_to_be_another_institution(
    demo_client: PageClient, q: str, typed: str, black: str
) -> None:
    page = found(demo_client, q)
    assert names(page) == [typed, black]
    text = words(box(page))
    assert "名单上没有这个写法：可能就是这一家，也可能是另一家" in text
    assert "是两家机构" not in text
    assert "别认错" not in text


def test_the_demo_district_has_one_pair_by_character_and_one_by_brand(
    demo_client: PageClient,
) -> None:
    assert names(found(demo_client, "揽月美术")) == [
        "云浦市临江区揽月美术工作室有限公司",
        "云浦市临江区霁月美术工作室有限公司",
    ]
    page = found(demo_client, "朗读亭课外培训学校")
    assert names(page)[1:] == ["云浦市临江区朗读亭科技培训中心"]
    assert marked(page) == []
    assert "招牌一样，是两家机构" in words(box(page))


def test_ordinary_names_of_the_demo_district_have_no_warning(demo_client: PageClient) -> None:
    warned = set()
    for name in db.session.scalars(sa.select(Institution.name)).all():
        if WARNING in found(demo_client, name).words:
            warned.add(name.removeprefix("云浦市").removeprefix("临江区")[:2])
    assert warned == {"朗读", "揽月", "霁月", "慕言"}


def test_who_shares_only_generic_words_is_no_lookalike(demo: Flask) -> None:
    indexed("海豚教育科技有限公司", "云浦市临江区斑马教育科技有限公司")
    client = PageClient(demo)
    for q in ("海豚教育科技有限公司", "教育科技有限公司", "长颈鹿教育科技有限公司"):
        assert WARNING not in found(client, q).words


@pytest.mark.parametrize("filters", [{"kind": "TY"}, {"standing": "white"}, {"area": "110000"}])
def test_black_listed_lookalikes_come_whatever_the_filters(
    demo: Flask, filters: dict[str, str]
) -> None:
    plant("青荷书画工作室", Status.BLACK, kind="KJ")
    plant("清河书画工作室", Status.WHITE, kind="KJ")
    indexed("青禾书画中心")
    page = found(PageClient(demo), "青禾书画", **filters)
    assert "青荷书画工作室" in names(page)
    assert ("清河书画工作室" in names(page)) == (filters == {"standing": "white"})


@pytest.mark.parametrize("filters", [{"kind": "TY"}, {"standing": "white"}, {"area": "110000"}])
def test_a_black_listed_name_is_told_whatever_the_filters(
    demo: Flask, filters: dict[str, str]
) -> None:
    plant("海豚书画工作室", Status.BLACK)
    indexed()
    client = PageClient(demo)
    page = found(client, "海豚书画", **filters)
    assert page.tree.xpath("//section[@aria-labelledby='black-anyway']//@data-standing") == [
        "black"
    ]
    for admitted in ({}, {"standing": "black"}, {"kind": "WY"}):
        page = found(client, "海豚书画", **admitted)
        assert not page.tree.xpath("//section[@aria-labelledby='black-anyway']")


def test_at_most_five_and_the_black_listed_first(demo: Flask) -> None:
    for name in ("清河", "清荷", "轻禾", "晴和", "青合", "倾荷"):
        plant(f"{name}书画中心")
    plant("庆禾舞蹈中心", Status.WHITE)  # qing, in another tone
    plant("青鹤钢琴中心", Status.BLACK)
    indexed("青禾书画中心")
    shown = names(found(PageClient(demo), "青禾书画"))
    assert (shown[0], shown[1], len(shown)) == ("青禾书画中心", "青鹤钢琴中心", 6)


def test_the_black_listed_come_first_whichever_found_name_they_resemble(demo: Flask) -> None:
    for name in ("青禾园", "清禾园", "轻禾园", "青荷园", "清和园", "青河园"):
        plant(f"{name}书画中心")
    plant("青荷轩书画中心", Status.BLACK)
    indexed("青禾轩书画中心")
    shown = names(found(PageClient(demo), "青禾"))
    assert shown[:3] == ["青禾轩书画中心", "青荷轩书画中心", "青禾园书画中心"]
    assert len(shown) == 7


def test_a_former_name_may_be_the_one_to_mind(demo: Flask) -> None:
    plant("墨池书法中心", former="青荷书画社")
    indexed("青禾书画中心")
    page = found(PageClient(demo), "青禾书画")
    assert names(page) == ["青禾书画中心", "青荷书画社"]
    assert "现在的名字是“墨池书法中心”" in words(box(page))


def test_further_pages_do_not_repeat_the_warning(demo: Flask) -> None:
    for number in range(25):
        plant(f"青禾书画第{number}校区")
    indexed("青荷书画中心")
    client = PageClient(demo)
    first = found(client, "青禾书画")
    assert WARNING in first.words
    (following,) = first.tree.xpath("//a[@rel='next']/@href")
    assert WARNING not in client.visit(following).words
