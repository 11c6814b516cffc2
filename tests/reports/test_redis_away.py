"""Tips are taken while Redis is away, comes back empty, or does not answer. Never a 500."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from portal.app import create_app
from tests.conftest import settings_in
from tests.reports.sending_clients import ask
from tests.reports.test_killed import CLIENTS, SHARED, send, tokens
from tests.services import LiveSite, RedisServer


def three_processes(demo_folder: Path, redis: RedisServer) -> LiveSite:
    env = {"MINGDAN_REDIS_URL": redis.url, "MINGDAN_TRUSTED_PROXIES": "1"}
    return LiveSite(demo_folder, env, more=("--workers", "3"))


def test_a_site_that_starts_without_redis_takes_tips(demo_folder: Path, redis: RedisServer) -> None:
    redis.stop()
    given = tokens(create_app(settings_in(demo_folder)), 2)
    with three_processes(demo_folder, redis) as site:
        assert send(site, 0, given[0])
        redis.start()
        assert send(site, SHARED, given[1])


def vanishing(redis: RedisServer) -> None:
    """Gone, and back, empty: twice."""
    for _ in range(2):
        redis.stop()
        time.sleep(1)
        redis.start()
        time.sleep(1)


def silent(redis: RedisServer) -> None:
    """It takes connections and says nothing."""
    os.kill(redis.process.pid, signal.SIGSTOP)
    time.sleep(3)
    os.kill(redis.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("trouble", [vanishing, silent])
def test_redis_goes_while_many_send_and_all_are_taken(
    demo_folder: Path, redis: RedisServer, trouble: Callable[[RedisServer], None]
) -> None:
    given = iter(tokens(create_app(settings_in(demo_folder)), 2000))
    over, numbers = threading.Event(), count(0, SHARED)  # each from an address of its own

    def sending(_client: int) -> int:
        taken = 0
        while not over.is_set() and taken < 30:  # all together fewer than the limit in all
            taken += bool(send(site, next(numbers), next(given)))
        return taken

    with three_processes(demo_folder, redis) as site, ThreadPoolExecutor(CLIENTS) as clients:
        running = [clients.submit(sending, client) for client in range(CLIENTS)]
        time.sleep(0.5)
        trouble(redis)
        over.set()
        assert all(client.result() for client in running), "taken, with a code"
        pages = Counter(ask(site, path).status for path in ("/report", "/receipt", "/") * 3)
        log = site.log.read_text("utf-8")
    assert pages == {200: 9}
    assert "10.0." not in log, "no address of a client"
