"""How often one client may do a thing, without knowing who it is."""

import hashlib
import hmac
import ipaddress
import secrets

from flask import Flask, Response, request
from flask_limiter import Limiter

from portal.clock import today
from portal.settings import Settings


class DailySalt:
    """A salt that lives only in memory and is thrown away at midnight in China."""

    def __init__(self) -> None:
        self._day = today()
        self._salt = secrets.token_bytes(32)

    def digest(self, text: str) -> str:
        """Return a keyed digest that cannot be linked to the text tomorrow."""
        if self._day != today():
            self._day, self._salt = today(), secrets.token_bytes(32)
        return hmac.new(self._salt, text.encode(), hashlib.sha256).hexdigest()[:32]


_salt = DailySalt()


def client_key() -> str:
    """Return the digest under which the asking client is counted today; no address is kept."""
    return _salt.digest(_household(request.remote_addr or ""))


def refused(answer: Response) -> bool:
    """Tell whether a form was refused: the only attempts that count where passwords are typed."""
    return answer.status_code == REFUSED


def name_key() -> str:
    """Return the digest of a name that somebody tries to sign in with, and of who tries.

    Both together: a stranger who knows a name cannot lock its owner out elsewhere.
    """
    return _salt.digest(f"{client_key()} {request.form.get('username', '')}")


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
    strategy="moving-window",
    headers_enabled=True,
    in_memory_fallback_enabled=True,
)

REFUSED = 422
REPORTS_PER_CLIENT = "6/hour;20/day"
SIGN_INS_PER_CLIENT = "30/5 minutes"  # refused ones; a whole bureau may share one address
SIGN_INS_PER_NAME = "10/5 minutes"
RECEIPTS_PER_CLIENT = "30/hour"
DOOR_ANSWERS_PER_CLIENT = "20/hour"
NAME_CHECKS_PER_CLIENT = "20/hour"  # of up to 200 names each


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in memory, or in Redis where more than one process serves."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    limiter.init_app(app)
