"""How what was found divides by area, kind and standing: links, each with its true count."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from areas.divisions import area_names
from portal.i18n import gettext
from portal.revision import remembered
from register.kinds import Kinds
from register.verdict import WORDS, is_list
from search import Facets, Filters

MOST_AREAS = 12  # a province has a hundred; the area's name beside the query does as well


@dataclass(frozen=True)
class Asked:
    """A query with its filters, as an address."""

    path: str
    query: str
    filters: Filters

    def url(self, *, after: str | None = None, **changed: str) -> str:
        """Return the address of the same query with some filters changed; the first page."""
        asked = self.filters
        chosen = {"area": asked.area, "kind": asked.kind, "standing": asked.standing}
        given = {**chosen, **changed, "after": after}
        beside = urlencode({name: value for name, value in given.items() if value})
        return f"{self.path}?{'&'.join(filter(None, (self._query, beside)))}"

    @cached_property
    def _query(self) -> str:
        return urlencode({"q": self.query}) if self.query else ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: a link that asks for it, or, where it is chosen, that drops it."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One facet."""

    label: str
    values: list[Value]
    left: int = 0  # values that are not shown


def groups(session: Session, asked: Asked, facets: Facets, names: Kinds) -> list[Group]:
    """Return the facets that have a value; what nobody has is left out unless it is chosen."""
    by_kind = _values(asked, "kind", facets.kind, names.names, names.name)
    by_standing = _values(asked, "standing", facets.standing, filter(is_list, WORDS), _chip)
    found = [
        Group(gettext("在哪个名单"), by_standing),
        Group(gettext("学什么"), by_kind),
        _areas(session, asked, facets.area),
    ]
    return [group for group in found if group.values]


def _areas(session: Session, asked: Asked, counts: dict[str, int]) -> Group:
    largest = sorted(counts, key=lambda code: (-counts[code], code))[:MOST_AREAS]
    chosen = asked.filters.area
    within = {code: _within(code, counts) for code in (*largest, *filter(None, [chosen]))}
    known = remembered(session, area_names)
    named = [code for code in sorted(within) if code in known]
    values = _values(asked, "area", within, named, known.__getitem__)
    return Group(gettext("在哪里"), values, max(0, len(counts) - len(largest)))


def _within(code: str, counts: dict[str, int]) -> int:
    """Count what the area as a filter takes in: 350500 has all of 3505xx."""
    prefix = Filters(area=code).area_prefix
    return sum(count for area, count in counts.items() if area.startswith(prefix))


def _chip(standing: str) -> str:
    return str(WORDS[standing][1])


def _values(
    asked: Asked,
    name: str,
    counts: dict[str, int],
    order: Iterable[str],
    label: Callable[[str], str],
) -> list[Value]:
    chosen: str = getattr(asked.filters, name)
    return [
        Value(label(value), counts.get(value, 0), asked.url(**{name: "" if own else value}), own)
        for value in order
        if (own := value == chosen) or counts.get(value, 0)
    ]
