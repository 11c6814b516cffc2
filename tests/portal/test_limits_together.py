"""Limits across real processes on a real Redis, and what happens while it is away."""

import http.client
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest

from portal.limits import DOOR_ANSWERS_PER_CLIENT
from tests.page_types import codes_in
from tests.reports.sending_clients import ask
from tests.services import LiveSite, RedisServer

ALLOWED = int(DOOR_ANSWERS_PER_CLIENT.partition("/")[0])


def three_processes(demo_folder: Path, redis: RedisServer, **env: str) -> LiveSite:
    return LiveSite(demo_folder, {"MINGDAN_REDIS_URL": redis.url, **env}, more=("--workers", "3"))


def taps(site: LiveSite, code: str, count: int, **headers: str) -> Counter[int]:
    """Tap 一样 at one door, each time over a new connection; returns how often which status."""
    statuses: Counter[int] = Counter()
    for _ in range(count):
        connection = http.client.HTTPConnection(site.host, site.port)
        fields = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        connection.request(
            "POST", f"/v/{code}/answer", urlencode({"answer": "match"}), headers=fields
        )
        statuses[connection.getresponse().status] += 1
        connection.close()
    return statuses


def tip(site: LiveSite, forged: str) -> int:
    """Send a tip, as if for somebody else; returns the status."""
    headers = {"X-Forwarded-For": forged}
    token = ask(site, "/report/new?category=A01", headers=headers).token
    fields = {
        "csrf_token": token,
        "category": "A01",
        "place_address": "学府路3号",
        "body": "付了两年的钱",
    }
    return ask(site, "/report/new", fields, headers).status


def test_three_processes_count_together_and_forged_addresses_do_not_help(
    demo_folder: Path, redis: RedisServer
) -> None:
    code = codes_in(demo_folder)["white_door"]
    with three_processes(demo_folder, redis) as site:
        first = taps(site, code, ALLOWED)
        forged = [taps(site, code, 1, **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(6)]
        tips = [tip(site, f"203.0.113.{n}") for n in range(5)]
    assert first == {303: ALLOWED}
    assert sum(forged, Counter()) == {429: 6}
    assert tips == [200] * 3 + [429] * 2


def test_behind_one_proxy_only_what_that_proxy_added_counts(
    demo_folder: Path, redis: RedisServer
) -> None:
    code = codes_in(demo_folder)["white_door"]
    with three_processes(demo_folder, redis, MINGDAN_TRUSTED_PROXIES="1") as site:
        seen = [
            taps(site, code, 1, **{"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.9"})
            for n in range(ALLOWED + 3)
        ]
        other = taps(site, code, 1, **{"X-Forwarded-For": "203.0.113.10"})
    assert sum(seen, Counter()) == {303: ALLOWED, 429: 3}
    assert other == {303: 1}


def test_without_redis_each_process_counts_for_itself_and_says_so(
    demo_folder: Path, redis: RedisServer
) -> None:
    code = codes_in(demo_folder)["white_door"]
    with three_processes(demo_folder, redis) as site:
        taps(site, code, 1)
        redis.stop()
        away = taps(site, code, 3 * ALLOWED + 10)
        redis.start()
        log = site.log.read_text("utf-8")
    assert set(away) == {303, 429}
    assert ALLOWED <= away[303] <= 3 * ALLOWED + 1
    assert "Redis is away" in log
    assert "127.0.0.1" not in log.replace("http://127.0.0.1", "")


def test_more_than_one_process_without_redis_does_not_start(demo_folder: Path) -> None:
    site = LiveSite(demo_folder, more=("--workers", "2"))
    with pytest.raises(RuntimeError, match=r"(?s)ended with code.*MINGDAN_REDIS_URL"), site:
        pass
