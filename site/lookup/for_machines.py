"""robots.txt, sitemap.xml, security.txt: what programs ask of every site."""

import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app
from flask.typing import ResponseReturnValue

from lookup.shell import site_info
from portal.addresses import mount_path, public_address
from portal.clock import now
from portal.database import db
from portal.settings import Settings
from register.models import Edition, Institution, Standing, Status

bp = Blueprint("machines", __name__)

PART = 50_000  # addresses in one file, the limit of sitemaps.org
# Who left the lists is not offered to search engines; their pages say noindex.
OFFERED = (Status.WHITE, Status.RECTIFYING, Status.SUSPENDED, Status.BLACK)
LISTS = ("white", "rectifying", "suspended", "expired", "black")
PAGES = (
    "lookup.home", "publishing.editions", "notices.index", "data.index", "portal.about_api",
    "departments.index", "reports.categories",
    "portal.about", "portal.about_lists", "recall.about",
    "portal.about_accessibility", "portal.privacy",
)  # fmt: skip
NOT_OFFERED = ("/desk", "/receipt", "/report/new", "/search?")
TRUE_FOR = timedelta(days=90)  # RFC 9116: less than a year, so that a dead file shows
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Keep search engines out of what is nobody's to find."""
    path = mount_path(_settings())
    lines = ["User-agent: *", *[f"Disallow: {path}{prefix}" for prefix in NOT_OFFERED]]
    lines += ["", f"Sitemap: {public_address('machines.sitemap')}"]
    return _text(lines)


@bp.get("/.well-known/security.txt")
def security() -> ResponseReturnValue:
    """Say where a weakness of this site is told (RFC 9116); without any contact there is none."""
    settings = _settings()
    contact = settings.security_contact or telephone(site_info(db.session, settings).hotline)
    if not contact:
        abort(404)
    until = (now() + TRUE_FOR).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return _text(
        [
            f"Contact: {contact}",
            f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: zh, en",
            f"Canonical: {public_address('machines.security')}",
        ]
    )


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """List the public pages, or the parts of the list where one file may not hold them."""
    total = len(_pages()) + (db.session.scalar(_offered(sa.func.count(Institution.id))) or 0)
    if total <= PART:
        return _xml("urlset", "url", _addresses(0))
    parts = range(1, -(-total // PART) + 1)
    addresses = (public_address("machines.sitemap_part", part=part) for part in parts)
    return _xml("sitemapindex", "sitemap", addresses)


@bp.get("/sitemap-<int(max=9999):part>.xml")
def sitemap_part(part: int) -> ResponseReturnValue:
    """List one part of the public pages."""
    addresses = _addresses(part - 1) if part else []
    return _xml("urlset", "url", addresses) if addresses else abort(404)


def telephone(number: str) -> str:
    """Return the tel: address (RFC 3966) of the first number in a published contact, or nothing."""
    digits = "".join(re.findall(r"\d", re.split(r"[、，,；;/转]", number)[0]))
    if digits.startswith("0"):
        return f"tel:+86{digits[1:]}"
    return f"tel:{digits};phone-context=+86" if digits else ""


def _pages() -> list[str]:
    editions = db.session.execute(
        sa.select(Edition.area_code, Edition.number).order_by(Edition.id)
    ).all()
    return [
        *[public_address(endpoint) for endpoint in PAGES],
        *[public_address("lookup.lists", standing=standing) for standing in LISTS],
        *[public_address("publishing.edition", area=a, number=number) for a, number in editions],
    ]


def _addresses(part: int) -> list[str]:
    pages, start = _pages(), part * PART
    found = pages[start : start + PART]
    codes = db.session.scalars(
        _offered(Institution.code)
        .order_by(Institution.id)
        .offset(max(0, start - len(pages)))
        .limit(PART - len(found))
    )
    prefix = public_address("lookup.institution", code="-").removesuffix("-")
    return found + [prefix + code for code in codes]


def _offered(what: Any) -> sa.Select[Any]:
    return (
        sa.select(what)
        .select_from(Institution)
        .join(Standing, Standing.institution_id == Institution.id)
        .where(Standing.until.is_(None), Standing.status.in_(OFFERED))
    )


def _xml(root: str, item: str, addresses: Iterator[str] | list[str]) -> Response:
    def lines() -> Iterator[str]:  # needs the database no more: a slow reader holds nothing
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SITEMAP}">\n'
        for address in ready:
            yield f"<{item}><loc>{address}</loc></{item}>\n"
        yield f"</{root}>\n"

    ready = list(addresses)
    return Response(lines(), mimetype="application/xml")


def _text(lines: list[str]) -> Response:
    return Response("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _settings() -> Settings:
    settings: Settings = current_app.config["MINGDAN"]
    return settings
