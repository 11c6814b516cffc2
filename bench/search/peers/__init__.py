"""Other ways to search the same register, each behind the same four calls."""

from bench.search.peers.dictionary import Dictionary
from bench.search.peers.libraries import TantivyBigrams, TantivyTerms, WhooshTerms, XapianTerms
from bench.search.peers.ours import Ours
from bench.search.peers.peer import Missing, Peer, Row, rows
from bench.search.peers.postgresql import PostgresqlBigrams, PostgresqlTrigrams, PostgresqlWords
from bench.search.peers.sqlite import Fts5Bigrams, Fts5Trigrams, Like

PEERS: dict[str, type[Peer]] = {
    peer.name: peer
    for peer in (
        Ours,
        Dictionary,
        TantivyTerms,
        XapianTerms,
        WhooshTerms,
        TantivyBigrams,
        Fts5Bigrams,
        Fts5Trigrams,
        PostgresqlTrigrams,
        PostgresqlWords,
        PostgresqlBigrams,
        Like,
    )
}

__all__ = ["PEERS", "Missing", "Ours", "Peer", "Row", "rows"]
