"""Dates and terms as officers write them.

Sources of the forms: real lists (unpadded, months only, 年月底) and what Excel makes of dates
(serials, yyyymmdd numbers, midnight times). A date that is not there is never guessed.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from unicodedata import normalize

from publishing.grids import REPEATED, Value

_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)  # 1954 to 2119
_FIRST_YEAR, _LAST_YEAR = 1949, 2120

_DATE = re.compile(
    r"""(?<![\d.])(?P<y>\d{4}|\d{2})(?:年|[./\-])(?P<m>\d{1,2})(?:月|[./\-])(?P<d>\d{1,2})(?!\d)日?
    | (?<!\d)(?P<y8>(?:19|20)\d{2})(?P<m8>\d{2})(?P<d8>\d{2})(?!\d)
    | (?<![\d.])(?P<y2>\d{4})(?:年|[./\-])(?P<m2>\d{1,2})(?!\d)月?(?P<part>底|末|初|上旬|中旬|下旬)?
    | (?<![\d.])(?P<y1>\d{4})年(?P<part1>底|末|初)?""",
    re.VERBOSE,
)
_MIDNIGHT = re.compile(r"[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$")
_SPACES = re.compile(r"\s+")
_OPEN = re.compile(r"长期|永久|无固定期|无限期|无期限|不限")
_NOTHING = re.compile(r"[/\\\-—–―_.。*无]*|暂无|待定|不详|N/?A", re.IGNORECASE)
_FROM = re.compile(r"自|从|起")
_CHINESE_DATE = re.compile(r"[〇○零一二三四五六七八九十]{1,4}(?=[年月日])")
_DIGITS = {**dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True)), "两": "2"}
_TERM = re.compile(
    r"(?P<n>\d{1,4}|[一二两三四五六七八九十]{1,4}|半)(?:个)?(?P<unit>年|月|日|天)(?P<half>半)?(?:以?内)?(?:期)?"
)
_TERM_WORDS = re.compile(r"[满计为共:期限公布示]*(?:自.{1,8}[日时]起)?[算至计]*")


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date, or why there is none, or what is uncertain about it: an issue code."""

    value: date | None = None
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class RangeRead:
    """Both ends of a validity. What is wrong with the two together is said of the end."""

    start: DateRead = DateRead()
    end: DateRead = DateRead()


@dataclass(frozen=True, slots=True)
class TermRead:
    """When a term ends, counted from the day of listing, or the issue that it has no such day."""

    until: date | None = None
    issue: str | None = None


@lru_cache(REPEATED, typed=True)
def read_date(value: Value, *, is_end: bool = False) -> DateRead:
    """Return the one date of a cell; a month alone is its first day, or its last for an end."""
    if isinstance(value, datetime):
        return _checked(value.year, value.month, value.day)
    text = _plain(value)
    if _is_nothing(text):
        return DateRead()
    dates = _dates(text, is_end=is_end)
    return dates[0] if dates else DateRead(issue="date_invalid")


def read_range(value: Value) -> RangeRead:
    """Return both ends of 2022.5.1-2025.4.30; one date alone is the end, but for 自 and 起."""
    if isinstance(value, datetime):
        return _joined(DateRead(), read_date(value))
    text = _plain(value)
    if _is_nothing(text):
        return RangeRead(end=DateRead(issue="no_expiry" if text else "date_missing"))
    found = [match.start() for match in _DATE.finditer(text)]
    if len(found) > 1:
        start, end = text[: found[1]], text[found[1] :]
        return _joined(read_date(start), read_date(end, is_end=True))
    if _OPEN.search(text) or (found and _FROM.search(text)):
        return RangeRead(read_date(text) if found else DateRead(), DateRead(issue="no_expiry"))
    return _joined(DateRead(), read_date(text, is_end=True))


def read_ends(start: Value, end: Value) -> RangeRead:
    """Return a validity written in two columns."""
    text = "" if isinstance(end, datetime) else _plain(end)
    if (text and _is_nothing(text)) or _OPEN.search(text):
        return RangeRead(read_date(start), DateRead(issue="no_expiry"))
    return _joined(read_date(start), read_date(end, is_end=True))


def read_term(value: Value, listed: date | None) -> TermRead:
    """Return when 三年, 6个月 or 至2025年6月1日 ends. A condition has no day."""
    if until := read_date(value, is_end=True).value:
        return TermRead(until=until)
    text = _plain(value)
    if _is_nothing(text):
        return TermRead(issue="term_missing")
    if _OPEN.search(text):
        return TermRead(issue="term_open")
    found = _TERM.search(text)
    if found is None or not _TERM_WORDS.fullmatch(text[: found.start()] + text[found.end() :]):
        return TermRead(issue="term_conditional")
    return TermRead(until=_after(listed, found) if listed else None)


def dates_in(text: str) -> list[date]:
    """Return the dates of a title in their order."""
    return [read.value for read in _dates(_plain(text), is_end=True) if read.value]


def _plain(value: Value) -> str:
    if isinstance(value, float):
        return _plain_number(value)
    if not isinstance(value, str | int):
        return ""
    text = normalize("NFKC", str(value)).strip()
    text = _SPACES.sub("", _MIDNIGHT.sub("", text))  # in this order: the blank parts day and hour
    text = _CHINESE_DATE.sub(lambda found: str(_number(found[0])), text)
    return _date_of_number(text)


def _plain_number(number: float) -> str:
    if number >= _SERIALS.start:
        return _date_of_number(str(int(number)))
    text = str(number)
    # 2023.5 typed into Excel is May; 2023.1 was typed as 2023.1 or as 2023.10, nobody knows.
    return "?" if text.endswith(".1") else text


def _date_of_number(text: str) -> str:
    number = text.removesuffix(".0")
    if not (number.isdecimal() and number.isascii()):
        return text
    if len(number) == 5 and int(number) in _SERIALS:
        return (_EPOCH + timedelta(days=int(number))).isoformat()
    if len(number) == 6 and number.startswith(("19", "20")):
        return f"{number[:4]}-{number[4:]}"
    return f"{number}年" if len(number) == 4 else number


def _is_nothing(text: str) -> bool:
    return _NOTHING.fullmatch(text) is not None


def _dates(text: str, *, is_end: bool) -> list[DateRead]:
    return [_of_match(match, is_end=is_end) for match in _DATE.finditer(text)]


def _of_match(match: re.Match[str], *, is_end: bool) -> DateRead:
    if match["y8"]:
        return _checked(int(match["y8"]), int(match["m8"]), int(match["d8"]))
    if match["y"]:
        short = len(match["y"]) == 2
        year = int(match["y"]) + (2000 if short else 0)
        return _checked(year, int(match["m"]), int(match["d"]), imprecise=short)
    year = int(match["y2"] or match["y1"])
    part = match["part"] or match["part1"]
    late = part in ("底", "末", "下旬") or (is_end and part is None)
    month = int(match["m2"]) if match["m2"] else (12 if late else 1)
    if not 1 <= month <= 12:
        return DateRead(issue="date_invalid")
    return _checked(year, month, monthrange(year, month)[1] if late else 1, imprecise=True)


def _checked(year: int, month: int, day: int, *, imprecise: bool = False) -> DateRead:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return DateRead(issue="date_invalid")
    try:
        return DateRead(date(year, month, day), "date_imprecise" if imprecise else None)
    except ValueError:
        return DateRead(issue="date_invalid")


def _joined(start: DateRead, end: DateRead) -> RangeRead:
    if start.value and end.value and end.value < start.value:
        return RangeRead(end=DateRead(issue="date_reversed"))
    if end == DateRead():
        return RangeRead(start, DateRead(issue="date_missing"))
    return RangeRead(start, end)


def _number(text: str) -> int:
    """Return 12 for 十二, 2024 for 二〇二四."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * _number(tens or "一") + (_number(ones) if ones else 0)
    digits = "".join(_DIGITS.get(character, character) for character in text)
    return int(digits) if digits.isdecimal() else 0


def _after(listed: date, found: re.Match[str]) -> date | None:
    number = 0.5 if found["n"] == "半" else float(_number(found["n"]))
    number += 0.5 if found["half"] else 0
    if found["unit"] in "日天":
        return listed + timedelta(days=int(number))
    months = (
        listed.year * 12 + listed.month - 1 + int(number * (12 if found["unit"] == "年" else 1))
    )
    year, month = divmod(months, 12)
    if year > _LAST_YEAR:
        return None
    return date(year, month + 1, min(listed.day, monthrange(year, month + 1)[1]))
