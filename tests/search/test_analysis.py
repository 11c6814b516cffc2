"""Folding makes equal what people mean as equal, and never looks at a neighbour."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import PART_LIMIT, QUERY_LIMIT, TYPED_LIMIT, fold, parts

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("學習書畫", "学习书画"),
        ("ＡＢＣ１２３", "abc123"),
        ("晨曦（朝阳）·培训 学校", "晨曦朝阳培训学校"),
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("Straße", "strasse"),
        ("⑴㈱Ⅳ", "1株iv"),
        ("ガ 가", "ガ가"),
        ("晨\u200b曦\u202e湾\ufeff", "晨曦湾"),
        ("\x00\ud800😀\t", ""),
        ("〇々", "〇々"),
        ("\ue000\U000323b0", "\ue000\U000323b0"),  # private use; a character of Unicode 15
        ("乾隆 乾燥", "干隆干燥"),
        ("薴", "苎"),
    ],
)
def test_text_folds_to_one_form(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(ANY_TEXT, ANY_TEXT)
def test_a_part_before_folding_is_a_part_after_it(left: str, right: str) -> None:
    assert fold(left + right) == fold(left) + fold(right)


def test_folding_twice_changes_nothing_and_folded_text_can_be_stored() -> None:
    # All of the plane that names are written in, and a sample of the others.
    for character in map(chr, (*range(0x10000), *range(0x10000, sys.maxunicode, 97))):
        once = fold(character)
        assert fold(once) == once
        assert not set(once) & {" ", "\n"}
        once.encode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("晨曦湾", ("晨曦湾",)),
        ("晨曦　湾，ＡＢ-1", ("晨曦", "湾", "ab", "1")),
        ("（晨曦）", ("晨曦",)),
        ("晨\u200d曦", ("晨曦",)),
        ("", ()),
        (" \x00*?\ud800", ()),
    ],
)
def test_a_query_falls_into_parts(query: str, expected: tuple[str, ...]) -> None:
    assert parts(query) == expected


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_parts_are_the_folded_query_in_pieces(query: str) -> None:
    assert fold(query).startswith("".join(parts(query)))


@pytest.mark.parametrize(
    ("query", "kept"),
    [("晨" * 10_000, QUERY_LIMIT), ("晨 " * 10_000, PART_LIMIT), ("ﷺ" * 10_000, QUERY_LIMIT)],
)
def test_long_queries_are_cut(query: str, kept: int) -> None:
    assert len("".join(parts(query))) == kept


def test_what_stands_far_out_is_not_read() -> None:
    assert parts(" " * TYPED_LIMIT + "晨") == ()
