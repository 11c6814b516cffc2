"""How answers travel: what is compressed, what is kept, what never is."""

import gzip
import re

import brotli
import pytest
from flask import Flask

from portal.headers import NEVER_STORED
from tests.page_types import PAGES, codes_in
from tests.pages import PageClient

BOTH = {"Accept-Encoding": "gzip, br"}
WINDOW = 14 * 1024  # what a server may send before the first acknowledgement


@pytest.fixture
def codes(demo: Flask) -> dict[str, str]:
    return codes_in(demo.config["MINGDAN"].instance)


def test_pages_are_compressed_as_the_reader_asks(demo_client: PageClient) -> None:
    plain = demo_client.raw.get("/").data
    answers = {
        coding: demo_client.raw.get("/", headers={"Accept-Encoding": coding})
        for coding in ("br", "gzip")
    }
    assert all(a.headers["Content-Encoding"] == coding for coding, a in answers.items())
    assert brotli.decompress(answers["br"].data) == plain == gzip.decompress(answers["gzip"].data)
    assert {"Accept-Encoding", "Cookie"} <= {v.strip() for v in answers["br"].vary}


def test_what_holds_a_secret_is_never_compressed(
    demo_client: PageClient, codes: dict[str, str]
) -> None:
    for path, status in PAGES.values():
        address = path.format(**codes)
        answer = demo_client.raw.get(address, headers=BOTH)
        plain = demo_client.raw.get(address).get_data(as_text=True)
        secret = 'name="csrf_token"' in plain or address.startswith(NEVER_STORED)
        assert ("Content-Encoding" in answer.headers) == (not secret and status == 200), address


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/receipt", "/report/new?category=A01", "/desk/sign-in"])
def test_answers_about_a_tip_travel_as_they_are(
    demo_client: PageClient, path: str, method: str
) -> None:
    answer = getattr(demo_client.raw, method)(path, headers=BOTH)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_static_file_is_named_by_its_content_and_kept_for_a_year(
    demo_client: PageClient,
) -> None:
    page = demo_client.visit("/")
    [address] = page.tree.xpath("//link[@rel='stylesheet']/@href")
    assert re.fullmatch(r"/static/mingdan\.css\?v=[0-9a-f]{12}", address)
    kept = demo_client.raw.get(address, headers=BOTH)
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert kept.headers["Content-Encoding"] == "br"
    other = demo_client.raw.get("/static/mingdan.css?v=000000000000")
    assert "immutable" not in other.headers["Cache-Control"]


@pytest.mark.parametrize("asked", [BOTH, {}])
def test_a_page_is_asked_for_again_and_not_sent_twice(
    demo_client: PageClient, asked: dict[str, str]
) -> None:
    first = demo_client.raw.get("/lists/white", headers=asked)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = {**asked, "If-None-Match": first.headers["ETag"]}
    assert demo_client.raw.get("/lists/white", headers=again).status_code == 304
    demo_client.raw.set_cookie("mode", "elder")
    assert demo_client.raw.get("/lists/white", headers=again).status_code == 200


def test_a_door_fits_the_first_window(demo_client: PageClient, codes: dict[str, str]) -> None:
    address = f"/v/{codes['white_door']}"
    [style] = demo_client.visit(address).tree.xpath("//link[@rel='stylesheet']/@href")
    for coding in ("br", "gzip"):
        sizes = [
            len(demo_client.raw.get(a, headers={"Accept-Encoding": coding}).data)
            for a in (address, style)
        ]
        assert sum(sizes) <= WINDOW, (coding, sizes)
