"""The main job on PostgreSQL: nothing in it may lean on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from demo.loading import AREA, SIGN_INS
from outbox.models import OutboxMessage
from portal.app import create_app
from portal.database import db
from reports.models import Report
from tests.accounts.signing_in import sign_in
from tests.clock import next_hour
from tests.conftest import OwnContextClient, OwnContextRunner, settings_in
from tests.inbox.test_inbox import make, number
from tests.pages import PageClient
from tests.publishing.test_importing import BLACK_HEAD, black_row
from tests.reports.test_tips import TEXT, form
from tests.services import PostgresCluster

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def prepared(
    postgres: PostgresCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("pg") / "instance"
    url = postgres.create_database()
    first = create_app(settings_in(folder, database_url=url))
    first.test_cli_runner().invoke(args=["prepare"])
    first.extensions["engine"].dispose()
    app = create_app(settings_in(folder, database_url=url))
    app.testing = True
    app.test_client_class, app.test_cli_runner_class = OwnContextClient, OwnContextRunner
    assert (folder / SIGN_INS).exists()
    with app.app_context():
        yield app
        db.session.close()
        db.engine.dispose()


@pytest.mark.parametrize(
    "path", ["/", "/search?q=晨曦", "/lists/black", "/lists/expired", "/departments", "/editions",
             f"/editions/{AREA}/2", "/report", "/receipt"],
)  # fmt: skip
def test_pages(prepared: Flask, path: str) -> None:
    PageClient(prepared).visit(path)


def test_a_tip_sent_twice_is_one_and_is_worked(prepared: Flask) -> None:
    client = PageClient(prepared)
    data = form(client)
    assert client.send("/report/new", data).words == client.send("/report/new", data).words
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 1
    officer = sign_in(prepared, "cul")
    assert TEXT in officer.visit(f"/desk/inbox/{number()}").words
    make(officer, "accepted:")
    with next_hour():
        prepared.test_cli_runner().invoke(args=["worker", "--once"], catch_exceptions=False)
    assert None not in db.session.scalars(sa.select(OutboxMessage.sent_at)).all()


def test_a_list_is_published_and_found(prepared: Flask, tmp_path: Path) -> None:
    file = tmp_path / "black.csv"
    file.write_text(BLACK_HEAD + black_row(name="新查处补习班", uscc=""), encoding="utf-8")
    args = ["lists", "import", str(file), "--list", "black", "--area", AREA,
            "--publish", "--leave-out-blocked"]  # fmt: skip
    result = prepared.test_cli_runner().invoke(args=args)
    assert "第 3 期" in result.output, result.output
    assert PageClient(prepared).visit("/search?q=新查处").tree.xpath("//*[@data-standing='black']")


def test_a_database_that_went_away_is_a_page(postgres: PostgresCluster, tmp_path: Path) -> None:
    url = postgres.create_database()  # without tables: every query fails
    app = create_app(settings_in(tmp_path, database_url=url))
    PageClient(app).visit("/", status=500)
    app.extensions["engine"].dispose()
