"""An address is answered by building, with who was there before."""

from datetime import date

import pytest
from flask import Flask

from lookup.places import building_name
from register.models import Premises, Status
from tests.lookup.planting import AREA, indexed, plant
from tests.pages import Page, PageClient

TOWER = "云浦市临江区青石街道望海路9号星海大厦"


def buildings(page: Page) -> dict[str, list[str]]:
    """Return building → names of its institutions, in their order."""
    return {
        "".join(group.xpath(".//h2")[0].text_content().split()): [
            "".join(a.text_content().split()) for a in group.xpath(".//*[@class='card-name']/a")
        ]
        for group in page.tree.xpath("//section[@class='building']")
    }


@pytest.fixture
def client(demo: Flask) -> PageClient:
    plant("海豚书画中心", address=f"{TOWER}二层201室")
    plant("斑马舞蹈中心", Status.BLACK, address=f"{TOWER}2楼206")
    plant("考拉外语中心", Status.CLOSED, address=f"{TOWER}12层")
    plant("袋鼠篮球中心", address="云浦市临江区青石街道望海路９号星海大厦3F")
    moved = plant("企鹅游泳中心", address="云浦市临江区青石街道望海路10号")
    plant("星海大厦琴行", address="云浦市临江区青石街道文昌街1号")
    moved.premises[0].closed_on = date(2024, 5, 1)
    indexed()
    return PageClient(demo)


def test_a_building_answers_with_all_who_are_there_and_were(client: PageClient) -> None:
    page = client.visit("/search?q=星海大厦")
    assert page.h1 == "“星海大厦”有3家"
    assert "另有1家以前在这里" in page.words
    (found,) = buildings(page).values()
    assert {*found[:3]} == {"海豚书画中心", "斑马舞蹈中心", "袋鼠篮球中心"}
    assert found[3:] == ["考拉外语中心"]
    assert "这里以前有" in page.words
    assert "星海大厦琴行" in page.words
    assert "black" in page.tree.xpath("//section[@class='building']//@data-standing")


@pytest.mark.parametrize("q", ["星海大厦2楼", "星海大厦二层", "星海大廈２层", "望海路9号 二楼"])
def test_a_floor_may_be_written_any_way(client: PageClient, q: str) -> None:
    page = client.visit("/search", query_string={"q": q})
    (found,) = buildings(page).values()
    assert {*found} == {"海豚书画中心", "斑马舞蹈中心", "考拉外语中心"} - (
        set() if " " in q else {"考拉外语中心"}
    )


def test_a_street_answers_house_by_house(client: PageClient) -> None:
    page = client.visit("/search?q=望海路")
    assert list(buildings(page)) == ["青石街道望海路10号", "青石街道望海路9号星海大厦"]
    assert "现在不在这个地址" in page.words


def test_nobody_there_any_more_is_said(client: PageClient) -> None:
    page = client.visit("/search?q=望海路10号")
    assert page.h1 == "“望海路10号”现在没有机构"
    assert buildings(page) == {"青石街道望海路10号": ["企鹅游泳中心"]}


@pytest.mark.parametrize(
    "q", ["海豚书画中心", "晨曦湾", "街舞", "52359901MJ118HDD19", "星海大厦琴行"]
)
def test_a_name_or_a_code_is_not_taken_for_an_address(client: PageClient, q: str) -> None:
    assert buildings(client.visit("/search", query_string={"q": q})) == {}


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("海豚 望海路", "海豚书画中心"),
        ("斑马舞蹈 望海路9号", "斑马舞蹈中心"),
        ("望海路9号星海大厦 斑马", "斑马舞蹈中心"),
        ("袋鼠篮球 星海大厦3楼", "袋鼠篮球中心"),
        ("考拉 12层 星海大厦", "考拉外语中心"),
    ],
)
def test_a_name_may_stand_beside_the_street(client: PageClient, q: str, name: str) -> None:
    page = client.visit("/search", query_string={"q": q})
    assert [names[0] for names in buildings(page).values()] == [name]
    assert ("现在没有机构" in page.h1) == (name == "考拉外语中心")
    assert name in client.visit("/search", query_string={"q": f"{q}怎么样"}).words


@pytest.mark.parametrize("q", ["望海路9号怎么样", "请问望海路9号有没有资质"])
def test_words_of_asking_do_not_empty_a_house(client: PageClient, q: str) -> None:
    assert client.visit("/search", query_string={"q": q}).h1 == f"“{q}”有3家"


def test_a_name_beside_its_street_brings_the_names_it_may_be_taken_for(demo: Flask) -> None:
    plant("青荷书画工作室", Status.BLACK)
    indexed("青禾书画中心")
    page = PageClient(demo).visit("/search?q=青禾书画 学府路118号")
    (box,) = page.tree.xpath("//section[@aria-labelledby='alike']")
    assert "青荷书画工作室" in "".join(box.text_content().split())


def test_nobody_who_has_both_at_one_place_is_no_empty_building(demo: Flask) -> None:
    one = plant("海豚书画中心", address="望海路9号")
    one.premises.append(
        Premises(area_code=AREA, name="白鲸校区", address="文昌街1号", canonical_address="")
    )
    indexed()
    page = PageClient(demo).visit("/search?q=文昌街 望海路")
    assert page.h1 == "“文昌街 望海路”查到1家"
    assert "海豚书画中心" in page.words


def test_a_former_address_in_brackets_is_a_place_of_before(client: PageClient) -> None:
    page = client.visit("/search?q=学府路12号")
    assert buildings(page) == {"学府路12号": ["云浦市临江区听雨轩教育培训中心"]}
    assert "现在没有机构" in page.h1


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("云浦市临江区临江街道滨江路242号乐活城B区3-12", "临江街道滨江路242号乐活城B区"),
        ("临江区东屿镇码头路60号锦程广场4层476室", "东屿镇码头路60号锦程广场"),
        ("云浦市临江区东屿镇盐场路287-289号店面", "东屿镇盐场路287-289号"),
        ("云浦市临江区鼓浪街道学府路19号3单元501", "鼓浪街道学府路19号"),
        ("云浦市临江区鼓浪街道中山北路66号C座", "鼓浪街道中山北路66号C座"),
        ("石井街293号（原址：学府路12号）", "石井街293号"),
        ("线上", "线上"),
        ("3楼", "3楼"),
    ],
)
def test_a_building_is_an_address_without_area_floor_and_room(address: str, name: str) -> None:
    assert building_name(address, "云浦市临江区") == name


def test_a_long_street_has_its_true_count_and_every_page(demo: Flask) -> None:
    names = {f"海豚{number}书画中心" for number in range(95)}
    for at, name in enumerate(sorted(names)):
        plant(name, address=f"望海路{at % 7 + 1}号{at}室")
    indexed()
    client, seen, pages = PageClient(demo), list[str](), 0
    page = client.visit("/search?q=望海路")
    while True:
        pages += 1
        assert page.h1 == "“望海路”查到95家"
        assert "现在没有" not in page.words
        seen += [name for group in buildings(page).values() for name in group]
        following = page.tree.xpath("//a[@rel='next']/@href")
        if not following:
            break
        page = client.visit(following[0])
        assert page.tree.xpath("//main//a[contains(., '回到第一页')]")
    assert (len(seen), pages) == (95, 3)
    assert {*seen} == names
