"""Who types the code of a plate, or the address it carries, is at that door."""

import pytest
import sqlalchemy as sa
from flask import Flask

from doorcodes.models import DoorCode
from portal.codes import grouped
from portal.database import db
from tests.lookup.planting import indexed, plant
from tests.pages import PageClient


def led_to(client: PageClient, q: str) -> str:
    """Return the address that a query leads to, nothing where it is answered here."""
    response = client.raw.get("/search", query_string={"q": q})
    assert response.status_code in {200, 303}
    return str(response.headers.get("Location", ""))


@pytest.fixture
def code(demo: Flask) -> str:
    return db.session.scalars(sa.select(DoorCode)).all()[0].code


def test_a_code_leads_to_its_door_however_it_is_written(demo: Flask, code: str) -> None:
    client, printed = PageClient(demo), "-".join(grouped(code))
    for q in (printed, printed.lower(), code, code.lower(), " ".join(grouped(code))):
        assert led_to(client, q) == f"/v/{code}", q
    assert client.visit(led_to(client, printed)).h1


def test_an_address_of_ours_leads_to_the_door(demo: Flask, code: str) -> None:
    client, base = PageClient(demo), demo.config["MINGDAN"].base_url
    host = base.partition("://")[2]
    for q in (f"{base}/v/{code}", f"{base}/V/{code}".upper(), f"{host}/v/{code}?answered=match"):
        assert led_to(client, q) == f"/v/{code}", q
    assert led_to(client, f"{base}/v/XXXX") == "/v/XXXX"  # which says that it is mistyped


def test_an_address_of_somebody_else_is_not_followed(demo: Flask, code: str) -> None:
    client, base = PageClient(demo), demo.config["MINGDAN"].base_url
    for q in (f"https://evil.example/v/{code}", f"{base}.evil.example/v/{code}", f"{base}/v/"):
        assert led_to(client, q) == "", q


def test_a_slip_in_a_printed_code_is_told_as_such(demo: Flask, code: str) -> None:
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    client = PageClient(demo)
    page = client.visit(led_to(client, "-".join(grouped(wrong))), status=404)
    assert "名单" not in page.h1


def test_what_is_no_door_code_is_looked_up(demo: Flask) -> None:
    one = plant("海豚书画中心")
    one.licence_number = "1350-1037-0012"
    indexed()
    client = PageClient(demo)
    for q in (
        "chenxiwanpei",
        "1350-1037-0012",
        "1350-1037-0013",
        "135010370012",
        "晨曦湾",
        "晨曦湾-青禾书-画",
    ):
        assert led_to(client, q) == "", q
