"""Looking editions up."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import Session

from areas.divisions import subtree
from areas.models import Area
from register.models import Edition


def latest_edition(session: Session, area_code: str) -> Edition | None:
    """Return the newest edition of an area, or of one below it; of any where the code is empty."""
    query = sa.select(Edition).order_by(Edition.as_of.desc(), Edition.number.desc()).limit(1)
    if not area_code:
        return session.scalar(query)
    own = session.scalar(query.filter_by(area_code=area_code))
    if own is not None:
        return own
    # A city that publishes through its counties.
    return session.scalar(query.where(Edition.area_code.in_(subtree(session, area_code))))


def newest_at(session: Session, area_code: str, instant: datetime) -> Edition | None:
    """Return the newest edition that an area had published by an instant."""
    published = sa.select(Edition).where(
        Edition.area_code == area_code, Edition.published_at <= instant
    )
    return session.scalar(published.order_by(Edition.number.desc()).limit(1))


def latest_by_area(session: Session) -> dict[str, Edition]:
    """Return area code → newest edition."""
    newest = (
        sa.select(Edition.area_code, sa.func.max(Edition.number).label("number"))
        .group_by(Edition.area_code)
        .subquery()
    )
    editions = session.scalars(
        sa.select(Edition).join(
            newest,
            sa.and_(Edition.area_code == newest.c.area_code, Edition.number == newest.c.number),
        )
    )
    return {edition.area_code: edition for edition in editions}


@dataclass(frozen=True, slots=True, order=True)
class Newest:
    """The newest edition of an area, as cards and the as-of line show it; the later is greater."""

    as_of: date
    number: int
    area_code: str
    total: int  # institutions


def newest_by_area(session: Session) -> dict[str, Newest]:
    """Return area code → what `latest_edition` returns, for every area that it returns one for."""
    own = {
        code: Newest(edition.as_of, edition.number, code, sum(counts_of(edition).values()))
        for code, edition in latest_by_area(session).items()
    }
    newest: dict[str, Newest] = {}
    for code, area in session.execute(_ABOVE, {"codes": list(own)}):
        newest[area] = max(newest.get(area, own[code]), own[code])
    return newest | own


def _above() -> sa.Select[str, str]:
    """Return the statement that names each of the areas `codes` with all that it lies in."""
    above = (
        sa.select(Area.code.label("own"), Area.code, Area.parent_code)
        .where(Area.code.in_(sa.bindparam("codes", expanding=True)))
        .cte(recursive=True)
    )
    above = above.union_all(
        sa.select(above.c.own, Area.code, Area.parent_code).join(
            above, Area.code == above.c.parent_code
        )
    )
    return sa.select(above.c.own, above.c.code)


_ABOVE = _above()


def counts_of(edition: Edition) -> dict[str, int]:
    """Return status → number of institutions, as the signed manifest says."""
    counts: dict[str, int] = json.loads(edition.manifest)["counts"]
    return counts


def why(edition: Edition) -> tuple[bool, str]:
    """Return whether an edition is a supplement, and the reason given for it, or nothing."""
    said = json.loads(edition.manifest)
    return said.get("supplement", False), said.get("reason", "")


def head_hash(edition: Edition) -> str:
    """Return the SHA-256 of an edition's manifest: noted elsewhere, it tells a forged chain."""
    return hashlib.sha256(edition.manifest).hexdigest()


def edition_or_404(session: Session, area_code: str, number: int) -> Edition:
    """Return an edition by area and number."""
    edition = session.scalar(sa.select(Edition).filter_by(area_code=area_code, number=number))
    if edition is None:
        abort(404)
    return edition
