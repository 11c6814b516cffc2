"""What was asked for is marked in the published text, and the text itself never changes."""

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

from lookup.highlighting import highlighted
from search import code_marks, marks


def marked(text: str, query: str, *, loosely: bool = False) -> str:
    """Return the text with what is marked in brackets."""
    shown = str(highlighted(text, marks(text, query, loosely=loosely)))
    return unescape(shown.replace("<mark>", "[").replace("</mark>", "]"))


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("临江区晨曦湾培训学校", "晨曦", "临江区[晨曦]湾培训学校"),
        ("臨江區晨曦灣培訓學校", "晨曦湾 培训", "臨江區[晨曦灣培訓]學校"),
        ("临江区晨曦湾培训学校", "臨江區晨曦灣", "[临江区晨曦湾]培训学校"),
        ("晨·曦湾（ＡＢＣ）", "晨曦湾abc", "[晨·曦湾（ＡＢＣ]）"),
        ("㎏教育", "kg", "[㎏]教育"),
        ("晨曦湾晨曦", "晨曦", "[晨曦]湾[晨曦]"),
        ("晨曦湾培训学校", "chenxi", "[晨曦]湾培训学校"),
        ("晨曦湾培训学校", "晨xi湾", "[晨曦湾]培训学校"),
        ("晨曦湾培训学校", "cxw", "[晨曦湾]培训学校"),
        ("<b>晨曦&湾</b>", "晨曦", "<b>[晨曦]&湾</b>"),
        ("晨曦湾培训学校", "青禾", "晨曦湾培训学校"),
        ("晨曦湾培训学校", "", "晨曦湾培训学校"),
    ],
)
def test_the_right_characters_are_marked(text: str, query: str, shown: str) -> None:
    assert marked(text, query) == shown


def test_loosely_takes_what_both_have_in_a_row() -> None:
    assert marked("晨曦湾培训学校", "晨曦湾正规吗", loosely=True) == "[晨曦湾]培训学校"
    assert marked("晨曦湾培训学校", "晨曦湾正规吗") == "晨曦湾培训学校"


def test_a_code_is_marked_though_letters_were_misread() -> None:
    code = "52350100MJ1234567X"
    shown = highlighted(code, code_marks(code, "MJI2345"))
    assert str(shown) == "52350100<mark>MJ12345</mark>67X"


def test_markup_is_shown_as_it_is_written() -> None:
    for wanted in ([False] * 4, [True, False, False, False]):
        shown = str(highlighted(Markup("<b>晨"), wanted))
        assert "<b>" not in shown
        assert "b&gt;晨" in shown


TEXT = st.text(st.sampled_from("晨曦湾灣A1Ａ&<>\"'·（ \u202e㎏ß"), max_size=12) | st.text(
    max_size=12
)


@given(TEXT, TEXT)
@settings(max_examples=400, deadline=None)
def test_without_its_marks_it_is_the_text_itself(text: str, query: str) -> None:
    for loosely in (False, True):
        shown = str(highlighted(text, marks(text, query, loosely=loosely)))
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert unescape(bare) == text
        assert "<" not in bare


@given(TEXT, TEXT)
@settings(max_examples=100, deadline=None)
def test_a_browser_reads_the_same_text(text: str, query: str) -> None:
    text = "".join(c for c in text if c.isprintable())  # what XML cannot hold aside
    tree = html.fromstring(f"<p>{highlighted(text, marks(text, query))}</p>")
    assert tree.xpath("string()") == text
    assert {child.tag for child in tree} <= {"mark"}
