"""Feeds as a reader of feeds sees them."""

import re

import feedparser
import pytest
import sqlalchemy as sa
from flask import Flask

from portal.atom import PAGE
from portal.database import db
from register.models import Change, ChangeKind, Institution
from tests.pages import PageClient

TAG = re.compile(r"tag:127\.0\.0\.1,\d{4}-\d\d-\d\d:/[^\s]+")


def parsed(client: PageClient, path: str) -> feedparser.FeedParserDict:
    response = client.raw.get(path)
    assert response.status_code == 200, path
    found = feedparser.parse(
        response.data, response_headers={"content-type": response.headers["Content-Type"]}
    )
    assert found.bozo == 0, found.get("bozo_exception")
    assert found.version == "atom10"
    assert found.feed.title
    assert found.feed.author
    assert TAG.fullmatch(found.feed.id)
    for entry in found.entries:
        assert TAG.fullmatch(entry.id)
        assert entry.title
        assert entry.summary
        assert entry.updated_parsed
        assert entry.link.startswith("http://127.0.0.1:8000/")
    return found


def followed(client: PageClient, path: str) -> list[feedparser.FeedParserDict]:
    """Return the entries of all pages, from the address of the first one on."""
    entries: list[feedparser.FeedParserDict] = []
    while path:
        found = parsed(client, path)
        entries += found.entries
        later = [link.href for link in found.feed.links if link.rel == "next"]
        path = later[0].removeprefix("http://127.0.0.1:8000") if later else ""
    return entries


def test_every_change_is_in_the_feed_once(demo_client: PageClient) -> None:
    entries = followed(demo_client, "/feeds/changes.atom")
    total = db.session.scalar(sa.select(sa.func.count(Change.id)))
    assert total is not None
    assert total > PAGE
    assert len({entry.id for entry in entries}) == len(entries) == total


@pytest.mark.parametrize(
    ("query", "terms"), [("standing=black", {"black"}), ("standing=closed", {"closed"})]
)
def test_a_standing_can_be_followed(demo_client: PageClient, query: str, terms: set[str]) -> None:
    entries = followed(demo_client, f"/feeds/changes.atom?{query}")
    assert entries
    assert all(terms & {tag.term for tag in entry.tags} for entry in entries)


def test_a_kind_and_an_area_can_be_followed(demo_client: PageClient) -> None:
    everything = len(followed(demo_client, "/feeds/changes.atom"))
    assert 0 < len(followed(demo_client, "/feeds/changes.atom?kind=TY")) < everything
    assert len(followed(demo_client, "/feeds/changes.atom?area=359901")) == everything
    assert followed(demo_client, "/feeds/changes.atom?area=350502") == []


@pytest.mark.parametrize("query", ["area=1", "kind=??", "standing=expired", "standing=x"])
def test_a_filter_that_fits_nothing_is_refused(demo_client: PageClient, query: str) -> None:
    demo_client.visit(f"/feeds/changes.atom?{query}", status=400)


def test_one_institution_can_be_followed(demo_client: PageClient) -> None:
    code = db.session.scalar(
        sa.select(Institution.code).join(Change).where(Change.kind == ChangeKind.MOVED)
    )
    entries = followed(demo_client, f"/institutions/{code}/changes.atom")
    assert len(entries) == 2
    assert "→" in entries[0].title
    page = demo_client.visit(f"/institutions/{code}")
    feeds = page.tree.xpath("//link[@type='application/atom+xml']/@href")
    assert feeds == ["/feeds/changes.atom", f"/institutions/{code}/changes.atom"]
    demo_client.visit("/institutions/00000000/changes.atom", status=404)


def test_ids_stay_and_nobody_is_sent_the_same_twice(demo_client: PageClient) -> None:
    first = demo_client.raw.get("/feeds/changes.atom")
    again = demo_client.raw.get("/feeds/changes.atom", headers={"Cookie": "lang=en"})
    assert again.data == first.data
    same = demo_client.raw.get(
        "/feeds/changes.atom", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (same.status_code, same.data) == (304, b"")


def test_what_xml_cannot_hold_is_left_out(demo: Flask, demo_client: PageClient) -> None:
    change = db.session.scalars(sa.select(Change).order_by(Change.id.desc())).first()
    assert change is not None
    change.kind, change.name = ChangeKind.AMENDED, "甲\x01\x0b\ufffe<b>&乙\x1f"
    db.session.commit()
    entry = parsed(demo_client, "/feeds/changes.atom").entries[0]
    assert entry.title.startswith("甲<b>&乙")


def test_a_withdrawn_name_is_not_in_its_entry(demo: Flask, demo_client: PageClient) -> None:
    change = db.session.scalars(sa.select(Change).order_by(Change.id.desc())).first()
    assert change is not None
    change.kind, change.name = ChangeKind.WITHDRAWN, "误列培训中心"
    db.session.commit()
    entry = parsed(demo_client, "/feeds/changes.atom").entries[0]
    assert "误列培训中心" not in entry.title + entry.summary
    assert "/editions/" in entry.link


def test_an_empty_instance_has_an_empty_feed(client: PageClient) -> None:
    assert parsed(client, "/feeds/changes.atom").entries == []


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999", "٣", "0"])
def test_odd_places_in_the_feed_never_break(demo_client: PageClient, before: str) -> None:
    parsed(demo_client, f"/feeds/changes.atom?before={before}")
