"""What the search page says beside its hits: too general a query, and why there is nothing."""

import pytest
from flask import Flask

from register.models import Status
from tests.lookup.planting import indexed, plant
from tests.pages import Page, PageClient


@pytest.mark.parametrize("q", ["教育科技有限公司", "培训中心", "临江区", "云浦市"])
def test_words_in_common_use_are_no_match(demo_client: PageClient, q: str) -> None:
    page = demo_client.visit("/search", query_string={"q": q})
    assert page.h1 == f"“{q}”写得太笼统"
    assert "家机构带着这几个字" in page.words
    assert page.tree.xpath("//details[@open]//a[contains(@href, 'standing=white')]")
    assert "名称一致" not in page.words
    assert not page.links("/institutions/")
    (kind,) = page.tree.xpath("//details//a[contains(@href, 'kind=KJ')]/@href")
    assert demo_client.visit(kind).links("/institutions/")


def test_words_in_common_use_that_nobody_bears_say_so(demo_client: PageClient) -> None:
    page = demo_client.visit("/search?q=股份有限公司托育")
    assert "太笼统" in page.h1
    assert "认不出是哪一家" in page.words


def test_a_brand_is_never_too_general(demo: Flask) -> None:
    indexed("小课堂培训中心")
    client = PageClient(demo)
    for q in ("晨", "青禾", "小课堂", "白鸥教育科技有限公司"):
        assert "太笼统" not in client.visit("/search", query_string={"q": q}).words


def test_what_the_filters_keep_back_is_told_with_a_way_out(demo_client: PageClient) -> None:
    page = demo_client.visit("/search?q=小石桥&standing=black")
    assert page.h1 == "按选的条件没有查到“小石桥”"
    (way_out,) = page.tree.xpath("//main//a[contains(., '去掉筛选有2家')]/@href")
    assert "不等于违法" not in page.tree.xpath("string(//main//h1)")
    assert demo_client.visit(way_out).h1 == "“小石桥”查到2家"


def test_without_filters_nothing_is_kept_back(demo_client: PageClient) -> None:
    for path in ("/search?q=小石桥", "/search?q=霍格沃茨&standing=black", "/search?q=霍格沃茨"):
        assert "去掉筛选" not in demo_client.visit(path).words


def black_anyway(page: Page) -> str:
    """Return the words of the box with black-listed names that the filters keep back."""
    return "".join(page.tree.xpath("string(//section[@aria-labelledby='black-anyway'])").split())


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("91359901MAFADAEA2G", "慕言教育咨询有限公司"),
        ("mantianxin", "满天星培训中心"),
        ("慕颜怎么样", "慕言教育咨询有限公司"),
        ("旧时光吉它社", "旧时光吉他社"),
        ("满天星 望江巷", "满天星培训中心"),
        ("满天星", "满天星培训中心"),
        ("家政", "星河湾家政服务有限公司"),
    ],
)
@pytest.mark.parametrize("filters", [{"standing": "white"}, {"area": "110000"}])
def test_no_filter_hides_a_black_listed_name(
    demo_client: PageClient, q: str, name: str, filters: dict[str, str]
) -> None:
    page = demo_client.visit("/search", query_string={"q": q, **filters})
    boxes = page.tree.xpath("//section[@class='care-box'][.//*[@data-standing='black']]")
    assert name in "".join("".join(box.text_content().split()) for box in boxes)
    assert "未在本次公布的名单中查到" not in page.h1
    assert not black_anyway(demo_client.visit("/search", query_string={"q": q}))


def test_more_black_listed_names_than_fit_are_a_tap_away(demo: Flask) -> None:
    for own in ("春天", "夏夜", "秋月", "冬雪", "朝霞", "晚风", "星河"):
        plant(f"海豚{own}书画中心", Status.BLACK)
    indexed()
    page = PageClient(demo).visit("/search?q=海豚&standing=white")
    assert black_anyway(page).count("已列入黑名单") == 1 + 5
    (whole,) = page.tree.xpath(
        "//section[@aria-labelledby='black-anyway']//a[@class='alone']/@href"
    )
    assert PageClient(demo).visit(whole).h1 == "“海豚”查到7家"


def test_only_an_address_in_common_is_no_name(demo: Flask) -> None:
    plant("斑马舞蹈中心", Status.BLACK, address="望海路9号")
    indexed()
    page = PageClient(demo).visit("/search?q=望海路&standing=white")
    assert not black_anyway(page)
    assert page.tree.xpath("//main//a[contains(., '去掉筛选有')]")


def test_names_near_it_that_the_filters_keep_back_are_told(demo_client: PageClient) -> None:
    page = demo_client.visit("/search?q=mantianxin&standing=white")
    (way_out,) = page.tree.xpath("//main//a[contains(., '去掉筛选有1家名称相近的')]/@href")
    assert "满天星" in demo_client.visit(way_out).words


@pytest.mark.parametrize(
    "q", ["黑名单", "正规吗", "有没有办学许可证", "请问 怎么样？", "？？？", "\U0001f600"]
)
@pytest.mark.parametrize("filters", [{}, {"standing": "black"}])
def test_words_of_asking_alone_are_not_judged_as_a_name(
    demo_client: PageClient, q: str, filters: dict[str, str]
) -> None:
    page = demo_client.visit("/search", query_string={"q": q, **filters})
    assert page.h1 == "请写上机构的名字、地址或证号"
    assert f"“{q}”里没有机构的名字" in page.words
    assert page.links("/lists/black")
    assert not page.tree.xpath("//main//*[@data-standing]")


def test_a_list_alone_is_that_list(demo_client: PageClient) -> None:
    response = demo_client.raw.get("/search?q=&standing=black&kind=KJ&area=359901")
    assert response.status_code == 303
    page = demo_client.visit(response.headers["Location"])
    assert page.h1 == "黑名单"
    assert page.tree.xpath("//option[@selected]/@value") == ["359901", "KJ"]


def test_filters_alone_lead_to_the_lists(demo_client: PageClient) -> None:
    for filters in ("kind=KJ", "kind=KJ&standing=blak", "kind=KJ&standing=not_found"):
        page = demo_client.visit(f"/search?q=%20&{filters}")
        assert "框里还没有写字" in page.words
        (address,) = page.links("/lists/black")
        assert "kind=KJ" in address
        assert demo_client.visit(address).h1 == "黑名单"
    assert "框里还没有写字" not in demo_client.visit("/search?q=").words
