"""Running the migrations from the app."""

import sqlalchemy as sa
from flask import current_app

from portal.database import db
from portal.settings import ROOT

# Known without importing alembic, so that a start that has nothing to migrate stays quick.
VERSIONS = ROOT / "migrations" / "versions"


def migrate(revision: str = "head") -> bool:
    """Upgrade the database to the head; returns whether there was anything to do."""
    if revision == "head" and at_head():
        return False
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["engine"] = db.engine
    command.upgrade(config, revision)
    current_app.logger.debug("migrated")
    return True


def at_head() -> bool:
    """Tell whether the schema is the one this code knows."""
    if not sa.inspect(db.engine).has_table("alembic_version"):
        return False
    with db.engine.connect() as connection:
        current = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    newest = max(path.stem for path in VERSIONS.glob("*.py"))
    return current is not None and newest.endswith(str(current))
