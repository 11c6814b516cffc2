"""Where an institution stood on a past day, answered from the edition in force that day."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.clock import CHINA, china_day, today
from portal.i18n import gettext
from register.frozen import Entry, Withheld, entry_of, list_bytes
from register.models import Edition, Institution, Standing, Status
from register.verdict import Verdict, not_found, verdict

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class NoSuchDay(ValueError):
    """A day that cannot be asked for; the message is a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class PastDay:
    """What the lists said of an institution on one day."""

    on: date
    edition: Edition | None  # in force that day; None before the first one
    verdict: Verdict | None
    entry: Entry | None  # as the edition has it
    withheld: bool = False  # the edition's bytes are no longer public

    @property
    def published_later_on(self) -> date | None:
        """The day the edition came out, where that was after the day asked for."""
        published = china_day(self.edition.published_at) if self.edition else None
        return published if published and published > self.on else None

    @property
    def sentence(self) -> str:
        """What is to be said beside the verdict, or instead of it."""
        if self.edition is None:
            return gettext("当时尚无名单公布")
        if self.withheld:
            return gettext("这一期的内容已依决定停止公开，指纹和签名仍可核验")
        if self.published_later_on:
            return gettext("这一期写的是当时的情况，但当天还没有公布")
        return ""


def read_day(text: str) -> date:
    """Return the day written as 2024-03-01; raises NoSuchDay for a day to come and for nonsense."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise NoSuchDay(gettext("看不懂这个日期。请写成2024-03-01这样的年-月-日。"))
    if day > today():
        raise NoSuchDay(gettext("这一天还没有到，只能查今天和以前的日子。"))
    return day


def edition_on(session: Session, area_code: str, day: date) -> Edition | None:
    """Return the edition in force on a day in China: the newest one published by its end.

    Of days before anything was published here, a list taken over from earlier times speaks by its
    own as-of date.
    """
    # The last instants there are have no day after them.
    ends = datetime.combine(min(day, date.max - timedelta(2)) + timedelta(1), time(), CHINA)
    newest = sa.select(Edition).filter_by(area_code=area_code).order_by(Edition.number.desc())
    published = session.scalar(newest.where(Edition.published_at < ends).limit(1))
    return published or session.scalar(newest.where(Edition.as_of <= day).limit(1))


def on_day(session: Session, institution: Institution, day: date) -> PastDay:
    """Return what the edition in force on a day said of an institution."""
    edition = edition_on(session, institution.area_code, day)
    if edition is None:
        return PastDay(day, None, None, None)
    try:
        entry = entry_of(list_bytes(session, edition), institution.code)
    except Withheld:
        return PastDay(day, edition, None, None, withheld=True)
    if entry is None:
        return PastDay(day, edition, not_found(edition), None)
    return PastDay(day, edition, verdict(*_thawed(entry), edition, day), entry)


def _thawed(entry: Entry) -> tuple[Institution, Standing]:
    """Return the entry as the objects the verdict reads, in no session."""
    said = entry["standing"]
    institution = Institution(name=entry["name"], valid_to=_day(entry["valid_to"]))
    standing = Standing(
        status=Status(said["status"]),
        since=date.fromisoformat(said["since"]),
        term_ends=_day(said["term_ends"]),
        **{name: said[name] for name in ("reason", "decision_number", "authority")},
    )
    return institution, standing


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
