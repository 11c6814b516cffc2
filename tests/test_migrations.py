"""Migrations: up, down and up again with rows in the tables, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from areas.divisions import load_areas
from departments.loading import load_routing
from portal.app import create_app
from portal.database import Base, db
from portal.migrating import migrate
from portal.settings import ROOT
from tests.conftest import settings_in
from tests.services import PostgresCluster


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An app's engine on an empty database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.sqlite'}"
    else:
        cluster: PostgresCluster = request.getfixturevalue("postgres")
        url = cluster.create_database()
    app = create_app(settings_in(tmp_path / "instance", database_url=url))
    with app.app_context():
        yield db.engine
        db.session.close()
        db.engine.dispose()


def alembic(engine: sa.Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["engine"] = engine
    return config


def test_up_down_and_up_with_rows(engine: sa.Engine) -> None:
    assert migrate()
    assert load_areas(db.session) == 3371
    assert load_routing(db.session) == 307 + 8
    db.session.commit()
    db.session.close()
    command.downgrade(alembic(engine), "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    assert migrate()
    assert not migrate(), "nothing is left to do at the head"


def test_the_models_equal_the_head(engine: sa.Engine) -> None:
    migrate()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
