import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import cleaned


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>前台收钱", "alert(1)前台收钱"),
        ("<b>学费</b> 3600 < 5000 & 没有发票", "学费 3600 < 5000 & 没有发票"),
        ("甲\u202e乙\x00丙", "甲乙丙"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("  两头空  ", "两头空"),
    ],
)
def test_tags_and_control_characters_go_words_stay(typed: str, kept: str) -> None:
    assert cleaned(typed, 2000) == kept


@given(st.text())
def test_anything_is_cut_and_never_raises(text: str) -> None:
    assert len(cleaned(text, 50)) <= 50
