"""The list of page types is complete: what is not on it is checked by nobody."""

from flask import Flask
from werkzeug.routing import Rule

from tests.page_types import PAGES, codes_in

# What answers a GET with something else than a public page.
NO_PAGE = {
    "static", "portal.healthz", "doorcodes.typed", "doorcodes.qr_svg", "doorcodes.qr_png",
    "publishing.edition_file", "publishing.key", "data.file",
    "feeds.changes", "feeds.of_institution", "notices.feed",
    "suggest.suggest",
    "machines.robots", "machines.security", "machines.sitemap", "machines.sitemap_part",
}  # fmt: skip
SAME_PAGE = {"doorcodes.scanned": "doorcodes.door"}  # /V/ and /v/


def is_public(rule: Rule) -> bool:
    behind = ("/desk", "/api/")
    return "GET" in (rule.methods or set()) and not rule.rule.startswith(behind)


def test_every_public_page_is_among_the_page_types(demo: Flask) -> None:
    codes = codes_in(demo.config["MINGDAN"].instance)
    router = demo.url_map.bind("")
    listed = {
        router.match(path.format(**codes).partition("?")[0])[0]
        for path, _ in PAGES.values()
        if path != "/nowhere"
    }
    ours = {rule.endpoint for rule in demo.url_map.iter_rules() if is_public(rule)}
    assert ours - set(SAME_PAGE) - NO_PAGE == listed - {"accounts.sign_in"}
