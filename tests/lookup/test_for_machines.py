"""What programs ask of every site."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import etree

import lookup.for_machines
from lookup.for_machines import telephone
from portal.app import create_app
from portal.database import db
from register.models import Institution, Standing, Status
from tests.conftest import settings_in
from tests.pages import PageClient

BASE = "http://127.0.0.1:8000"


def locations(client: PageClient, path: str) -> list[str]:
    answer = client.raw.get(path)
    assert answer.status_code == 200, path
    tree = etree.fromstring(answer.data)
    return [str(loc.text) for loc in tree.iter("{*}loc")]


def test_robots_stay_out_of_what_is_nobodys_to_find(client: PageClient) -> None:
    lines = client.raw.get("/robots.txt").get_data(as_text=True).splitlines()
    out = {line.partition(" ")[2] for line in lines if line.startswith("Disallow")}
    assert out == {"/desk", "/receipt", "/report/new", "/search?"}
    assert f"Sitemap: {BASE}/sitemap.xml" in lines


def test_the_sitemap_leads_only_to_pages_that_are_there(demo_client: PageClient) -> None:
    found = locations(demo_client, "/sitemap.xml")
    assert len(found) == len(set(found))
    for address in found:
        page = demo_client.visit(address.removeprefix(BASE))
        assert "X-Robots-Tag" not in page.response.headers, address
        assert not page.tree.xpath("//meta[@name='robots']"), address


def test_the_sitemap_holds_who_is_on_a_list_and_nobody_who_left(demo_client: PageClient) -> None:
    found = set(locations(demo_client, "/sitemap.xml"))
    rows = db.session.execute(
        sa.select(Institution.code, Standing.status).join(Standing).where(Standing.until.is_(None))
    ).all()
    assert {status for _, status in rows} == set(Status)
    for code, status in rows:
        left = status in {Status.REMOVED, Status.CLOSED}
        assert (f"{BASE}/institutions/{code}" in found) == (not left), status


def test_a_long_sitemap_comes_in_parts_without_loss(
    demo_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = locations(demo_client, "/sitemap.xml")
    monkeypatch.setattr(lookup.for_machines, "PART", 11)
    parts = locations(demo_client, "/sitemap.xml")
    pieces = [locations(demo_client, part.removeprefix(BASE)) for part in parts]
    assert all(0 < len(piece) <= 11 for piece in pieces)
    assert [address for piece in pieces for address in piece] == whole
    for part in (0, len(parts) + 1):
        demo_client.visit(f"/sitemap-{part}.xml", status=404)


def test_security_txt_names_the_hotline(demo_client: PageClient) -> None:
    fields = security_fields(demo_client)
    assert fields["Contact"] == "tel:+869995550118"
    assert fields["Canonical"] == f"{BASE}/.well-known/security.txt"
    assert fields["Preferred-Languages"] == "zh, en"
    until = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < until - datetime.now(UTC) < timedelta(days=365)


def test_security_txt_names_the_contact_that_is_set(demo: Flask) -> None:
    contact = "mailto:security@example.gov.cn"
    folder = demo.config["MINGDAN"].instance
    app = create_app(settings_in(folder, security_contact=contact))
    assert security_fields(PageClient(app))["Contact"] == contact


def test_without_any_contact_there_is_no_security_txt(client: PageClient) -> None:
    client.visit("/.well-known/security.txt", status=404)


@pytest.mark.parametrize(
    ("published", "address"),
    [
        ("0595-22783859", "tel:+8659522783859"),
        ("0595-22783859、22783860", "tel:+8659522783859"),
        ("12345", "tel:12345;phone-context=+86"),
        ("", ""),
    ],
)
def test_a_published_number_becomes_an_address(published: str, address: str) -> None:
    assert telephone(published) == address


def security_fields(client: PageClient) -> dict[str, str]:
    answer = client.raw.get("/.well-known/security.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    lines = answer.get_data(as_text=True).splitlines()
    return dict(line.split(": ", 1) for line in lines)
