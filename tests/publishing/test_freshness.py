"""Only a complete list makes a list young: neither one row more nor an urgent change does."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from departments.models import Department, Task
from portal.clock import today
from portal.database import db
from publishing.importing import import_list
from publishing.models import Coverage, SubmissionState
from publishing.overdue import keep_stale_tasks
from publishing.sheet import ListKind
from publishing.signing import Signer
from publishing.urgent import UrgentAct, urgent
from register.freshness import complete_as_of, is_fresh
from register.models import Edition, Institution
from tests.pages import PageClient
from tests.publishing.test_importing import BING, BLACK_HEAD, HEAD, black_row, jia, order
from tests.publishing.test_keys import flask
from tests.publishing.test_submissions import published

AREA = "359901"
LONG_AGO = today() - timedelta(days=40)


def publish(app: Flask, text: str, as_of: date, **more: object) -> Edition:
    signer = Signer(app.config["MINGDAN"].instance / "keys")
    outcome = import_list(db.session, order(text, as_of=as_of, **more), signer)
    db.session.commit()
    assert outcome.edition is not None
    return outcome.edition


@pytest.fixture
def old(app: Flask) -> Edition:
    """An area whose complete list is of forty days ago."""
    return publish(app, HEAD + jia(), LONG_AGO, coverage=Coverage.COMPLETE)


def test_one_row_more_leaves_the_list_as_old_as_it_was(app: Flask, old: Edition) -> None:
    assert "complete_as_of" not in json.loads(old.manifest)
    more = publish(app, HEAD + BING, today())
    assert more.as_of == today()
    assert json.loads(more.manifest)["complete_as_of"] == LONG_AGO.isoformat()
    assert not is_fresh(more)
    client = PageClient(app)
    (banner,) = client.visit("/").tree.xpath("//header//p[@class='stale']")
    assert "40天没有更新" in banner.text_content()
    assert "只有个别机构的变化" in banner.text_content()
    code = db.session.scalar(sa.select(Institution.code).limit(1))
    answer = client.raw.get(f"/api/v1/institutions/{code}").get_json()
    assert (answer["fresh"], answer["as_of"]) == (False, today().isoformat())
    assert flask(app, "editions", "verify").exit_code == 0


def test_neither_black_list_nor_urgent_change_renews_a_white_list(app: Flask, old: Edition) -> None:
    black = BLACK_HEAD + black_row("别家培训中心", "")
    edition = publish(app, black, today(), list_kind=ListKind.BLACK, coverage=Coverage.COMPLETE)
    assert complete_as_of(edition) == LONG_AGO
    institution = db.session.scalars(sa.select(Institution).filter_by(name="甲乙培训中心")).one()
    change = urgent(db.session, institution, UrgentAct.SUSPEND, None, "消防隐患")
    change.state = SubmissionState.APPROVED
    db.session.commit()
    assert published(app)
    newest = db.session.scalars(sa.select(Edition).filter_by(number=3)).one()
    assert (newest.as_of, complete_as_of(newest)) == (today(), LONG_AGO)


def test_a_complete_list_renews_it_though_nothing_else_is_new(app: Flask, old: Edition) -> None:
    publish(app, HEAD + BING, today())
    newest = publish(app, HEAD + jia() + BING, today(), coverage=Coverage.COMPLETE)
    assert newest.number == 3  # nothing differs and it is no later day, but now it is known
    assert is_fresh(newest)
    assert "complete_as_of" not in json.loads(newest.manifest)


def test_where_there_is_no_white_list_the_black_one_counts(app: Flask) -> None:
    one = BLACK_HEAD + black_row()
    black = {"list_kind": ListKind.BLACK, "coverage": Coverage.COMPLETE}
    publish(app, one, LONG_AGO, **black)
    assert is_fresh(publish(app, one, today(), **black))


def test_a_stale_list_is_a_task_once_until_it_is_renewed(demo: Flask) -> None:
    def tasks() -> list[Task]:
        query = sa.select(Task).where(Task.subject.startswith("stale:"))
        return list(db.session.scalars(query.order_by(Task.id)))

    keep_stale_tasks(db.session)
    assert tasks() == []
    for edition in db.session.scalars(sa.select(Edition)):
        edition.as_of = LONG_AGO
    db.session.commit()
    keep_stale_tasks(db.session)
    keep_stale_tasks(db.session)
    (task,) = tasks()
    assert db.session.get_one(Department, task.department_id).short_name == "区教育局"
    assert str(LONG_AGO) in task.what
    assert task.due == LONG_AGO + timedelta(days=31)
    for edition in db.session.scalars(sa.select(Edition)):
        edition.as_of = today()
    db.session.commit()
    keep_stale_tasks(db.session)
    assert task.done_at is not None
