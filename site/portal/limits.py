"""How often one client may do a thing, without knowing who it is."""

import hashlib
import hmac
import ipaddress
import secrets

from flask import Flask, request
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
    address = ipaddress.ip_address((request.remote_addr or "::").partition("%")[0])
    if address.version == 6:  # one household is one /64
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return _salt.digest(str(address))


limiter = Limiter(
    client_key,
    strategy="moving-window",
    headers_enabled=True,
    in_memory_fallback_enabled=True,
)

REPORTS_PER_CLIENT = "6/hour;20/day"
SIGN_INS_PER_CLIENT = "10/5 minutes"
RECEIPTS_PER_CLIENT = "30/hour"
DOOR_ANSWERS_PER_CLIENT = "20/hour"


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in memory, or in Redis where more than one process serves."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    limiter.init_app(app)
