"""No false find, no false miss: what a query is taken for when it is not a name alone."""

import pytest

from search import Document, Filters, Tier
from tests.search.conftest import Build, Names
from tests.search.test_ranking import REGISTER

AREA = ("云浦市", "临江区")
WHITE = Document(
    "white",
    "云浦市临江区晨曦湾培训学校",
    addresses=("云浦市临江区码头路60号锦程广场4层",),
    codes=("教民135990170000001号",),
    area="359901",
    kinds=("XK",),
    standing="white",
    places=AREA,
)
BLACK = Document(
    "black",
    "无名（学府路19号3单元501）",
    addresses=("学府路19号3单元501",),
    area="359901",
    kinds=("WY",),
    standing="black",
    places=AREA,
)
OTHERS = [
    Document(str(number), name, area="359902", kinds=("TY",), standing="white")
    for number, name in enumerate(REGISTER)
]


@pytest.mark.parametrize(
    "query", ["霍格沃茨 码头路60号", "新东方 60号", "学而思 4层", "霍格沃茨，码头路60号4楼"]
)
def test_an_address_beside_a_name_that_nobody_bears_finds_nobody(built: Build, query: str) -> None:
    assert built([WHITE, BLACK, *OTHERS]).search(query).tier is not Tier.FOUND


@pytest.mark.parametrize("query", ["码头路60号4楼", "晨曦湾 4楼码头路60号", "锦程广场码头路60号"])
def test_a_name_beside_its_own_address_is_found(built: Build, query: str) -> None:
    answer = built([WHITE, BLACK, *OTHERS]).search(query)
    assert (answer.tier, [hit.key for hit in answer.hits]) == (Tier.FOUND, ["white"])


@pytest.mark.parametrize(
    "query",
    [
        "教民135990170000009号",
        "教民13599017000001号",
        "许可证号：教民135990170000011号",
    ],
)
def test_a_licence_number_with_a_digit_wrong_is_like_its_own(built: Build, query: str) -> None:
    answer = built([WHITE, BLACK, *OTHERS]).search(query)
    assert (answer.tier, [hit.key for hit in answer.hits]) == (Tier.SIMILAR, ["white"])


def test_digits_of_a_number_accuse_nobody(built: Build) -> None:
    assert built([BLACK, *OTHERS]).search("教民135990170000099号").hits == ()


def test_a_near_name_that_filters_keep_back_is_counted(built: Build) -> None:
    index = built([WHITE, BLACK, *OTHERS])
    kept_back = index.search("晨希湾", Filters(standing="black"))
    assert (kept_back.tier, kept_back.filtered_out) == (Tier.NONE, 1)
    shown = index.search("晨希湾", Filters(standing="white"))
    assert (shown.tier, shown.filtered_out) == (Tier.SIMILAR, 0)


def test_facets_of_near_names_are_those_under_the_other_filters(built: Build) -> None:
    index = built([WHITE, BLACK, *OTHERS])
    everything = index.search("晨希湾").facets
    assert everything.kind == {"XK": 1}
    assert index.search("晨希湾", Filters(kind="WY")).facets.kind == everything.kind
    assert index.search("晨希湾", Filters(kind="WY")).facets.standing == {}


@pytest.mark.parametrize(
    ("query", "generic"),
    [
        ("教育科技有限公司", True),
        ("临江", True),
        ("临江培训学校", True),
        ("云浦市临江区", True),
        ("晨曦湾", False),
        ("临江晨曦湾", False),
        ("正规吗", False),
        ("统一社会信用代码：91359901MAFADAEA2F 慕言教育", False),
        ("孩子班上同学的妈妈说学校后面那条街二楼新开的画画班", False),
    ],
)
def test_generic_is_what_only_has_words_in_common_use(
    built: Build, query: str, *, generic: bool
) -> None:
    assert built([WHITE, *OTHERS]).wording(query).generic is generic


@pytest.mark.parametrize("query", ["chenx", "晨x", "chenxiw"])
def test_the_last_syllable_may_be_unfinished(built: Build, query: str) -> None:
    answer = built([WHITE, BLACK, *OTHERS]).search(query)
    assert (answer.tier, [hit.key for hit in answer.hits]) == (Tier.FOUND, ["white"])


def test_the_district_is_not_read_as_a_surname(names: Names) -> None:
    """区 is also Ou: every 盛 of a district would sound like 欧盛."""
    many = [f"云浦市临江区盛{brand}培训学校" for brand in ["安邦昌达恩方广海"]]
    many += [f"云浦市临江区盛{chr(0x4E00 + n)}艺" for n in range(100)]
    index = names(*many, "云浦市望湖区藕盛乒乓球俱乐部")
    assert [int(hit.key) for hit in index.search("殴盛").hits] == [len(many)]


def test_one_rare_pair_does_not_outvote_a_sound(built: Build) -> None:
    """屿 and 铭 with something between stand in one name; 屿茗 sounds as was typed."""
    there = Document("there", "东屿区铭典制乒乓球", places=("东屿区",))
    bearers = [Document(f"bearer {n}", "屿茗阅读社") for n in range(30)]
    many = [Document(f"other {n}", chr(0x4E00 + n) + chr(0x5E00 + n)) for n in range(2000)]
    answer = built([there, *bearers, *many]).search("屿铭")
    assert answer.tier is Tier.SIMILAR
    assert {hit.key.split()[0] for hit in answer.hits} == {"bearer"}


def test_all_sounds_heard_wrong_outvote_letters_typed_wrong(names: Names) -> None:
    """林直本 heard as linziben is meant more than any that shares many mistyped syllables."""
    noise = [f"聂子根林日林嘴{chr(0x4E00 + n)}" for n in range(70)]
    sharing = [f"林子{chr(0x4E00 + n)}" for n in range(90)] + [
        f"子奔{chr(0x4E00 + n)}" for n in range(100)
    ]
    index = names(*noise, *sharing, "林直本口才教育培训有限公司")
    best = index.search("linziben").hits[0]
    assert int(best.key) == len(noise) + len(sharing)
