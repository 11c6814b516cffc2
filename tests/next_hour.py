"""The site in the next hour, when the mails leave, at a moment that would stand out."""

from datetime import timedelta

from wsgi import app  # first: it puts the source root on the path

from portal.clock import next_mark, now  # isort: skip
from tests.clock import clock_at  # isort: skip

clock_at(next_mark(now(), 60) + timedelta(minutes=7, seconds=31, microseconds=123456)).start()

__all__ = ["app"]
