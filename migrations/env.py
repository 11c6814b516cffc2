"""Alembic's environment: the models of every package, on SQLite and PostgreSQL."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import accounts.models
import areas.models
import departments.models
import doorcodes.models
import notices.models
import outbox.models
import publishing.models
import register.models
import reports.models
from portal.database import Base, UtcDateTime

MODELS = (
    accounts.models, areas.models, departments.models, doorcodes.models, notices.models,
    outbox.models,
    publishing.models, register.models, reports.models,
)  # fmt: skip


def render_item(kind: str, thing: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our instant as plain SQLAlchemy: a migration must not change with the code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations on the engine that portal.migrating hands in."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transactional_ddl=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
