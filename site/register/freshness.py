"""Whether a list is still young enough to be relied on: 一月一公布.

Computed from the signed manifest and the clock, stored nowhere, so that nobody can set it aside.
It counts from the last complete list: an urgent single change makes no old list young.
"""

import json
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
    complete_as_of: date
    days: int


def complete_as_of(edition: Edition) -> date:
    """Return the day of the last complete list in an edition: its own, or an earlier one's."""
    said = json.loads(edition.manifest).get("complete_as_of")
    return date.fromisoformat(said) if said else edition.as_of


def is_fresh(edition: Edition, on: date | None = None) -> bool:
    """Tell whether the last complete list was at most 31 days old, today or on a day."""
    return (on or today()) - complete_as_of(edition) <= FRESH_FOR


def stale_lists(session: Session, on: date) -> list[StaleList]:
    """Return the areas whose newest list is too old on a day, by code."""
    return [
        StaleList(
            area_code=code,
            area_name=full_name(session, code),
            number=edition.number,
            as_of=edition.as_of,
            complete_as_of=whole,
            days=(on - whole).days,
        )
        for code, edition in sorted(latest_by_area(session).items())
        for whole in (complete_as_of(edition),)
        if not is_fresh(edition, on)
    ]
