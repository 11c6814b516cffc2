"""How long an act lasts that has no term of its own."""

from datetime import date

_RECTIFYING_MONTHS = 3  # off the white list and not yet black


def rectifying_until(since: date) -> date:
    """Return the last day of 限期整改."""
    return months_after(since, _RECTIFYING_MONTHS)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError
