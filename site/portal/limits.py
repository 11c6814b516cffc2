"""How often one client may do a thing, without knowing who it is."""

import ipaddress
from http import HTTPStatus

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter

from portal.salt import PATIENCE, DailySalt
from portal.settings import Settings


def client_key() -> str:
    """Return the digest under which the asking client is counted today; no address is kept."""
    return daily_digest(_household(request.remote_addr or ""))


def daily_digest(text: str) -> str:
    """Return the digest of a text that means nothing tomorrow."""
    salt: DailySalt = current_app.extensions["daily_salt"]
    return salt.digest(text)


def refused(answer: Response) -> bool:
    """Tell whether a form was refused: the only attempts that count where passwords are typed."""
    return answer.status_code == REFUSED


def name_key() -> str:
    """Return the digest of a name that somebody tries to sign in with, and of who tries.

    Both together: a stranger who knows a name cannot lock its owner out elsewhere.
    """
    return daily_digest(f"{client_key()} {request.form.get('username', '')}")


def _household(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:  # a proxy wrote a port or `unknown` behind it
        return address.partition(":")[0]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:  # an IPv4 visitor on a dual-stack socket
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))  # one household is one /64


limiter = Limiter(
    client_key,
    strategy="fixed-window",  # a count and when it lapses, no times of single acts
    headers_enabled=True,
    in_memory_fallback_enabled=True,
    swallow_errors=True,  # two requests at once that lose Redis: only the first one falls back
)

REFUSED = 422
SIGN_INS_PER_CLIENT = "30/5 minutes"  # refused ones; a whole bureau may share one address
SIGN_INS_PER_NAME = "10/5 minutes"
RECEIPTS_PER_CLIENT = "30/hour"
FILES_PER_CLIENT = "20/hour"  # sendings with files, taken or not
DOOR_ANSWERS_PER_CLIENT = "20/hour"
NAME_CHECKS_PER_CLIENT = "20/hour"  # of up to 200 names each
COUNTS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")  # Flask-Limiter's


# Here a count is shared with a network, a target or the whole site: what is left of it, and when it
# lapses, would tell when somebody else reported.
SILENT = ("/report", "/receipt")
AN_HOUR = "3600"  # seconds


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in memory, or in Redis where more than one process serves."""

    @app.after_request
    def keep_silent(response: Response) -> Response:
        if request.path.startswith(SILENT):
            for name in (*COUNTS, "Retry-After"):
                response.headers.pop(name, None)
            if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                response.headers["Retry-After"] = AN_HOUR
        return response

    app.extensions["daily_salt"] = DailySalt(settings.redis_url)
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    if settings.redis_url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
        }
    limiter.init_app(app)
