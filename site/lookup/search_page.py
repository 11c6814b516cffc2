"""All that the search page says: what was found, what it may be taken for, why there is nothing."""

from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from lookup.confusable import BLACK, Comparison, confusable
from lookup.places import Places, places
from lookup.searching import Answer, look_up
from register.cards import Card, Cards
from register.indexing import index
from register.institutions import by_codes
from search import Filters, MatchedBy, Tier, brand_of, fold

MOST_BLACK = 5  # black-listed names shown against the filters


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a query, with what a parent should mind."""

    answer: Answer | None = None
    places: Places | None = None
    confusable: list[Comparison] = field(default_factory=list)
    black_anyway: list[Card] = field(default_factory=list)  # found, but not what the filters ask
    filtered_out: int = 0  # how many the filters keep back, where they leave none
    generic: bool = False  # nothing but words that every institution may bear

    @property
    def alike(self) -> int:
        """How many names may be taken for what was asked."""
        return sum(len(comparison.others) for comparison in self.confusable)


def search_page(
    session: Session, query: str, filters: Filters, offset: int, limit: int
) -> SearchPage:
    """Answer a query; raises search.NoIndex before the first index is built."""
    answer = look_up(session, query, filters, offset, limit)
    everywhere = look_up(session, query, Filters(), 0, limit) if filters != Filters() else answer
    at_places = places(session, query, filters)
    near = [] if at_places or offset else confusable(session, query, everywhere, filters)
    near_keys = {side.card.code for one in near for side, _ in one.others if side.card}
    return SearchPage(
        answer=answer,
        places=at_places,
        confusable=near,
        black_anyway=[] if offset else _black_anyway(session, query, filters, near_keys),
        filtered_out=everywhere.total if everywhere.tier == Tier.FOUND != answer.tier else 0,
        generic=at_places is None and is_generic(query),
    )


def is_generic(query: str) -> bool:
    """Tell whether a query has only words in common use: area, trade, legal form."""
    return bool(fold(query)) and not brand_of(query).text


def _black_anyway(session: Session, query: str, filters: Filters, shown: set[str]) -> list[Card]:
    """Return whom the query names on the black list though the filters keep them back."""
    if filters == Filters() or is_generic(query):
        return []
    if filters.standing in {"", BLACK}:
        shown = shown | _black_named(query, replace(filters, standing=BLACK)).keys()
    keys = [key for key in _black_named(query, Filters(standing=BLACK)) if key not in shown]
    cards = Cards(session)
    return [cards.card(institution) for institution in by_codes(session, keys[:MOST_BLACK])]


def _black_named(query: str, filters: Filters) -> dict[str, MatchedBy]:
    found = index().search(query, filters, limit=10 * MOST_BLACK)
    if found.tier is not Tier.FOUND:
        return {}
    return {h.key: h.matched_by for h in found.hits if h.matched_by is not MatchedBy.ADDRESS}
