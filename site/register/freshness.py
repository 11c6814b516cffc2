"""Whether a list is still young enough to be relied on: 一月一公布.

Computed from the as-of date and the clock, stored nowhere, so that nobody can set it aside.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from areas.divisions import full_name
from portal.clock import today
from register.editions import latest_by_area
from register.models import Edition

FRESH_FOR = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class StaleList:
    """The newest list of an area, and that it is too old."""

    area_code: str
    area_name: str
    number: int
    as_of: date
    days: int


def is_fresh(edition: Edition, on: date | None = None) -> bool:
    """Tell whether the list was at most 31 days old, today or on a day."""
    return (on or today()) - edition.as_of <= FRESH_FOR


def stale_lists(session: Session, on: date) -> list[StaleList]:
    """Return the areas whose newest list is too old on a day, by code."""
    return [
        StaleList(
            area_code=code,
            area_name=full_name(session, code),
            number=edition.number,
            as_of=edition.as_of,
            days=(on - edition.as_of).days,
        )
        for code, edition in sorted(latest_by_area(session).items())
        if not is_fresh(edition, on)
    ]
