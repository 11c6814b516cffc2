"""Queries as attacks: a page, a refusal that is one, never a fault of ours."""

from random import Random
from urllib.parse import parse_qsl, quote_from_bytes

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.search.hostile import KINDS
from tests.pages import PageClient

MOST = 200  # characters of a query that are answered
FILTERS = ("area", "kind", "standing")

made = st.builds(
    lambda kind, seed: KINDS[kind](Random(seed)),
    st.sampled_from(sorted(KINDS)),
    st.integers(0, 2**32),
)
# Any characters, lone surrogates among them; a few very often, so that they come in long rows.
typed = st.text(st.characters(codec=None), max_size=300) | st.text(
    "晨曦湾路号 a1%_'\"\\(*\0", max_size=300
)
queries = (made | typed).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(
    max_size=300
)
filters = st.dictionaries(st.sampled_from((*FILTERS, "after")), st.binary(max_size=8), max_size=3)


def asked(client: PageClient, path: str, query: str) -> tuple[int, str]:
    """Return status and text of an answer."""
    response = client.raw.get(f"{path}?{query}")
    return response.status_code, response.get_data(as_text=True)


def check(client: PageClient, q: bytes, more: dict[str, bytes]) -> None:
    """Send bytes that need not be text to the page, the API and the suggestions."""
    query = "&".join(
        f"{name}={quote_from_bytes(value)}" for name, value in ({"q": q} | more).items()
    )
    nul = any(b"\0" in value for value in (q, *more.values()))
    ((_, text), *_) = parse_qsl(query, True, errors="werkzeug.url_quote")  # as Flask reads it
    refused = {400} if nul else {414} if len(text.strip()) > MOST else set()
    status, page = asked(client, "/search", query)
    assert status in (refused or {200, 303}), (status, q)
    assert status == 303 or page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    status, _ = asked(client, "/api/v1/institutions", query)
    # A filter, or the place of a page, that there is not is refused; a filter alone, too.
    assert status in (refused or {200, 400} if more else refused or {200}), (status, q)
    status, _ = asked(client, "/search/suggest", query)
    assert status == (400 if nul else 200), q


def attack(examples: int, demo: Flask) -> None:
    client = PageClient(demo)

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), deadline=None)
    @given(q=queries, more=filters)
    def run(q: bytes, more: dict[str, bytes]) -> None:
        check(client, q, more)

    run()


def test_no_query_is_a_fault_of_ours(demo: Flask) -> None:
    attack(300, demo)


@pytest.mark.long
def test_twenty_thousand_queries_are_no_fault_of_ours(demo: Flask) -> None:
    attack(20_000, demo)


def test_each_kind_of_attack_is_answered(demo_client: PageClient) -> None:
    for kind, make in KINDS.items():
        for seed in range(3):
            check(demo_client, make(Random(seed)).encode("utf-8", "surrogatepass"), {})
        assert make(Random(1)) == make(Random(1)), kind
