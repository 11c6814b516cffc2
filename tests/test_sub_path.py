"""The whole site below a path, as a column of a bigger site behind its proxy."""

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import sqlalchemy as sa
import zxingcpp
from flask import Flask
from lxml import html
from PIL import Image
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from doorcodes.models import DoorCode
from outbox.models import OutboxMessage
from portal.app import create_app
from portal.database import db
from tests.conftest import settings_in
from tests.page_types import PAGES, codes_in

BASE = "https://www.example.gov.cn/mingdan"
PREFIX = "/mingdan"


def tree_of(answer: TestResponse) -> Any:
    return html.fromstring(answer.get_data(as_text=True))


def nothing_here(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("404 NOT FOUND", [])
    return [b""]


def stripped(app: Any) -> Callable[..., Any]:
    """A proxy that takes the path away and does not say so."""

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX + "/"):
            return nothing_here(environ, start_response)
        return app({**environ, "PATH_INFO": path.removeprefix(PREFIX)}, start_response)

    return serve


def says_and_keeps(app: Any) -> Callable[..., Any]:
    """A proxy whose word ProxyFix has taken, and which leaves the path as it was."""
    return lambda environ, start: app({**environ, "SCRIPT_NAME": PREFIX}, start)


FRONTS: dict[str, Callable[[Any], Any]] = {
    "says it": lambda app: DispatcherMiddleware(nothing_here, {PREFIX: app}),
    "strips it": stripped,
    "keeps it": lambda app: app,
    "says and keeps it": says_and_keeps,
}


@pytest.fixture
def mounted(demo: Flask) -> Iterator[Flask]:
    app = create_app(settings_in(demo.config["MINGDAN"].instance, base_url=BASE))
    app.testing = True
    with app.app_context():
        yield app
        db.session.close()
        db.engine.dispose()


def browser(app: Flask, front: str) -> Client:
    return Client(FRONTS[front](app.wsgi_app))


def fetch(client: Client, address: str, **kwargs: Any) -> TestResponse:
    return client.open(address, base_url="https://www.example.gov.cn", buffered=True, **kwargs)


@pytest.mark.parametrize("front", FRONTS)
def test_any_proxy_will_do(mounted: Flask, front: str) -> None:
    page = fetch(browser(mounted, front), f"{PREFIX}/lists/white")
    assert page.status_code == 200
    links = tree_of(page).xpath("//link/@href | //a[not(starts-with(@href, 'tel:'))]/@href")
    assert {link.split("/")[1] for link in links if link[0] != "#"} == {"mingdan"}


def test_every_address_on_every_page_stays_below_the_path(mounted: Flask) -> None:
    client = browser(mounted, "says it")
    codes = codes_in(mounted.config["MINGDAN"].instance)
    inside: set[str] = set()
    for path, status in PAGES.values():
        page = fetch(client, PREFIX + path.format(**codes))
        assert page.status_code == status, path
        for address in tree_of(page).xpath("//@href | //@src | //@action"):
            if not address.startswith(("#", "tel:", "mailto:", "http", "data:")):
                assert urljoin(path, address).startswith(f"{PREFIX}/"), (path, address)
                inside.add(address.partition("#")[0])
    wrong = [a for a in inside if not a.endswith("/answer") and fetch(client, a).status_code == 404]
    assert wrong in ([], ["/mingdan/institutions/00000000"])  # the design page's nobody


@pytest.mark.parametrize(
    ("path", "data", "cookie"),
    [("/mode", {"mode": "elder"}, "mode=elder"), ("/language", {"lang": "en"}, "lang=en")],
)
def test_a_switch_leads_back_below_the_path(
    mounted: Flask, path: str, data: dict[str, str], cookie: str
) -> None:
    client = browser(mounted, "strips it")
    page = fetch(client, f"{PREFIX}/lists/black")
    [back] = tree_of(page).xpath("//form[@action=$a]//input[@name='next']/@value", a=PREFIX + path)[
        :1
    ]
    answer = fetch(client, PREFIX + path, method="POST", data={**data, "next": back})
    assert (answer.status_code, answer.location) == (303, f"{PREFIX}/lists/black")
    kept = answer.headers["Set-Cookie"]
    assert kept.startswith(cookie)
    assert "Path=/mingdan;" in kept + ";"


def test_a_tap_leads_back_to_the_door(mounted: Flask) -> None:
    code = db.session.scalars(sa.select(DoorCode.code)).first()
    answer = fetch(
        browser(mounted, "keeps it"), f"{PREFIX}/v/{code}/answer", method="POST",
        data={"answer": "match"},
    )  # fmt: skip
    assert answer.location == f"{PREFIX}/v/{code}?answered=match"


def test_the_desk_cookie_stays_at_the_desk(mounted: Flask) -> None:
    page = fetch(browser(mounted, "keeps it"), f"{PREFIX}/desk/sign-in")
    assert "Path=/mingdan/desk" in page.headers["Set-Cookie"]


def test_printed_and_mailed_addresses_name_the_path_once(mounted: Flask) -> None:
    client = browser(mounted, "strips it")
    code = db.session.scalars(sa.select(DoorCode.code)).first()
    picture = fetch(client, f"{PREFIX}/v/{code}/qr.png")
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.data)))
    assert read.text == f"{BASE}/v/{code}"
    assert fetch(client, urlsplit(read.text).path).status_code == 200
    for path in ("/sitemap.xml", "/robots.txt", "/.well-known/security.txt"):
        text = fetch(client, PREFIX + path).get_data(as_text=True)
        assert BASE in text
        assert "mingdan/mingdan" not in text
    form = fetch(client, f"{PREFIX}/report/new?category=A01")
    [token] = tree_of(form).xpath("//input[@name='csrf_token']/@value")
    sent = {"csrf_token": token, "body": "门口没有牌子。", "place_address": "云栖路1号"}
    answer = fetch(client, f"{PREFIX}/report/new?category=A01", method="POST", data=sent)
    assert answer.status_code == 200
    notice = db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert notice is not None
    assert f"{BASE}/desk/inbox" in str(vars(notice))
