from datetime import timedelta

import pytest
from flask import Flask

import portal.salt
from portal.clock import today
from portal.limits import client_key
from portal.salt import DailySalt


def test_the_key_is_no_address_and_the_same_all_day(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.9"}):
        key = client_key()
        assert "203" not in key
        assert client_key() == key


def test_one_household_of_ipv6_counts_as_one(app: Flask) -> None:
    keys = set()
    for address in ("2001:db8::1", "2001:db8::ffff:1"):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            keys.add(client_key())
    assert len(keys) == 1


def test_ipv4_visitors_of_a_dual_stack_socket_are_told_apart(app: Flask) -> None:
    keys = set()
    for address in ("::ffff:203.0.113.9", "::ffff:203.0.113.10", "203.0.113.9"):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            keys.add(client_key())
    assert len(keys) == 2


@pytest.mark.parametrize("address", ["unknown", "203.0.113.9:5555", "", "fe80::1%eth0"])
def test_an_odd_address_is_counted_and_never_a_fault(app: Flask, address: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert client_key()


def test_tomorrow_nothing_can_be_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    salt = DailySalt()
    before = salt.digest("203.0.113.9")
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr(portal.salt, "today", lambda: tomorrow)
    assert salt.digest("203.0.113.9") != before
