"""The engine that the site uses."""

from bench.search.peers.peer import PAGE, Peer, Row
from bench.search.records import Institution, documents
from search import Index


class Ours(Peer):
    """Through its public interface, analysis and ranking included."""

    name = "search (ours)"

    def build(self, register: list[Institution], given: list[Row]) -> None:
        Index(self.folder).rebuild(documents(register), len(given))

    def open(self) -> None:
        self.index = Index(self.folder)

    def search(self, query: str) -> list[int]:
        return [int(hit.key) for hit in self.index.search(query, limit=PAGE).hits]
