"""What a search finds: all that LIKE would, nothing else, page by page, whatever is typed."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Answer, Document, Filters, Hit, Index, NoIndex, Tier, fold
from search.analysis import code_form, parts
from search.finding import PLACES
from tests.search.conftest import Build, Names

CHARACTERS = "晨曦湾青禾荷書书畫画培训训學学校区區乾干AaＡb1１2（） -·.é\u0301\u200b𠀀\ue000"


def all_keys(index: Index, query: str, filters: Filters | None = None) -> set[str]:
    """Return the keys on all pages of what is found, having checked that the pages add up."""
    hits: list[Hit] = []
    after: str | None = None
    while not hits or after:
        answer = index.search(query, filters or Filters(), after=after, limit=7)
        if answer.tier is not Tier.FOUND:
            return set()
        assert answer.hits
        hits += answer.hits
        after = answer.next
    keys = {hit.key for hit in hits}
    assert len(keys) == len(hits) == answer.total
    return {hit.key for hit in hits if hit.matched_by in PLACES}  # not by sound


def register(chance: random.Random) -> list[Document]:
    """Make up institutions from few characters, so that they have much in common."""

    def texts(most: int) -> tuple[str, ...]:
        return tuple(text(chance.randint(0, 12)) for _ in range(chance.randint(0, most)))

    def text(length: int) -> str:
        return "".join(chance.choices(CHARACTERS, k=length))

    return [
        Document(
            key=f"K{number}",
            name=text(chance.randint(0, 12)),
            former_names=texts(2),
            addresses=texts(2),
            codes=tuple("".join(chance.choices("AB12", k=8)) for _ in range(chance.randint(0, 2))),
        )
        for number in range(300)
    ]


def texts_of(document: Document) -> tuple[str, ...]:
    return (document.name, *document.former_names, *document.addresses)


@cache
def folded(document: Document) -> tuple[list[str], list[str]]:
    return [*map(fold, texts_of(document))], [*map(fold, document.codes)]


def like(document: Document, query: str) -> bool:
    texts, _ = folded(document)
    return any(query in t for t in texts_of(document)) or any(fold(query) in t for t in texts)


def holds(document: Document, query: str) -> bool:
    texts, codes = folded(document)

    def in_codes(part: str) -> bool:
        return len(part) >= 4 and any(code_form(part) in code_form(code) for code in codes)

    return in_codes(fold(query)) or all(
        in_codes(part) or any(part in text for text in texts) for part in parts(query)
    )


def queries(chance: random.Random, documents: list[Document]) -> Iterator[str]:
    for _ in range(300):
        document = chance.choice(documents)
        text = chance.choice(texts_of(document))
        start, length = chance.randrange(len(text) + 1), chance.randint(1, 6)
        yield text[start : start + length]
        yield "".join(chance.choices("AB12", k=chance.randint(3, 5)))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_like_finds_is_found_and_nothing_else(built: Build, seed: int) -> None:
    chance = random.Random(seed)
    documents = register(chance)
    index = built(documents)
    for query in filter(parts, queries(chance, documents)):
        keys = all_keys(index, query)
        assert keys >= {document.key for document in documents if like(document, query)}
        assert keys == {document.key for document in documents if holds(document, query)}


CODED = Document("K1", "晨曦湾", codes=("52350503MJ0H1A2B3C", "教民135050370000018号", "D7K-Q2MX"))


@pytest.mark.parametrize(
    "query",
    [
        "52350503MJ0H1A2B3C",
        "52350503mj0h1a2b3c",
        "５２３５０５０３ＭＪ０Ｈ１Ａ２Ｂ３Ｃ",
        "5235 0503 MJ0H 1A2B 3C",
        "5235-0503-MJ-0H-1A-2B-3C",
        "2B3C",
        "0503",
        "2 b-3 c",
        "135050370000018",
        "教民1350503",
        "d7kq2mx",
        "7kq2",
        "晨曦 2b3c",
    ],
)
def test_codes_are_found_by_whole_and_by_part(built: Build, query: str) -> None:
    answer = built([CODED, Document("K2", "青荷")]).search(query)
    assert [(hit.key, hit.matched_by) for hit in answer.hits] == [("K1", "code")]


def test_three_characters_of_a_code_are_too_few(built: Build) -> None:
    assert built([CODED]).search("B3C").total == 0


def test_a_code_typed_with_a_mistake_in_it_is_similar(built: Build) -> None:
    index = built([CODED])
    assert index.search("52350503MJ0H1A2B3D").tier is Tier.SIMILAR
    assert index.search("52350503MJ9H9A9B3D").tier is Tier.NONE


def test_letters_that_credit_codes_leave_out_are_digits(built: Build) -> None:
    assert built([CODED]).search("S235O5O3 MJOH lA2B3C".replace("l", "I")).total == 1


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("書畫", {"0", "1"}),
        ("书画", {"0", "1"}),
        ("ａｂｃ", {"2"}),
        ("abc少儿", {"2"}),
        ("儿 画", {"1"}),
        ("儿,abc", {"2"}),
        ("画 abc", set()),
        ("书", {"0", "1"}),
        ("训", {"0", "1", "2"}),
        ("培训学校", {"0", "1", "2"}),
    ],
)
def test_forms_parts_and_frequent_words(names: Names, query: str, keys: set[str]) -> None:
    index = names("青荷書畫培训学校", "少儿书画培訓學校", "ABC 少儿英语（培训）学校")
    assert all_keys(index, query) == keys


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        (Filters(), {"a", "b", "c", "d", "e"}),
        (Filters(area="350000"), {"a", "b", "c", "e"}),
        (Filters(area="350500"), {"a", "b"}),
        (Filters(area="350503"), {"a"}),
        (Filters(area="351000"), {"c"}),
        (Filters(area="440000"), set()),
        (Filters(kind="TY"), {"a", "b"}),
        (Filters(standing="black"), {"b", "c"}),
        (Filters(area="350500", kind="TY", standing="black"), {"b"}),
    ],
)
def test_filters(built: Build, filters: Filters, keys: set[str]) -> None:
    index = built(
        [
            Document("a", "晨曦", area="350503", kinds=("XK", "TY"), standing="white"),
            Document("b", "晨曦", area="350504", kinds=("TY",), standing="black"),
            Document("c", "晨曦", area="351002", kinds=("XK",), standing="black"),
            Document("d", "晨曦", area="131002"),
            Document("e", "晨曦", area="351102"),
        ]
    )
    assert all_keys(index, "晨曦", filters) == keys


def test_similar_names_are_filtered_too(built: Build) -> None:
    index = built([Document("a", "晨曦湾", area="350503"), Document("b", "晨溪湾", area="440100")])
    assert [hit.key for hit in index.search("晨羲湾", Filters(area="350000")).hits] == ["a"]


def test_pages_follow_each_other_and_tell_the_total(names: Names) -> None:
    index = names(*["培训学校"] * 45)
    pages = [index.search("培训", limit=20)]
    while pages[-1].next:
        pages.append(index.search("培训", after=pages[-1].next, limit=20))
    assert [page.total for page in pages] == [45] * 3
    assert [len(page.hits) for page in pages] == [20, 20, 5]
    assert [hit.key for page in pages for hit in page.hits] == sorted(map(str, range(45)))


def test_a_page_of_nothing_is_empty(names: Names) -> None:
    answer = names("晨曦", "晨曦", "晨曦").search("晨", limit=0)
    assert (answer.total, answer.hits, answer.next) == (3, (), None)


@pytest.mark.parametrize("after", [".", "x.1", "1", "-5.a", "٣.a", "1" * 5000 + ".a"])
def test_a_next_that_is_none_of_ours_is_refused(names: Names, after: str) -> None:
    with pytest.raises(ValueError, match="next"):
        names("晨曦").search("晨", after=after)


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = Index(tmp_path_factory.mktemp("varied"))
    index.rebuild([*register(random.Random(1)), Document("whole", CHARACTERS)], 1)
    return index


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            " ",
            "\x00",
            "\ud800",
            "\udfff晨",
            "😀",
            "\u202e湾曦晨",
            "e\u0301" * 5000,
            "晨" * 10_000,
        ),
        *(
            "'",
            '"',
            "晨'; DROP TABLE",
            "*",
            "?",
            "晨*",
            "AND",
            "NOT 晨",
            "name:晨",
            "[a TO b]",
            "(((",
            "^",
        ),
        *(".*", "\\", "(?P<", "%", "_", "晨~2", "﷽" * 500, "a " * 5000, "0" * 10_000, "\n\n"),
    ],
)
def test_hostile_queries_are_answered(varied: Index, query: str) -> None:
    assert_consistent(varied.search(query))


@settings(deadline=None, max_examples=300)
@given(
    st.text(st.characters(exclude_categories=())) | st.text(CHARACTERS, max_size=80),
    st.integers(-3, 50),
)
def test_any_query_is_answered(varied: Index, query: str, limit: int) -> None:
    assert_consistent(varied.search(query, limit=limit))


def assert_consistent(answer: Answer) -> None:
    assert (answer.tier is Tier.NONE) == (answer.total == 0)
    assert len(answer.hits) <= answer.total
    assert all(0 < hit.score <= 1 for hit in answer.hits)


def test_a_query_beyond_the_limit_finds_by_its_beginning(names: Names) -> None:
    assert all_keys(names("晨曦" * 40, "晨曦"), "晨曦" * 40 + "湾") == {"0"}


@settings(deadline=None, max_examples=20)
@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=5))
def test_any_text_can_be_indexed(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    index = Index(tmp_path_factory.mktemp("any"))
    index.rebuild([Document(t, t, (t,), (t,), (t,), t, (t,), t) for t in {*texts}], 1)
    for text in filter(parts, texts):
        assert text in all_keys(index, text)


def test_an_index_of_nothing_answers(built: Build) -> None:
    index = built([])
    assert index.revision == 1
    assert index.search("晨曦湾") == Answer(Tier.NONE, 0, ())


def test_searching_without_an_index_says_so(tmp_path: Path) -> None:
    index = Index(tmp_path / "none")
    assert index.revision is None
    with pytest.raises(NoIndex, match="rebuild"):
        index.search("晨曦")
