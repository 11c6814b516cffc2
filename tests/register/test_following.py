"""The index follows what is published: a few changes at once, a new day from the beginning."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from areas.divisions import load_areas
from demo.loading import DATA as DEMO_DATA
from portal.app import create_app
from portal.clock import today
from portal.database import db
from portal.revision import bump_public_revision
from portal.settings import Settings
from publishing.signing import Signer
from register import indexing
from register.indexing import follow, index
from tests.conftest import OwnContextClient, OwnContextRunner, settings_in
from tests.pages import PageClient
from tests.publishing.test_history import complete
from tests.publishing.test_importing import BING, jia, signer
from tests.services import PostgresCluster

__all__ = ["signer"]


def names(query: str) -> int:
    return index().search(query).total


def parts(app: Flask) -> int:
    settings: Settings = app.config["MINGDAN"]
    folder = settings.instance / "index"
    return len(list((folder / Path(folder / "CURRENT").read_text()).glob("part-*")))


def test_a_change_is_followed_without_building_everything_anew(app: Flask, signer: Signer) -> None:
    complete(signer, 0, jia() + BING)
    assert follow()
    assert (names("甲乙"), names("丙丁")) == (1, 1)
    complete(signer, 1, jia().replace("甲乙", "晨曦"))
    assert follow()
    assert (names("晨曦"), parts(app)) == (1, 2)
    assert index().search("丙丁").facets.standing == {"removed": 1}
    assert not follow()
    bump_public_revision(db.session)
    db.session.commit()
    assert follow()
    assert (names("晨曦"), parts(app)) == (1, 2)


def test_a_new_day_builds_everything_anew(
    app: Flask, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete(signer, 0, jia())
    follow()
    complete(signer, 1, jia() + BING)
    tomorrow = today().replace(day=1).replace(year=today().year + 1)
    monkeypatch.setattr(indexing, "today", lambda: tomorrow)
    assert follow()
    assert (names("丙丁"), parts(app)) == (1, 1)


def test_a_node_that_was_away_catches_up(app: Flask, signer: Signer) -> None:
    complete(signer, 0, jia())
    follow()
    for month, text in ((1, jia() + BING), (2, jia().replace("甲乙", "晨曦") + BING)):
        complete(signer, month, text)
    assert follow()
    assert (names("丙丁"), names("晨曦"), index().search("甲乙").hits[0].matched_by) == (
        1,
        1,
        "former_name",
    )


@pytest.fixture
def nodes(postgres: PostgresCluster, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two nodes with folders of their own on one PostgreSQL; the context is the first one's."""
    url = postgres.create_database()
    first = create_app(settings_in(tmp_path / "one", database_url=url))
    first.test_cli_runner().invoke(args=["prepare", "--no-demo"], catch_exceptions=False)
    first.extensions["engine"].dispose()
    both = [create_app(settings_in(tmp_path / name, database_url=url)) for name in ("one", "two")]
    for node in both:
        node.test_client_class, node.test_cli_runner_class = OwnContextClient, OwnContextRunner
    with both[0].app_context():
        load_areas(db.session, DEMO_DATA / "areas.csv")
        db.session.commit()
        yield both[0], both[1]
        db.session.close()
    for node in both:
        node.extensions["engine"].dispose()


def work(node: Flask) -> None:
    """Do one round of the worker that runs on every node."""
    node.test_cli_runner().invoke(args=["worker", "--once"], catch_exceptions=False)


def heading(node: Flask, query: str) -> str:
    return PageClient(node).visit("/search", query_string={"q": query}).h1


@pytest.mark.postgresql
def test_of_two_nodes_each_keeps_its_own_index_and_one_that_was_away_catches_up(
    nodes: tuple[Flask, Flask],
) -> None:
    here, away = nodes
    signer = Signer(here.config["MINGDAN"].instance / "keys")
    complete(signer, 0, jia())
    for node in nodes:
        work(node)
        assert heading(node, "甲乙") == "“甲乙”查到1家"
    for month, text in ((1, jia() + BING), (2, jia().replace("甲乙", "晨曦") + BING)):
        complete(signer, month, text)
        work(here)
    assert (heading(here, "丙丁"), heading(here, "晨曦")) == ("“丙丁”查到1家", "“晨曦”查到1家")
    # Nobody told the other one; it answers from what it has, and without a fault.
    assert heading(away, "丙丁") == "未在本次公布的名单中查到"
    assert heading(away, "甲乙") == "“甲乙”查到1家"
    work(away)
    assert (heading(away, "丙丁"), heading(away, "晨曦")) == ("“丙丁”查到1家", "“晨曦”查到1家")
    assert away.extensions["index"].revision == here.extensions["index"].revision
    assert (parts(away), parts(here)) == (2, 2), "a few changes are no reason to begin anew"


@pytest.mark.postgresql
def test_a_node_without_an_index_builds_its_own(nodes: tuple[Flask, Flask]) -> None:
    here, new = nodes
    complete(Signer(here.config["MINGDAN"].instance / "keys"), 0, jia())
    work(here)
    PageClient(new).visit("/search?q=甲乙", status=503)
    work(new)
    assert heading(new, "甲乙") == "“甲乙”查到1家"
    assert parts(new) == 1
