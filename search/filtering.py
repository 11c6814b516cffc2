"""Which documents the filters ask for, and how many there are of each sort."""

from collections.abc import Callable

from search.columns import Columns, Mask, Numbers
from search.documents import Facets, Filters


def admitted(columns: Columns, filters: Filters) -> Mask:
    """Return for every document whether it is what the filters ask for."""
    area, kind, standing = _masks(columns, filters)
    return area & kind & standing


def facets(columns: Columns, filters: Filters, numbers: Numbers) -> Facets:
    """Return how many of the documents have each value, under the filters on the other two."""
    area, kind, standing = (mask[numbers] for mask in _masks(columns, filters))
    return Facets(
        area=columns.area.counts(numbers[kind & standing]),
        kind=columns.kinds.counts(numbers[area & standing]),
        standing=columns.standing.counts(numbers[area & kind]),
    )


def _masks(columns: Columns, filters: Filters) -> tuple[Mask, Mask, Mask]:
    prefix = filters.area_prefix
    return (
        columns.area.where(lambda values: values[0].startswith(prefix)),
        columns.kinds.where(_has(filters.kind)),
        columns.standing.where(_has(filters.standing)),
    )


def _has(wanted: str) -> Callable[[tuple[str, ...]], bool]:
    return lambda values: not wanted or wanted in values
