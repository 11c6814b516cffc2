"""Fixtures. Strategy: real database, real index, real files, in a folder of the test's own.

`blank_instance` and `demo_instance` are made once per run (migrated, reference data; the second one
with the demo district) and copied per test, so a test may change anything. `app` is an empty
instance, `demo` one with the district; `client` and `demo_client` fetch pages and lint each one.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from werkzeug.test import TestResponse

from areas.divisions import load_areas
from demo.loading import DATA as DEMO_DATA
from demo.loading import load_demo
from departments.loading import load_routing
from portal.app import create_app
from portal.database import db
from portal.migrating import migrate
from portal.settings import Settings, load_settings
from register.indexing import follow
from tests.pages import PageClient
from tests.services import PostgresCluster, RedisServer


def settings_in(folder: Path, **changes: str) -> Settings:
    """Return settings of an instance in a folder, as the environment would give them."""
    environ = {"MINGDAN_INSTANCE": str(folder)}
    environ |= {f"MINGDAN_{name.upper()}": value for name, value in changes.items()}
    return load_settings(environ)


class OwnContextClient(FlaskClient):
    """Every request in an app context of its own, as on a server, beside the test's own session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()  # the test holds no lock and sees afterwards what the request wrote
        with self.application.app_context():
            return super().open(*args, **kwargs)


class OwnContextRunner(FlaskCliRunner):
    """The same for commands."""

    def invoke(self, *args: Any, **kwargs: Any) -> Result:
        db.session.rollback()
        with self.app.app_context():
            return super().invoke(*args, **kwargs)


def _made(folder: Path) -> Flask:
    app = create_app(settings_in(folder))
    app.testing = True
    app.test_client_class = OwnContextClient
    app.test_cli_runner_class = OwnContextRunner
    return app


@pytest.fixture(scope="session")
def blank_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("blank") / "instance"
    with _made(folder).app_context():
        migrate()
        load_areas(db.session)
        load_areas(db.session, DEMO_DATA / "areas.csv")
        load_routing(db.session)
        db.session.commit()
        follow()
        db.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def demo_instance(blank_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "instance"
    shutil.copytree(blank_instance, folder)
    with _made(folder).app_context():
        list(load_demo(db.session, settings_in(folder)))
        follow()
        db.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    """A private PostgreSQL, one per run."""
    with PostgresCluster() as cluster:
        yield cluster


@pytest.fixture
def app(blank_instance: Path, tmp_path: Path) -> Iterator[Flask]:
    yield from _copied(blank_instance, tmp_path)


@pytest.fixture
def demo(demo_instance: Path, tmp_path: Path) -> Iterator[Flask]:
    yield from _copied(demo_instance, tmp_path)


@pytest.fixture
def demo_folder(demo_instance: Path, tmp_path: Path) -> Path:
    """The demo district's folder, for processes of their own."""
    return Path(shutil.copytree(demo_instance, tmp_path / "instance"))


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def client(app: Flask) -> PageClient:
    return PageClient(app)


@pytest.fixture
def demo_client(demo: Flask) -> PageClient:
    return PageClient(demo)


def _copied(source: Path, tmp_path: Path) -> Iterator[Flask]:
    folder = tmp_path / "instance"
    shutil.copytree(source, folder)
    app = _made(folder)
    with app.app_context():
        yield app
        db.session.close()
        db.engine.dispose()
