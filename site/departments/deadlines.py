"""When a report must be answered, counted from receipt in working days."""

from dataclasses import dataclass
from datetime import date

from departments.workdays import add_workdays

# 市场监督管理投诉举报处理暂行办法 art. 14 and 31: told in 7 working days, checked in 15.
ACCEPT_DAYS, FINISH_DAYS = 7, 15
URGENT_ACCEPT_DAYS, URGENT_FINISH_DAYS = 1, 7


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The last days on which the reporter hears whether it is taken, and what was found."""

    accept_by: date
    finish_by: date


def deadlines(received: date, *, urgent: bool) -> Deadlines:
    """Return the deadlines of a report received on a day."""
    accept, finish = (
        (URGENT_ACCEPT_DAYS, URGENT_FINISH_DAYS) if urgent else (ACCEPT_DAYS, FINISH_DAYS)
    )
    return Deadlines(add_workdays(received, accept), add_workdays(received, finish))
