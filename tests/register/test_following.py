"""The index follows what is published: a few changes at once, a new day from the beginning."""

from pathlib import Path

import pytest
from flask import Flask

from portal.clock import today
from portal.database import db
from portal.revision import bump_public_revision
from portal.settings import Settings
from publishing.signing import Signer
from register import indexing
from register.indexing import follow, index
from tests.publishing.test_history import complete
from tests.publishing.test_importing import BING, jia, signer

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
