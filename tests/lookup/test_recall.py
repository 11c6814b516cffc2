"""The search is asked every night for what is known to be there; only figures are kept."""

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from flask import Flask

from lookup import recall
from lookup.recall_page import WAYS
from portal.clock import today
from portal.database import db
from register.models import FormerName
from search import Index
from tests.lookup.planting import indexed, plant
from tests.pages import PageClient


def measured() -> dict[str, recall.Figure]:
    return {one.way: one for one in recall.measure(db.session, Random(7), 2).figures}


def test_whatever_is_stored_is_found_again(demo: Flask) -> None:
    found = measured()
    assert set(found) == set(WAYS)
    assert all(one.asked for one in found.values())
    for way in ("name", "traditional", "former", "address"):
        assert found[way].found == found[way].asked, way
    for way in ("pinyin", "misspelt"):
        assert found[way].found >= 0.95 * found[way].asked, way


def test_what_the_index_has_lost_is_counted_as_lost(demo: Flask) -> None:
    index: Index = demo.extensions["index"]
    assert index.revision
    index.rebuild([], index.revision + 1)
    assert {one.found for one in measured().values()} == {0}


def test_it_is_measured_once_a_day_and_for_every_edition(demo: Flask) -> None:
    assert recall.refresh()
    assert not recall.refresh()
    known = recall.read()
    assert known
    for old in (
        replace(known, day=today() - timedelta(days=1)),
        replace(known, edition=known.edition - 1),
    ):
        recall.write(old)
        assert recall.refresh() == (old.edition != known.edition or recall.night())


def test_nothing_but_figures_is_kept(demo: Flask) -> None:
    recall.refresh()
    folder = demo.config["MINGDAN"].instance
    stored = json.loads((folder / "search-recall.json").read_text(encoding="utf-8"))
    assert set(stored) == {"day", "edition", "sample", "figures"}
    assert {type(value) for one in stored["figures"] for value in one.values()} == {str, int}
    assert {one["way"] for one in stored["figures"]} == set(WAYS)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"figures": 3}', '{"figures": [], "day": "x"}'])
def test_a_damaged_file_is_as_none(demo: Flask, text: str) -> None:
    (demo.config["MINGDAN"].instance / "search-recall.json").write_text(text, encoding="utf-8")
    assert recall.read() is None
    assert "还没有结果" in PageClient(demo).visit("/about/search").words


def test_the_page_shows_the_figures_with_their_day(demo: Flask) -> None:
    recall.refresh()
    page = PageClient(demo).visit("/about/search")
    known = recall.read()
    assert known
    rows = page.tree.xpath("//tbody/tr")
    assert len(rows) == len([one for one in known.figures if one.asked])
    assert "第2期" in page.words
    assert f"{today():%Y}年" in page.words


def test_an_empty_site_measures_nothing(app: Flask) -> None:
    assert not recall.refresh()


def test_the_command_measures_now(demo: Flask) -> None:
    result = demo.test_cli_runner().invoke(args=["search", "recall"])
    assert result.exit_code == 0, result.output
    assert "名称里任意1至4个字：问" in result.output
    assert recall.read()


def test_the_command_needs_an_edition(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["search", "recall"])
    assert result.exit_code == 1
    assert "还没有公布过名单" in result.output


def test_former_names_are_asked_for(demo: Flask) -> None:
    plant("海豚书画中心").former_names.append(FormerName(name="白鲸书画社"))
    indexed()
    assert measured()["former"].asked >= 1
