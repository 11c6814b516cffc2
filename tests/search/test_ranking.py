"""What comes first among what is found, and which names count as similar."""

import pytest

from search import Document, Tier
from tests.search.conftest import Build, Names

TRADES = ("艺术培训学校", "教育咨询有限公司", "体育俱乐部", "科技培训中心")
BRANDS = "麦浪 逐浪 海风吹 繁星谷 鹿鸣涧 知行 明德 博雅 启航 童乐 慧思 优学 尚文 清泉 远志".split()  # noqa: SIM905
REGISTER = [f"云浦市临江区{brand}{trade}" for brand in BRANDS for trade in TRADES]


def test_exact_then_distinctive_start_then_position_then_length(names: Names) -> None:
    best_first = [
        "晨曦",
        "晨曦学校",
        "晨曦艺术学校",
        "临江区晨曦艺术学校",
        "大晨曦",
        "小小的晨曦书画",
    ]
    index = names(*REGISTER, *reversed(best_first))
    answer = index.search("晨曦")
    shown = [[*REGISTER, *reversed(best_first)][int(hit.key)] for hit in answer.hits]
    assert shown == best_first


def test_names_come_before_former_names_before_addresses(built: Build) -> None:
    index = built(
        [
            Document("a", "青荷", addresses=("晨曦路1号",)),
            Document("b", "青荷", former_names=("明德", "晨曦培训")),
            Document("c", "大大晨曦培训学校"),
        ]
    )
    hits = index.search("晨曦").hits
    assert [(hit.key, hit.matched_by) for hit in hits] == [
        ("c", "name"),
        ("b", "former_name"),
        ("a", "address"),
    ]


def test_a_whole_code_comes_before_a_name_before_a_part_of_a_code(built: Build) -> None:
    index = built(
        [
            Document("a", "青荷", codes=("12345678",)),
            Document("b", "1234小学"),
            Document("c", "书", codes=("912345", "1234")),
        ]
    )
    assert [hit.key for hit in index.search("1234").hits] == ["c", "b", "a"]


def test_several_parts_are_judged_by_the_weakest(built: Build) -> None:
    index = built(
        [
            Document("a", "晨曦", addresses=("滨江路",)),
            Document("b", "滨江晨曦", addresses=("滨江路",)),
        ]
    )
    hits = index.search("晨曦 滨江").hits
    assert [(hit.key, hit.matched_by) for hit in hits] == [("b", "name"), ("a", "address")]


def test_equals_are_ordered_by_key(built: Build) -> None:
    index = built(Document(key, "晨曦湾培训") for key in "dbac")
    assert "".join(hit.key for hit in index.search("晨曦").hits) == "abcd"


@pytest.mark.parametrize(
    ("published", "typed"),
    [
        ("晨曦湾", "晨羲湾"),
        ("晨曦湾", "晨湾"),
        ("晨曦湾", "辰曦湾"),
        ("晨曦湾", "晨曦大湾"),
        ("青荷书画", "青禾书画"),
        ("青荷书画", "青禾書畫"),
        ("云浦市临江区晨曦湾艺术培训学校", "晨羲湾"),
        ("云浦市临江区晨曦湾艺术培训学校", "晨羲湾培训学校"),
        ("云浦市临江区晨曦湾艺术培训学校", "云浦市临江区晨羲湾艺术培训学校"),
        ("云浦市临江区晨曦湾艺术培训学校", "云浦市临江区晨曦湾艺术陪训学校"),
        ("云浦市临江区晨曦培训学校", "云浦市临江区晨羲培训学校"),
        ("云浦市临江区晨曦培训学校", "晨曦陪训学校"),
        ("Sunny Bay English", "suny bay english"),
    ],
)
@pytest.mark.parametrize("register", [[], REGISTER], ids=["small", "large"])
def test_a_character_off_is_similar(
    built: Build, register: list[str], published: str, typed: str
) -> None:
    index = built(Document(name, name) for name in [*register, published])
    answer = index.search(typed)
    assert answer.tier is Tier.SIMILAR
    assert (answer.hits[0].key, answer.hits[0].matched_by) == (published, "similar")


def test_a_former_name_can_be_similar(built: Build) -> None:
    index = built([Document("a", "青荷", former_names=("明德", "晨曦湾"))])
    assert [hit.key for hit in index.search("晨羲湾").hits] == ["a"]


@pytest.mark.parametrize("register", [REGISTER[:3], REGISTER], ids=["small", "large"])
def test_generic_words_in_common_are_nothing_in_common(names: Names, register: list[str]) -> None:
    index = names(*register)
    for typed in (
        "海豚培训学校",
        "海豚教育咨询有限公司",
        "云浦市临江区海豚艺术培训学校",
        "临江区海豚",
        "培训学校有限公司中心",
        "海豚",
        "豚",
        "海学",
        "豚豚豚豚",
        "zzzz",
    ):
        assert (typed, index.search(typed).hits) == (typed, ())


def test_trade_words_do_not_add_up_to_a_name(names: Names) -> None:
    others = [f"{chr(0x5200 + n)}{chr(0x5600 + n)}" for n in range(100)]
    index = names(*(f"{name}书画钢琴舞蹈" for name in others[:13]), *others[13:])
    assert index.search("海豚书画钢琴舞蹈").hits == ()


def test_at_most_twenty_similar_names_are_shown(names: Names) -> None:
    answer = names(*(f"晨{chr(0x4E00 + n)}湾" for n in range(40))).search("晨曦湾", limit=100)
    assert (answer.tier, answer.total, len(answer.hits)) == (Tier.SIMILAR, 20, 20)


def test_the_nearest_of_the_similar_names_comes_first(names: Names) -> None:
    index = names("晨曦大湖", "大晨大曦湾", "晨希湾", *REGISTER)
    assert [hit.key for hit in index.search("晨曦湾").hits] == ["2", "1", "0"]
