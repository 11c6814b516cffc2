"""The site's clock, set by a test."""

from datetime import datetime, tzinfo
from typing import Any
from unittest.mock import patch

import portal.clock


def clock_at(instant: datetime) -> Any:
    """Return a context in which it is this instant, for everything that asks `portal.clock`."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return instant.astimezone(tz)

    return patch.object(portal.clock, "datetime", Stopped)


def next_hour() -> Any:
    """Return a context in which it is the next full hour, when the mails leave."""
    return clock_at(portal.clock.next_mark(portal.clock.now(), 60))
