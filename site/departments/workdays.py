"""Working days in China, with the State Council's holidays and make-up days."""

from datetime import date, timedelta

import chinese_calendar


def is_workday(day: date) -> bool:
    """Tell whether offices work; a year without published holidays counts Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # the year's calendar is published the November before
        return day.weekday() < 5


def workdays_between(start: date, end: date) -> int:
    """Return how many working days lie after `start`, up to and with `end`."""
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def add_workdays(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
