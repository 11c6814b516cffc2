"""What the search page says beside its hits: too general a query, and why there is nothing."""

import pytest
from flask import Flask

from tests.lookup.planting import indexed
from tests.pages import PageClient


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
