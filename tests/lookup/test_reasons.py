"""Nothing found says why, in one line, and what less of the query would find."""

import pytest
from flask import Flask

from register.models import Status
from tests.lookup.planting import indexed, plant
from tests.pages import Page, PageClient

NOTHING = "未在本次公布的名单中查到"


@pytest.fixture
def client(demo: Flask) -> PageClient:
    plant("海豚书画中心", address="云浦市临江区青石街道望海路9号星海大厦2层201室")
    plant("斑马舞蹈中心", Status.BLACK, address="云浦市临江区青石街道望海路9号星海大厦3层")
    indexed()
    return PageClient(demo)


def why(page: Page) -> str:
    assert page.h1 == NOTHING
    return " ".join(page.tree.xpath("string(//main//div[@class='notice'])").split())


def test_what_no_list_has_is_told(client: PageClient) -> None:
    for q, said in (
        ("x", "只写了“x”，太短了"),
        ("鼹", "只写了“鼹”，太短了"),
        ("13800138000", "这像是电话号码"),
        ("0595-2234 5678", "这像是电话号码"),
        ("https://evil.example/v/3Q1P", "这像是网址"),
        ("evil-school.cn", "这像是网址"),
        ("度口街88号", "路名、楼名有没有写错字"),
        ("泉州", "“泉州”如果是地区：那里的名单不在本站，本站只有云浦市临江区的"),
        ("长乐区鼹鼠", "“长乐区”如果是地区"),
        ("霍格沃茨", ""),
    ):
        said_here = why(client.visit("/search", query_string={"q": q}))
        assert said in said_here, q
        assert bool(said) == bool(said_here), q


def test_the_building_without_the_room_is_a_tap_away(client: PageClient) -> None:
    for q, less in (
        ("望海路9号星海大厦2层202室", "望海路9号星海大厦"),
        ("望海路9号星海大厦7楼", "望海路9号星海大厦"),
        ("望海路99号", "望海路"),
        ("望海路99号2层", "望海路"),
    ):
        page = client.visit("/search", query_string={"q": q})
        assert f"看“{less}”的2家" in why(page), q
        (address,) = page.tree.xpath("//main//div[@class='notice']//a/@href")
        assert client.visit(address).h1 == f"“{less}”有2家"


def test_road_and_number_alone_are_no_place(client: PageClient) -> None:
    page = client.visit("/search", query_string={"q": "度口 路 77 号"})
    assert "路名、楼名有没有写错字" in why(page)
    assert not page.tree.xpath("//main//div[@class='notice']//a")
