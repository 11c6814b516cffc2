"""All that the search page says: what was found, what it may be taken for, why there is nothing."""

from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from lookup.confusable import BLACK, Comparison, Found, confusable
from lookup.matching import EXACT, Words, bears, words_of
from lookup.places import Places, places
from lookup.reasons import Reason, reason
from lookup.searching import Answer, with_cards
from register.cards import Card, Cards
from register.indexing import index
from register.listed import Listed, by_codes
from search import Answer as Hits
from search import Filters, Hit, MatchedBy, Tier, Wording, brand_of, fold

EVERYTHING = Filters()
MOST_BLACK = 5  # black-listed names shown against the filters


@dataclass(frozen=True, slots=True)
class BlackAnyway:
    """Whom the query names on the black list though the filters keep them back."""

    cards: list[Card] = field(default_factory=list)
    more: bool = False
    similar: bool = False  # the names are only like what was asked for


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer to a query, with what a parent should mind."""

    answer: Answer | None = None
    places: Places | None = None
    confusable: list[Comparison] = field(default_factory=list)
    black_anyway: BlackAnyway = field(default_factory=BlackAnyway)
    kept_back: Hits | None = None  # the answer without the filters, where it is a better one
    generic: bool = False  # nothing but words that every institution may bear
    reason: Reason | None = None  # why there is nothing at all
    nameless: bool = False  # nothing but words of asking, or not a letter or digit at all
    further: bool = False  # not the first page

    @property
    def alike(self) -> int:
        """How many names may be taken for what was asked."""
        return sum(len(comparison.others) for comparison in self.confusable)

    @property
    def next(self) -> str | None:
        """What `after` must be for the next page."""
        if self.places:
            return self.places.next
        return self.answer.found.next if self.answer else None

    @property
    def only_typed(self) -> bool:
        """Whether none of the names they are compared with is known to be another one."""
        return all(comparison.asked.card is None for comparison in self.confusable)


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
    words = words_of(query)
    at_places = places(session, query, words, filters, after, found, cards)
    generic = at_places is None and words().generic
    listed = found if at_places is None else replace(found, hits=())
    if generic and filters == EVERYTHING:
        # Facets narrow it down; a list of whoever bears such words would pass for an answer.
        exact = tuple(hit for hit in found.hits if hit.score == EXACT)
        listed = replace(found, hits=exact, next=None)
    answer = with_cards(session, query, listed, cards)
    if after is not None:
        return SearchPage(answer, at_places, generic=generic, further=True)
    if found.tier is Tier.NONE and not (words().pieces or words().areas):
        return SearchPage(answer, nameless=True)
    everywhere = found if filters == EVERYTHING else index().search(query, limit=limit)
    if at_places:
        named = Found(at_places.cards, at_places.cards)
        near = confusable(session, at_places.named, named, filters, cards)
    else:
        full = answer if everywhere is found else with_cards(session, query, everywhere, cards)
        typed = _as_name(query, full.exact, words)
        near = confusable(session, typed, Found(full.cards, full.exact), filters, cards)
    why = None
    if everywhere.tier is Tier.NONE:
        why = reason(session, query, filters)
    better = found.tier is not Tier.FOUND and everywhere.tier is not found.tier
    shown = {side.card.code for one in near for side, _ in one.others if side.card}
    return SearchPage(
        answer=answer,
        places=at_places,
        confusable=near,
        black_anyway=_black_anyway(session, query, words, filters, everywhere.tier, shown, cards),
        kept_back=everywhere if better else None,
        reason=why,
        generic=generic and why is None,
    )


def _as_name(query: str, found: list[Card], words: Words) -> str:
    """Return the query without words of asking and areas, where it stands in no name as it is.

    Unless only such words are left: 青禾 may be a brand, too.
    """
    folded = fold(query)
    if any(folded in fold(card.name) for card in found) or folded == words().text:
        return query
    return words().text if brand_of(words().text).text else query


def _black_anyway(
    session: Session,
    query: str,
    words: Words,
    filters: Filters,
    tier: Tier,
    shown: set[str],
    cards: Cards,
) -> BlackAnyway:
    """Return the black-listed that the query finds without filters but not with them."""
    if filters == EVERYTHING:
        return BlackAnyway()
    found = index().search(query, Filters(standing=BLACK), limit=10 * MOST_BLACK)
    if found.tier is Tier.SIMILAR and tier is Tier.FOUND:
        return BlackAnyway()  # whatever is like the query: others are what was asked for
    hits = {hit.key: hit for hit in found.hits}
    kept = [
        institution
        for institution in by_codes(session, [key for key in hits if key not in shown])
        if not _admitted(filters, institution)
        and _named(hits[institution.code], institution, words())
    ]
    return BlackAnyway(
        cards=[cards.card(institution) for institution in kept[:MOST_BLACK]],
        more=len(kept) > MOST_BLACK,
        similar=found.tier is Tier.SIMILAR,
    )


def _admitted(filters: Filters, black: Listed) -> bool:
    return (
        filters.standing in {"", BLACK}
        and filters.kind in {"", *black.kinds}
        and black.area_code.startswith(filters.area_prefix)
    )


def _named(hit: Hit, institution: Listed, words: Wording) -> bool:
    """Tell whether a name has something of its own in common with the query."""
    if hit.matched_by is not MatchedBy.ADDRESS:
        return True
    return any(brand_of(piece).text and bears(institution, piece) for piece in words.pieces)
