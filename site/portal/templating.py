"""What templates may use beside plain values."""

from datetime import date, datetime

from flask import Flask
from flask_babel import format_date, gettext

from portal.clock import CHINA
from portal.codes import grouped


def date_cn(day: date | None) -> str:
    """Return 2026年3月10日, in English 10 March 2026, or nothing for no date."""
    return str(format_date(day, gettext("y年M月d日"))) if day else ""


def month_day(day: date | None) -> str:
    """Return 3月10日, in English 10 March."""
    return str(format_date(day, gettext("M月d日"))) if day else ""


def hour(instant: datetime) -> str:
    """Return 2026年3月10日14时 in China: staff pages show no exact times."""
    local = instant.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时"


def init_templating(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(date_cn=date_cn, month_day=month_day, hour=hour, groups=grouped)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
