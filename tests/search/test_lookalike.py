"""Names taken for one another: by sound, by one character; never for what everybody's name has."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Alike, Document, Filters, brand_of, differing
from search.lookalike import MOST, alike, keys
from tests.search.conftest import Build, Names

AREA = "云浦市临江区"


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("云浦市临江区晨曦湾艺术培训学校", "晨曦湾"),
        ("云浦市慕言教育咨询有限公司（分部）", "慕言"),
        ("東嶼鎮青禾書畫培訓中心", "青禾"),
        ("艺术晨曦湾中心", "晨曦湾"),
        ("临江区小课堂网络科技有限公司", "小课堂"),
        ("江南水乡书画", "江南水乡"),
        ("城市花园培训学校", "城市花园"),
        ("盐城市晨曦湾培训学校", "晨曦湾"),
        ("杭州市萧山区晨曦湾培训学校", "晨曦湾"),
        ("长春市绿园区晨曦湾培训学校", "晨曦湾"),
        ("山区孩子书画", "山区孩子"),
        ("乐活城B区", "乐活城b区"),
        ("教育科技有限公司", ""),
        ("云浦市临江区", ""),
        ("云浦市临江区培训学校", ""),
        ("无名（学府路19号3单元501）", ""),
        ("某某艺术工作室", ""),
        ("", ""),
    ],
)
def test_the_distinctive_part_is_what_is_its_owners(name: str, brand: str) -> None:
    assert brand_of(name).text == brand


ALIKE = [
    ("青禾书画培训中心", "青荷书画教育咨询工作室", Alike.SOUND),
    ("晨曦湾培训学校", "晨希湾培训学校", Alike.SOUND),
    ("朝阳艺术学校", "潮阳教育中心", Alike.SOUND),  # chao
    ("朝阳艺术学校", "招阳教育中心", Alike.SOUND),  # zhao
    ("快乐书画", "快越书画", Alike.SOUND),  # yue
    ("小新星英语", "小星星外语培训学校", Alike.CHARACTER),
    ("小新星英语", "新小星舞蹈", Alike.CHARACTER),
    ("晨曦湾培训学校", "晨羲大湾培训学校", None),
    ("晨曦湾培训学校", "晨曦大湾培训学校", Alike.CHARACTER),
    ("晨曦大湾培训学校", "晨曦湾书画", Alike.CHARACTER),
    ("沐风机器人科技有限公司", "临江区沐光机器人科技有限公司", Alike.CHARACTER),
    ("沐风机器人科技有限公司", "沐光少儿编程培训中心", None),
    ("晨曦舞蹈学校", "晨曦湾舞蹈学校", Alike.CHARACTER),
    ("晨曦舞蹈学校", "晨曦湾书画中心", None),
    ("朗读亭课外培训学校", "朗读亭科技培训中心", Alike.BRAND),
    ("Sunny Bay English", "Suny Bay 英语", None),  # another word in the brand
    ("Sunny Bay", "Suny Bay 英语", Alike.CHARACTER),
    ("ABC英语", "ABD英语", None),
    ("麦浪教育科技有限公司", "逐浪教育科技有限公司", Alike.CHARACTER),
    ("教育科技有限公司", "教育科技有限公司", None),
    ("听松教育科技有限公司", "飞羽教育科技有限公司", None),
    ("云浦市临江区鹿鸣涧文化培训学校", "云浦市临江区繁星谷文化培训学校", None),
]


@pytest.mark.parametrize(("one", "other", "how"), ALIKE)
def test_how_two_names_are_alike(one: str, other: str, how: Alike | None) -> None:
    assert alike(brand_of(one), brand_of(other)) is how
    assert alike(brand_of(AREA + other), brand_of(one)) is how


@pytest.mark.parametrize(("one", "other", "how"), ALIKE)
def test_the_index_finds_it_too(names: Names, one: str, other: str, how: Alike | None) -> None:
    index = names("海豚培训学校", AREA + other, "海豚书画有限公司")
    found = [(hit.key, hit.how) for hit in index.lookalikes(one, admit_brand=True)]
    assert found == ([("1", how)] if how else [])


@settings(deadline=None)
@given(*[st.text("青禾荷晨曦希湾朝潮", min_size=2, max_size=4)] * 2, st.sampled_from(["", "书画"]))
def test_names_that_are_alike_have_a_key_in_common(one: str, other: str, rest: str) -> None:
    if alike(brand_of(one + rest), brand_of(other + rest)):
        assert keys(one + rest) & keys(other + rest)


def test_ordinary_names_have_no_lookalike(names: Names) -> None:
    brands = ("鹿鸣涧", "麦浪", "海风吹", "繁星谷", "霁月", "凤尾竹", "东篱", "橙果", "归燕")
    trades = ("文化培训学校", "教育科技有限公司", "书画培训中心")
    register = [f"{AREA}{brand}{trade}" for brand in brands for trade in trades]
    index = names(*register)
    assert [name for name in register if index.lookalikes(name)] == []


def test_of_a_listed_name_as_much_is_found_as_of_one_that_is_not(names: Names) -> None:
    """Keys that only its own document has are not read then."""
    register = [*dict.fromkeys(f"{AREA}{one}" for pair in ALIKE for one in pair[:2])]
    for name in register:
        others = [one for one in register if one != name]
        unlisted, listed = names(*others), names(*others, name)
        near = unlisted.lookalikes(name, admit_brand=True)
        assert listed.lookalikes(name, admit_brand=True) == near
    assert any(names(*register).lookalikes(name) for name in register)


def test_who_bears_the_very_name_or_bore_it_is_no_lookalike(built: Build) -> None:
    index = built(
        [Document("a", "青禾书画"), Document("b", "青荷书画", former_names=("青禾书画",))]
    )
    assert index.lookalikes("青禾書畫", admit_brand=True) == []


def test_a_former_name_may_be_taken_for_another(built: Build) -> None:
    index = built([Document("a", "墨池书法", former_names=("明德学堂", "青禾书画社"))])
    assert [(hit.key, hit.name) for hit in index.lookalikes("青荷书画")] == [("a", "青禾书画社")]


def test_some_come_first_and_whatever_the_filters(built: Build) -> None:
    index = built(
        [
            Document("a", "青荷书画", area="359901", standing="white"),
            Document("b", "清河书画", area="359902", standing="black"),
            Document("c", "轻荷书画", area="359902", standing="white"),
            Document("d", "青禾舞蹈", area="359901", standing="white"),
            Document("e", "青禾钢琴", area="359902", standing="black"),
        ]
    )
    found = index.lookalikes("青禾书画", Filters(area="359901"), always="black")
    assert [hit.key for hit in found] == ["b", "e", "a"]


def test_at_most_forty_and_none_of_those_that_always_come_is_lost(built: Build) -> None:
    chain = [Document(f"{n}", f"青禾{n}号书画", former_names=("青禾书画",)) for n in range(700)]
    index = built([*chain, Document("black", "青禾舞蹈", standing="black")])
    found = index.lookalikes("青禾艺术", always="black", admit_brand=True)
    assert (found[0].key, len(found)) == ("black", MOST)


@pytest.mark.parametrize(
    ("one", "other", "marked"),
    [
        ("云浦市临江区青禾书画", "青荷教育（临江区）", ("禾", "荷")),
        ("小新星英语", "小星星外语", ("新", "星")),
        ("新小星", "小新星", ("新小", "小新")),
        ("晨曦灣学校", "晨曦大湾书画", ("", "大")),
        ("朗读亭课外", "朗读亭科技", ("", "")),
    ],
)
def test_the_differing_characters_are_marked(one: str, other: str, marked: tuple[str, str]) -> None:
    left, right = differing(one, other)
    assert (len(left), len(right)) == (len(one), len(other))
    shown = tuple(
        "".join(c for c, mark in zip(name, marks, strict=True) if mark)
        for name, marks in ((one, left), (other, right))
    )
    assert shown == marked


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=4))
def test_any_text_can_be_compared(texts: list[str]) -> None:
    for one, other in combinations(texts, 2):
        alike(brand_of(one), brand_of(other))
        assert [len(marks) for marks in differing(one, other)] == [len(one), len(other)]
        assert all(key.startswith(" ") for key in keys(one))
