"""The salt under which clients are counted: it lives in memory only and dies at midnight."""

import hashlib
import hmac
import secrets
import time
from datetime import date, datetime, timedelta

import redis
from flask import current_app

from portal.clock import CHINA, today

PATIENCE = 0.5  # seconds for an answer of Redis; after that this process counts for itself
_PAUSE = 5.0  # seconds before Redis is asked again


class DailySalt:
    """A salt that is thrown away at midnight in China: in memory, or in Redis for all processes."""

    def __init__(self, redis_url: str = "") -> None:
        self._shared = _connect(redis_url) if redis_url else None
        self._day = today()
        self._salt = secrets.token_bytes(32)
        self._ask_at = 0.0
        self.times_away = 0  # how often Redis did not answer

    def digest(self, text: str) -> str:
        """Return a keyed digest that cannot be linked to the text tomorrow."""
        if self._day != today():
            self._day, self._salt = today(), secrets.token_bytes(32)
        if self._shared is not None and time.monotonic() >= self._ask_at:
            self._salt = self._agreed(self._shared)
        return hmac.new(self._salt, text.encode(), hashlib.sha256).hexdigest()[:32]

    def _agreed(self, shared: redis.Redis) -> bytes:
        # Whoever comes first offers its own, also after a restart has emptied Redis.
        name = f"mingdan:salt:{self._day}"
        try:
            shared.set(name, self._salt.hex(), nx=True, exat=_end_of(self._day))
            found = shared.get(name)
        except redis.RedisError:
            self.times_away += 1
            self._ask_at = time.monotonic() + _PAUSE
            current_app.logger.warning("limits: Redis is away, counting here (%s)", self.times_away)
            return self._salt
        return bytes.fromhex(found.decode()) if isinstance(found, bytes) else self._salt


def _connect(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


def _end_of(day: date) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)
    return int(midnight.timestamp())
