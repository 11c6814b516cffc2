"""From a query to cards: the index gives keys, one query gives the rows."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from register.cards import Card, Cards
from register.indexing import index
from register.institutions import by_codes
from register.models import Institution
from search import Filters, Hit, Tier, fold


@dataclass(frozen=True, slots=True)
class Answer:
    """What the search page shows."""

    tier: str
    total: int
    exact: list[Card]
    similar: list[Card]
    elsewhere: list[Card]  # found in a former name, an address or a code

    @property
    def cards(self) -> list[Card]:
        """All cards in their order."""
        return [*self.exact, *self.similar, *self.elsewhere]


def look_up(session: Session, query: str, filters: Filters, offset: int, limit: int) -> Answer:
    """Return one page of the answer; raises search.NoIndex before the first index is built."""
    found = index().search(query, filters, offset, limit)
    cards = Cards(session)
    hits = {hit.key: hit for hit in found.hits}
    rows = [
        (hits[i.code], cards.card(i, _matched(i, hits[i.code], query)))
        for i in by_codes(session, hits)
    ]
    if found.tier is Tier.SIMILAR:
        return Answer("similar", found.total, [], [card for _, card in rows], [])
    return Answer(
        tier=found.tier.value,
        total=found.total,
        exact=[card for hit, card in rows if hit.matched_by == "name"],
        similar=[],
        elsewhere=[card for hit, card in rows if hit.matched_by != "name"],
    )


def _matched(institution: Institution, hit: Hit, query: str) -> str:
    wanted = fold(query)
    if hit.matched_by == "former_name":
        for former in institution.former_names:
            if wanted in fold(former.name):
                return gettext("曾用名：%(name)s", name=former.name)
        for premises in institution.premises:
            if premises.name != institution.name and wanted in fold(premises.name):
                return gettext("教学点：%(name)s", name=premises.name)
    if hit.matched_by == "address":
        for premises in institution.premises:
            if wanted in fold(premises.address):
                return gettext("地址：%(address)s", address=premises.address)
    return ""
