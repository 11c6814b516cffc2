"""The time of day: instants are aware UTC, days are days in China."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date in China, the day on which terms and deadlines count."""
    return datetime.now(CHINA).date()


def china_day(instant: datetime) -> date:
    """Return the day in China on which an instant fell."""
    return instant.astimezone(CHINA).date()


def rounded(instant: datetime) -> datetime:
    """Return the instant cut to its hour: near a report no exact time is kept."""
    return instant.replace(minute=0, second=0, microsecond=0)


def next_mark(instant: datetime, minutes: int) -> datetime:
    """Return the first instant after this one that is a multiple of so many minutes of its hour."""
    return rounded(instant) + timedelta(minutes=(instant.minute // minutes + 1) * minutes)
