"""The database: base class of all models, session, and what SQLite must be told."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import event, orm


class Database:
    """One engine per app, one session per app context, closed with it."""

    @property
    def engine(self) -> sa.Engine:
        """The engine of the current app."""
        engine: sa.Engine = current_app.extensions["engine"]
        return engine

    @property
    def session(self) -> orm.Session:
        """The session of the current request or command."""
        if "session" not in g:
            g.session = orm.Session(self.engine)
        session: orm.Session = g.session
        return session

    @contextmanager
    def reading(self) -> Iterator[orm.Session]:
        """A session beside the request's own that only reads, and so holds up nobody."""
        with orm.Session(self.engine.execution_options(reads=True)) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[orm.Session]:
        """A session of its own that writes at once and commits: for what a fetched page notes."""
        engine = self.engine.execution_options(writes=True)
        with orm.Session(engine) as session, session.begin():
            yield session

    def read_first(self) -> None:
        """Let the request only read outside of `locked`: a page in the making holds up nobody."""
        g.only_reads = True

    @contextmanager
    def locked(self) -> Iterator[orm.Session]:
        """The request's own session, looking anew and with the right to write, until it commits.

        For requests that `read_first`; what was loaded before is loaded again when asked.
        """
        self.session.rollback()
        with _turn:  # SQLite itself polls and sleeps, and may let somebody wait for seconds
            g.only_reads = False
            try:
                yield self.session
            finally:
                self.session.rollback()
                g.only_reads = True


db = Database()
_turn = threading.Lock()

_BATCH = 5000  # rows to a statement

# Named constraints, so that migrations can speak of them on both databases.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware instant, stored in UTC on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse an instant without zone; a guess would move deadlines."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give SQLite's naive value its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(orm.DeclarativeBase):
    """Base class of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - SQLAlchemy's own idiom


def closed_set(values: type[StrEnum], name: str) -> sa.Enum:
    """Return the column type of a closed set: text with a check constraint on both databases."""
    return sa.Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def insert_rows(session: orm.Session, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns, those with a default in Python too.

    Handed to the driver by the thousand: what SQLAlchemy does for each takes as long as inserting.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    connection = session.connection()
    dialect, table = connection.dialect, model.metadata.tables[model.__tablename__]
    quote = dialect.identifier_preparer.quote
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    names, marks = ", ".join(map(quote, first)), ", ".join([mark] * len(first))
    insert = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - our names
    bind = [
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in first
    ]
    lines = (
        tuple(process(row[name]) if process else row[name] for name, process in bind)
        for row in chain([first], rows)
    )
    while batch := list(islice(lines, _BATCH)):
        connection.exec_driver_sql(insert, batch)


def init_database(app: Flask, url: str) -> None:
    """Bind the session to the app and teach SQLite its manners."""
    # Parameters stay out of error messages: they may hold personal data.
    engine = sa.create_engine(url, hide_parameters=True)
    app.extensions["engine"] = engine
    app.teardown_appcontext(_close_session)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def only_reads() -> bool:
    """Tell whether a request writes nothing just now: a fetched page, or outside of `locked`."""
    if not has_request_context():
        return False
    said: bool | None = g.get("only_reads")
    return request.method in {"GET", "HEAD"} if said is None else said


def learn_sizes() -> None:
    """Let SQLite's planner know how full its tables are; PostgreSQL sees to that itself."""
    with db.writing() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(sa.text("PRAGMA analysis_limit=1000"))  # entries: a few milliseconds
            session.execute(sa.text("ANALYZE"))


def empty_log(session: orm.Session) -> None:
    """Write SQLite's log into the database and empty it: what was erased is then in neither.

    Goes on without where somebody reads just now; the next call does it.
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _close_session(_fault: BaseException | None) -> None:
    session: orm.Session | None = g.pop("session", None)
    if session is not None:
        session.close()


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=60000",
        "synchronous=FULL",  # a receipt that was shown must survive a power cut
        "secure_delete=ON",
        "temp_store=MEMORY",
        "cache_size=-16384",  # KiB; the usual 2 MiB are too few for a province's register
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later fails under load unless it asks for the
    # write lock at once; only pages that are fetched never write.
    options = connection.get_execution_options()
    reads = options.get("reads", False) or (only_reads() and not options.get("writes", False))
    if reads:
        # Past SQLAlchemy, whose way is long: it looks at nothing yet, and so cannot fail.
        connection.connection.cursor().execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
