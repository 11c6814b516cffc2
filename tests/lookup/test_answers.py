"""How a hit answers is said and marked, what was found divides into facets, pages follow by key."""

import re

import pytest
from flask import Flask
from lxml import html

from areas.models import Area
from portal.database import db
from register.models import Status
from tests.lookup.planting import AREA, indexed, plant
from tests.pages import Page, PageClient


def cards(page: Page) -> dict[str, html.HtmlElement]:
    """Return name → card."""
    return {
        "".join(card.xpath(".//*[@class='card-name']")[0].text_content().split()): card
        for card in page.tree.xpath("//main//li[@class='card']")
    }


def how(card: html.HtmlElement) -> str:
    return "".join(card.xpath("string(.//*[@class='how'])").split())


def marked(element: html.HtmlElement) -> list[str]:
    return [mark.text_content() for mark in element.xpath(".//mark")]


@pytest.fixture
def client(demo: Flask) -> PageClient:
    one = plant("临江区海豚湾书画中心", address="临江区望海路9号星海大厦", former="白鲸书画社")
    one.uscc, one.premises[0].name = "52359901MJ1234567X", "海豚湾书画中心灯塔校区"
    plant("海豚湾", Status.BLACK, kind="TY")
    indexed()
    return PageClient(demo)


NAME = "临江区海豚湾书画中心"


@pytest.mark.parametrize(
    ("q", "said", "shown"),
    [
        (NAME, "全名一致", [NAME]),
        ("海豚湾", "简称", ["海豚湾"]),
        ("海豚灣書畫", "名称里有这些字", ["海豚湾书画"]),
        ("haitunwan", "拼音", ["海豚湾"]),
        ("haitunwans", "拼音", ["海豚湾书"]),
        ("htws", "首字母", ["海豚湾书"]),
        ("白鲸", "曾用名：白鲸书画社", ["白鲸"]),
        ("灯塔校区", "教学点：海豚湾书画中心灯塔校区", ["灯塔校区"]),
        ("52359901MJ1234567X", "代码一致：52359901MJ1234567X", ["52359901MJ1234567X"]),
        ("34567x", "代码末位：52359901MJ1234567X", ["34567X"]),
        ("MJ12345", "代码中间：52359901MJ1234567X", ["MJ12345"]),
        ("海豚湾书画正规吗", "名称里有这些字", ["海豚湾书画"]),
    ],
)
def test_each_hit_says_how_it_matched(
    client: PageClient, q: str, said: str, shown: list[str]
) -> None:
    card = cards(client.visit("/search", query_string={"q": q}))[NAME]
    assert how(card) == said
    assert marked(card) == shown


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("海吞湾书画中心", "同音"),
        ("海豚港书画中心", "差一个字"),
        ("haitunwanshuhuo", "拼音相近"),
    ],
)
def test_what_is_only_like_it_says_how(client: PageClient, q: str, said: str) -> None:
    card = cards(client.visit("/search", query_string={"q": q}))[NAME]
    assert (how(card), marked(card)) == (said, [])


def test_an_area_that_no_name_has_is_not_said_to_be_in_the_name(demo: Flask) -> None:
    one = db.session.get(Area, AREA)
    assert one
    one.name = "临江区"
    plant("海豚书画中心")
    plant("临江区海豚舞蹈中心")
    indexed()
    client = PageClient(demo)
    found = cards(client.visit("/search?q=临江海豚"))
    assert how(found["海豚书画中心"]) == "名称里有“海豚”，地区也对得上"
    assert how(found["临江区海豚舞蹈中心"]) == "名称里有这些字"


def test_a_page_of_many_counts_only_itself_and_says_so(demo: Flask) -> None:
    indexed(*(f"海豚湾第{number}校区" for number in range(25)))
    page = PageClient(demo).visit("/search?q=海豚湾")
    assert page.h1 == "“海豚湾”查到25家"
    assert "本页20家" in page.words
    assert "本页" not in PageClient(demo).visit("/search?q=晨曦湾").words


def test_an_address_is_marked_where_it_is_shown(client: PageClient) -> None:
    for q, shown in (("海豚湾 星海大厦", ["海豚湾", "星海大厦"]), ("星海大廈", ["星海大厦"])):
        page = client.visit("/search", query_string={"q": q})
        assert marked(cards(page)[NAME]) == shown


def test_a_name_with_markup_in_it_stays_text(demo: Flask) -> None:
    indexed("<b>海豚</b>&湾")
    page = PageClient(demo).visit("/search", query_string={"q": "海豚"})
    assert "<b>海豚</b>&湾" in cards(page)
    assert not page.tree.xpath("//main//li//b[contains(., '海豚')]")


def facets(page: Page) -> dict[str, tuple[str, str]]:
    """Return words of a facet → its count and address."""
    found = {}
    for link in page.tree.xpath("//*[@class='facets']//a"):
        label, count = re.match(r"(\S+) (\d+)", " ".join(link.text_content().split())).groups()  # type: ignore[union-attr]
        found[label] = (count, link.get("href"))
    return found


def shown_total(page: Page) -> str:
    return re.search(r"(查到|带着这几个字|有)(\d+)家", page.words.replace(" ", ""))[2]  # type: ignore[index]


@pytest.mark.parametrize("q", ["培训", "晨曦", "海豚", "教育科技有限公司", "haitunwan"])
def test_every_facet_leads_to_as_many_as_it_says(client: PageClient, q: str) -> None:
    page = client.visit("/search", query_string={"q": q})
    assert facets(page)
    for label, (count, address) in facets(page).items():
        assert count != "0", label
        followed = client.visit(address)
        if "名单上有" in followed.words:
            assert f"名单上有{count}家机构带着这几个字" in followed.words, label
        else:
            assert f"查到{count}家" in followed.h1, label


def test_a_facet_keeps_query_and_filters_and_the_chosen_one_drops_itself(
    client: PageClient,
) -> None:
    page = client.visit("/search?q=海豚&kind=WY")
    assert len(cards(page)) == 1
    assert page.tree.xpath("//input[@type='hidden'][@name='kind']/@value") == ["WY"]
    (chosen,) = page.tree.xpath("//*[@class='facets']//a[@aria-current]")
    assert "去掉" in chosen.text_content()
    assert len(cards(client.visit(chosen.get("href")))) == 2
    _, address = facets(page)["白名单"]
    assert "kind=WY" in address
    assert "standing=white" in address
    assert "after" not in address


def test_an_area_counts_what_lies_in_it(client: PageClient) -> None:
    page = client.visit("/search", query_string={"q": "海豚", "area": AREA[:2] + "0000"})
    assert len(cards(page)) == 2


def test_more_results_follow_by_key_and_none_is_lost(demo: Flask) -> None:
    names = {f"海豚湾第{number}校区" for number in range(45)}
    indexed(*names)
    client = PageClient(demo)
    page, seen = client.visit("/search?q=海豚湾"), list[str]()
    while True:
        seen += cards(page)
        following = page.tree.xpath("//a[@rel='next']/@href")
        if not following:
            break
        page = client.visit(following[0])
        assert page.tree.xpath("//main//a[contains(., '回到第一页')]")
    assert len(seen) == 45
    assert set(seen) == names


@pytest.mark.parametrize("after", ["x", "-1.P1", "1", ".", "9" * 40 + ".P", "٣.P1", "%FF"])
def test_a_damaged_place_gives_the_first_page(client: PageClient, after: str) -> None:
    page = client.visit(f"/search?q=海豚湾&after={after}")
    assert NAME in cards(page)
    assert "回到第一页" not in page.words
