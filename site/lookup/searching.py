"""From a query to cards: the index gives keys, one query gives the rows."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lookup.matching import with_match, words_of
from register.cards import Card, Cards
from register.indexing import index
from register.listed import by_codes
from search import Answer as Found
from search import Filters, Hit, MatchedBy, Tier

_BY_EAR = {MatchedBy.SOUND, MatchedBy.INITIALS}


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of what the index found, with its cards."""

    found: Found
    shown: list[tuple[Hit, Card]]

    @property
    def tier(self) -> str:
        """Whether this was found, is only like it, or there is nothing."""
        return self.found.tier.value

    @property
    def total(self) -> int:
        """How many there are on all pages."""
        return self.found.total

    @property
    def cards(self) -> list[Card]:
        """All cards in their order."""
        return [card for _, card in self.shown]

    @property
    def exact(self) -> list[Card]:
        """Those whose name has what was asked for."""
        return self._by({MatchedBy.NAME})

    @property
    def heard(self) -> list[Card]:
        """Those whose name is read as was typed."""
        return self._by(_BY_EAR)

    @property
    def similar(self) -> list[Card]:
        """Those that are not what was asked for, but like it."""
        return self.cards if self.found.tier is Tier.SIMILAR else []

    @property
    def elsewhere(self) -> list[Card]:
        """Those found in a former name, an address or a code."""
        return self._by({MatchedBy.FORMER_NAME, MatchedBy.ADDRESS, MatchedBy.CODE})

    def _by(self, ways: set[MatchedBy]) -> list[Card]:
        found = self.found.tier is Tier.FOUND
        return [card for hit, card in self.shown if found and hit.matched_by in ways]


def look_up(
    session: Session, query: str, filters: Filters, after: str | None, limit: int
) -> Answer:
    """Return one page of the answer.

    Raises search.NoIndex before the first index is built, ValueError where `after` is not the
    `next` of an answer.
    """
    found = index().search(query, filters, after, limit)
    return with_cards(session, query, found, Cards(session))


def with_cards(session: Session, query: str, found: Found, cards: Cards) -> Answer:
    """Return what the index found with the cards of those that still stand on a list."""
    hits, words = {hit.key: hit for hit in found.hits}, words_of(query)
    shown = [
        (hits[i.code], with_match(cards.card(i), i, hits[i.code], query, words))
        for i in by_codes(session, hits)
    ]
    return Answer(found, shown)
