"""The site without limits, for proofs that need more than one may send."""

from wsgi import app

for limiter in app.extensions["limiter"]:
    limiter.enabled = False

__all__ = ["app"]
