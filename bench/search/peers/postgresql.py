"""PostgreSQL, a cluster of our own: pg_trgm, and bigrams as a tsvector; both with GIN."""

from abc import abstractmethod

import psycopg

from bench.search.peers.peer import PAGE, Missing, Peer, Row, query_pairs
from bench.search.records import Institution
from run import PARTS, missing_parts
from search import fold
from tests.services import PostgresCluster


class _Postgresql(Peer):
    per_class = 10
    in_process = False
    prepare: str
    insert: str
    index: str
    select: str

    @abstractmethod
    def values(self, row: Row) -> tuple[str | list[str], ...]:
        """Return what is stored beside the number."""

    @abstractmethod
    def asked(self, query: str) -> str:
        """Return the parameter of `select`; empty where there is nothing to ask."""

    def build(self, register: list[Institution], given: list[Row]) -> None:
        if "postgresql" in missing_parts():
            raise Missing(f"no {PARTS['postgresql']}: sudo apt-get install postgresql")
        self.cluster = PostgresCluster()
        self.cluster.__enter__()
        self.open()
        self.database.execute(self.prepare.encode())
        with self.database.cursor() as cursor:
            values = ((row.number, *self.values(row)) for row in given)
            cursor.executemany(self.insert.encode(), values)
        self.database.execute(self.index.encode())
        self.database.execute(b"ANALYZE texts")

    def open(self) -> None:
        if not hasattr(self, "database"):
            where = str(self.cluster.folder)
            self.database = psycopg.connect(host=where, user="postgres", autocommit=True)

    def search(self, query: str) -> list[int]:
        return self.found(self.select, query)

    def found(self, statement: str, query: str) -> list[int]:
        """Return what a statement finds."""
        if not (asked := self.asked(query)):
            return []
        rows = self.database.execute(statement.encode(), {"asked": asked, "page": PAGE})
        return [number for (number,) in rows]

    def close(self) -> None:
        self.database.close()
        self.cluster.__exit__()

    def size(self) -> int:
        found = self.database.execute(b"SELECT pg_total_relation_size('texts')").fetchone()
        return int(found[0]) if found else 0


class PostgresqlTrigrams(_Postgresql):
    """Whoever holds the text; where nobody does, similar names above pg_trgm's own threshold."""

    name = "PostgreSQL pg_trgm"
    prepare = "CREATE EXTENSION pg_trgm; CREATE TABLE texts (number int, name text, text text)"
    insert = "INSERT INTO texts VALUES (%s, %s, %s)"
    index = (
        "CREATE INDEX ON texts USING gin (text gin_trgm_ops);"
        " CREATE INDEX ON texts USING gin (name gin_trgm_ops)"
    )
    select = (
        "SELECT number FROM texts WHERE text LIKE '%%' || %(asked)s || '%%'"
        " ORDER BY similarity(name, %(asked)s) DESC LIMIT %(page)s"
    )
    similar = (
        "SELECT number FROM texts WHERE name %% %(asked)s"
        " ORDER BY similarity(name, %(asked)s) DESC LIMIT %(page)s"
    )

    def values(self, row: Row) -> tuple[str, ...]:
        return row.text.split("\n")[0], row.text

    def asked(self, query: str) -> str:
        return fold(query)

    def search(self, query: str) -> list[int]:
        return super().search(query) or self.found(self.similar, query)


class PostgresqlWords(PostgresqlTrigrams):
    """The same with similar words instead, down to half the usual threshold: it finds most so."""

    name = "PostgreSQL pg_trgm, words from 0.3"
    similar = (
        "SELECT number FROM texts WHERE %(asked)s <%% text"
        " ORDER BY word_similarity(%(asked)s, text) DESC LIMIT %(page)s"
    )

    def open(self) -> None:
        super().open()
        self.database.execute(b"SET pg_trgm.word_similarity_threshold = 0.3")


class PostgresqlBigrams(_Postgresql):
    """Any bigram, by ts_rank."""

    name = "PostgreSQL tsvector bigram"
    prepare = "CREATE TABLE texts (number int, words tsvector)"
    insert = "INSERT INTO texts VALUES (%s, array_to_tsvector(%s))"
    index = "CREATE INDEX ON texts USING gin (words)"
    select = (
        "SELECT number FROM texts WHERE words @@ %(asked)s::tsquery"
        " ORDER BY ts_rank(words, %(asked)s::tsquery) DESC LIMIT %(page)s"
    )

    def values(self, row: Row) -> tuple[list[str]]:
        return (row.bigrams.split(),)

    def asked(self, query: str) -> str:
        return " | ".join(f"'{pair}'" for pair in query_pairs(query))
