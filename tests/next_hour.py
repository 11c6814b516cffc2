"""The site as it is at the next full hour, when the mails leave."""

from wsgi import app  # first: it puts the source root on the path

from tests.clock import next_hour  # isort: skip

next_hour().start()

__all__ = ["app"]
