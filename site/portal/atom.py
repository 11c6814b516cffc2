"""Atom feeds: RFC 4287, pages of a feed as RFC 5005 has them, ids as RFC 4151 has them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from flask import Response, current_app, request

from portal.settings import Settings

BORN = date(2026, 11, 21)  # when the addresses of feeds came to mean these feeds
PAGE = 100  # entries of one page of a feed
_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # of a feed in which nothing happened yet
# What XML 1.0 cannot hold at all, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; it never changes, so it is published when it is updated."""

    id: str
    title: str
    updated: datetime
    link: str  # absolute, as every link here
    summary: str
    categories: list[tuple[str, str]] = field(default_factory=list)  # term, label


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of a feed; `next` is the address of the page with what is older."""

    id: str
    title: str
    author: str
    link: str
    itself: str
    first: str
    next: str = ""


def tag(day: date, path: str) -> str:
    """Return the tag: id of what this site published on a day, for good."""
    settings: Settings = current_app.config["MINGDAN"]
    address = urlsplit(settings.base_url)
    return f"tag:{address.hostname},{day.isoformat()}:{address.path}{path}"


def atom(feed: Feed, entries: Iterable[Entry]) -> Response:
    """Return the answer to a reader of feeds; one that has it already is told so."""
    found = list(entries)
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-CN"})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _instant(max((entry.updated for entry in found), default=_NEVER)))
    _add(ET.SubElement(root, "author"), "name", feed.author)
    links = {"alternate": feed.link, "self": feed.itself, "first": feed.first, "next": feed.next}
    for rel, href in links.items():
        if href:
            ET.SubElement(root, "link", {"rel": rel, "href": href})
    for entry in found:
        _add_entry(root, entry)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _add_entry(root: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", _instant(entry.updated))
    _add(element, "published", _instant(entry.updated))
    ET.SubElement(element, "link", {"rel": "alternate", "href": entry.link})
    for term, label in entry.categories:
        ET.SubElement(element, "category", {"term": term, "label": _clean(label)})
    _add(element, "summary", entry.summary)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
