"""Tantivy, Xapian, and Whoosh as it comes."""

from typing import Any

from whoosh import fields, query
from whoosh.index import create_in, open_dir

from bench.search.peers.peer import PAGE, Peer, Row, library, query_pairs, query_terms
from bench.search.records import Institution

WRITER_MB = 256


class _Tantivy(Peer):
    def build(self, register: list[Institution], given: list[Row]) -> None:
        index = self._index()
        writer = index.writer(WRITER_MB << 20, 1)
        for row in given:
            document = self.tantivy.Document()
            document.add_unsigned("number", row.number)
            document.add_text("words", self.words(row))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self.index = self._index()
        self.index.reload()
        self.searcher = self.index.searcher()

    def search(self, query: str) -> list[int]:
        of, should = self.tantivy.Query, self.tantivy.Occur.Should
        terms = [(should, of.term_query(self.schema, "words", t)) for t in self.asked(query)]
        hits = self.searcher.search(of.boolean_query(terms), PAGE, count=False).hits
        return [self.searcher.doc(address)["number"][0] for _, address in hits]

    def words(self, row: Row) -> str:
        """Return what is indexed."""
        return row.terms

    def asked(self, query: str) -> list[str]:
        """Return what is asked for."""
        return query_terms(query)

    def _index(self) -> Any:
        self.tantivy = library("tantivy", "pip install -r bench/requirements.txt")
        builder = self.tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True)
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        self.schema = builder.build()
        return self.tantivy.Index(self.schema, path=str(self.folder))


class TantivyTerms(_Tantivy):
    """Any term, by BM25."""

    name = "tantivy, plain terms"


class TantivyBigrams(_Tantivy):
    """Any bigram, by BM25."""

    name = "tantivy bigram"

    def words(self, row: Row) -> str:
        return row.bigrams

    def asked(self, query: str) -> list[str]:
        return query_pairs(query)


class XapianTerms(Peer):
    """Any term, by BM25."""

    name = "Xapian, plain terms"

    def build(self, register: list[Institution], given: list[Row]) -> None:
        xapian = self._xapian()
        database = xapian.WritableDatabase(str(self.folder / "db"), xapian.DB_CREATE)
        for row in given:
            document = xapian.Document()
            for term in row.terms.split():
                document.add_term(term)
            database.replace_document(row.number + 1, document)
        database.commit()
        database.close()

    def open(self) -> None:
        self.enquire = self._xapian().Enquire(self._xapian().Database(str(self.folder / "db")))

    def search(self, query: str) -> list[int]:
        xapian = self._xapian()
        self.enquire.set_query(xapian.Query(xapian.Query.OP_OR, query_terms(query)))
        return [match.docid - 1 for match in self.enquire.get_mset(0, PAGE)]

    def _xapian(self) -> Any:
        return library(
            "xapian", "sudo apt-get install python3-xapian, then the system's Python of that ABI"
        )


class WhooshTerms(Peer):
    """One field of terms, `Or` of `Term`s, BM25F: nothing of Whoosh touched."""

    name = "stock Whoosh, plain terms"
    per_class = 10

    def build(self, register: list[Institution], given: list[Row]) -> None:
        schema = fields.Schema(number=fields.STORED, words=fields.KEYWORD(scorable=True))
        writer = create_in(str(self.folder), schema).writer(limitmb=WRITER_MB)
        for row in given:
            writer.add_document(number=row.number, words=row.terms)
        writer.commit()

    def open(self) -> None:
        self.searcher = open_dir(str(self.folder)).searcher()

    def search(self, typed: str) -> list[int]:
        asked = query.Or([query.Term("words", term) for term in query_terms(typed)])
        return [hit["number"] for hit in self.searcher.search(asked, limit=PAGE)]
