"""All that the search page says: what was found, what it may be taken for, why there is nothing."""

from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from lookup.confusable import BLACK, Comparison, Found, confusable
from lookup.matching import EXACT
from lookup.places import Places, places
from lookup.searching import Answer, with_cards
from register.cards import Card, Cards
from register.indexing import index
from register.listed import by_codes
from search import Filters, MatchedBy, Tier

EVERYTHING = Filters()
MOST_BLACK = 5  # black-listed names shown against the filters


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a query, with what a parent should mind."""

    answer: Answer | None = None
    places: Places | None = None
    confusable: list[Comparison] = field(default_factory=list)
    black_anyway: list[Card] = field(default_factory=list)  # found, but not what the filters ask
    generic: bool = False  # nothing but words that every institution may bear
    further: bool = False  # not the first page

    @property
    def alike(self) -> int:
        """How many names may be taken for what was asked."""
        return sum(len(comparison.others) for comparison in self.confusable)

    @property
    def filtered_out(self) -> int:
        """How many the filters keep back, where they leave none."""
        return self.answer.found.filtered_out if self.answer else 0


def search_page(
    session: Session, query: str, filters: Filters, after: str | None, limit: int, cards: Cards
) -> SearchPage:
    """Answer a query; raises search.NoIndex before the first index is built.

    An `after` that is no answer's `next` gives the first page: the address was cut or typed.
    """
    try:
        found = index().search(query, filters, after, limit)
    except ValueError:
        after, found = None, index().search(query, filters, None, limit)
    words = index().wording(query)
    at_places = places(session, query, words, filters, found, cards) if after is None else None
    generic = at_places is None and is_generic(query)
    if generic and filters == EVERYTHING:
        # Facets narrow it down; a list of whoever bears such words would pass for an answer.
        exact = tuple(hit for hit in found.hits if hit.score == EXACT)
        found = replace(found, hits=exact, next=None)
    by_name = found if at_places is None else replace(found, hits=())
    answer = with_cards(session, query, by_name, cards)
    if after is not None:
        return SearchPage(answer, generic=generic, further=True)
    if at_places:
        named = Found(at_places.cards, at_places.cards)
        near = confusable(session, at_places.named, named, filters, cards)
    else:
        near = _confusable(session, query, answer, filters, limit, cards)
    near_keys = {side.card.code for one in near for side, _ in one.others if side.card}
    return SearchPage(
        answer=answer,
        places=at_places,
        confusable=near,
        black_anyway=_black_anyway(session, query, filters, near_keys, cards),
        generic=generic,
    )


def is_generic(query: str) -> bool:
    """Tell whether a query has only words in common use: area, trade, legal form."""
    return index().is_generic(query)


def _confusable(
    session: Session, query: str, answer: Answer, filters: Filters, limit: int, cards: Cards
) -> list[Comparison]:
    if filters != EVERYTHING:
        answer = with_cards(session, query, index().search(query, limit=limit), cards)
    return confusable(session, query, Found(answer.cards, answer.exact), filters, cards)


def _black_anyway(
    session: Session, query: str, filters: Filters, shown: set[str], cards: Cards
) -> list[Card]:
    """Return whom the query names on the black list though the filters keep them back."""
    if filters == EVERYTHING or is_generic(query):
        return []
    if filters.standing in {"", BLACK}:
        shown = shown | _black_named(query, replace(filters, standing=BLACK)).keys()
    keys = [key for key in _black_named(query, Filters(standing=BLACK)) if key not in shown]
    return [cards.card(institution) for institution in by_codes(session, keys[:MOST_BLACK])]


def _black_named(query: str, filters: Filters) -> dict[str, MatchedBy]:
    found = index().search(query, filters, limit=10 * MOST_BLACK)
    if found.tier is not Tier.FOUND:
        return {}
    return {h.key: h.matched_by for h in found.hits if h.matched_by is not MatchedBy.ADDRESS}
