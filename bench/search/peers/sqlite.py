"""SQLite: LIKE, and FTS5 with its own trigrams or with bigrams as words."""

import sqlite3
from abc import abstractmethod

from bench.search.peers.peer import PAGE, Peer, Row, query_pairs
from bench.search.records import Institution
from search import fold


class _Sqlite(Peer):
    create: str
    select: str

    @abstractmethod
    def value(self, row: Row) -> str:
        """Return the text that is stored."""

    @abstractmethod
    def asked(self, query: str) -> str:
        """Return the parameter of `select`; empty where there is nothing to ask."""

    def build(self, register: list[Institution], given: list[Row]) -> None:
        self.open()
        self.database.execute(self.create)
        values = ((row.number, self.value(row)) for row in given)
        self.database.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", values)
        self.database.commit()
        self.database.close()

    def open(self) -> None:
        self.database = sqlite3.connect(self.folder / "texts.sqlite")

    def search(self, query: str) -> list[int]:
        asked = self.asked(query)
        found = self.database.execute(self.select, (asked, PAGE)) if asked else ()
        return [number for (number,) in found]

    def close(self) -> None:
        self.database.close()


class Like(_Sqlite):
    """`LIKE '%q%'` over everything, in no order."""

    name = "SQLite LIKE"
    per_class = 10
    create = "CREATE TABLE texts (text TEXT)"
    select = "SELECT rowid FROM texts WHERE text LIKE ? LIMIT ?"

    def value(self, row: Row) -> str:
        return row.text

    def asked(self, query: str) -> str:
        return f"%{fold(query)}%"


class _Fts5(_Sqlite):
    per_class = 30
    select = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"


class Fts5Trigrams(_Fts5):
    """Any trigram of the query, by BM25."""

    name = "SQLite FTS5 trigram"
    create = "CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'trigram')"

    def value(self, row: Row) -> str:
        return row.text

    def asked(self, query: str) -> str:
        folded = fold(query)
        return " OR ".join(f'"{folded[at : at + 3]}"' for at in range(len(folded) - 2))


class Fts5Bigrams(_Fts5):
    """Any bigram of the query, by BM25."""

    name = "SQLite FTS5 bigram"
    create = "CREATE VIRTUAL TABLE texts USING fts5(text)"

    def value(self, row: Row) -> str:
        return row.bigrams

    def asked(self, query: str) -> str:
        return " OR ".join(f'"{pair}"' for pair in query_pairs(query))
