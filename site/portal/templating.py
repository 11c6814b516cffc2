"""What templates may use beside plain values."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import format_date

from portal.clock import CHINA
from portal.codes import grouped
from portal.i18n import gettext


def date_cn(day: date | None) -> str:
    """Return 2026年3月10日, in English 10 March 2026, or nothing for no date."""
    return _written(day, gettext("y年M月d日")) if day else ""


def month_day(day: date | None) -> str:
    """Return 3月10日, in English 10 March."""
    return _written(day, gettext("M月d日")) if day else ""


@lru_cache(maxsize=4096)  # a page has twenty, and Babel's way to each is long
def _written(day: date, pattern: str) -> str:
    # The pattern is the catalogue's and so stands for the language.
    return str(format_date(day, pattern))


def file_size(size: int) -> str:
    """Return 589字节, 12.3 KB or 4.0 MB, of 1,024 each."""
    if size < 1024:
        return gettext("%(count)s字节", count=size)
    return f"{size / 1024:.1f} KB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"


def hour(instant: datetime) -> str:
    """Return 2026年3月10日14时 in China: staff pages show no exact times."""
    local = instant.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时"


def address(endpoint: str, **values: Any) -> str:
    """Return what Flask's `url_for` does; where nothing but a file's name varies, found once.

    A page has twenty such addresses. A static file that changes under a running process is linked
    by its old mark until the next start.
    """
    if values and endpoint != "static":
        return url_for(endpoint, **values)
    known: dict[tuple[str, ...], str] = current_app.extensions.setdefault("addresses", {})
    key, root = (endpoint, *values.values()), request.script_root
    if key not in known:
        # Without what the site is mounted at: a proxy says that anew each time, and may say much.
        known[key] = url_for(endpoint, **values).removeprefix(root)
    return root + known[key]


def init_templating(app: Flask) -> None:
    """Register the filters, and a quicker `url_for`."""
    app.jinja_env.globals["url_for"] = address
    app.jinja_env.filters.update(
        date_cn=date_cn, month_day=month_day, hour=hour, groups=grouped, file_size=file_size
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
