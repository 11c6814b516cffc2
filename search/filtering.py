"""Which documents the filters ask for, and how many there are of each sort."""

from collections.abc import Callable

import numpy as np

from search.columns import Columns, Mask, Numbers
from search.documents import Facets, Filters


def admitted(columns: Columns, filters: Filters, numbers: Numbers) -> Mask:
    """Return for each of these documents whether it is what the filters ask for."""
    area, kind, standing = _masks(columns, filters, numbers)
    return area & kind & standing


def facets(columns: Columns, filters: Filters, numbers: Numbers) -> Facets:
    """Return how many of the documents have each value, under the filters on the other two."""
    area, kind, standing = _masks(columns, filters, numbers)
    return Facets(
        area=columns.area.counts(numbers[kind & standing]),
        kind=columns.kinds.counts(numbers[area & standing]),
        standing=columns.standing.counts(numbers[area & kind]),
    )


def _masks(columns: Columns, filters: Filters, numbers: Numbers) -> tuple[Mask, Mask, Mask]:
    anything, prefix = np.ones(len(numbers), np.bool_), filters.area_prefix
    return (
        columns.area.among(numbers, lambda own: own[0].startswith(prefix)) if prefix else anything,
        columns.kinds.among(numbers, has(filters.kind)) if filters.kind else anything,
        columns.standing.among(numbers, has(filters.standing)) if filters.standing else anything,
    )


def has(wanted: str) -> Callable[[tuple[str, ...]], bool]:
    """Return a test for a value being among others."""
    return lambda values: wanted in values
