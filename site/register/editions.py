"""Looking editions up."""

import hashlib
import json
from datetime import date

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import Session

from areas.divisions import subtree
from areas.models import Area
from register.models import Edition, PublicRevision


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


def newest_by_area(session: Session) -> dict[str, Edition]:
    """Return area code → what `latest_edition` returns, for every area that it returns one for."""
    own = latest_by_area(session)
    newest: dict[str, Edition] = {}
    for code, area in session.execute(_ABOVE, {"codes": list(own)}):
        newest[area] = max(newest.get(area, own[code]), own[code], key=_age)
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


def _age(edition: Edition) -> tuple[date, int]:
    return edition.as_of, edition.number


def counts_of(edition: Edition) -> dict[str, int]:
    """Return status → number of institutions, as the signed manifest says."""
    counts: dict[str, int] = json.loads(edition.manifest)["counts"]
    return counts


def head_hash(edition: Edition) -> str:
    """Return the SHA-256 of an edition's manifest: noted elsewhere, it tells a forged chain."""
    return hashlib.sha256(edition.manifest).hexdigest()


def edition_or_404(session: Session, area_code: str, number: int) -> Edition:
    """Return an edition by area and number."""
    edition = session.scalar(sa.select(Edition).filter_by(area_code=area_code, number=number))
    if edition is None:
        abort(404)
    return edition


def public_revision(session: Session) -> int:
    """Return the number that grows with everything the public can see."""
    return session.scalar(sa.select(PublicRevision.value)) or 0


def bump_public_revision(session: Session) -> None:
    """Let index and caches know, when this transaction commits."""
    changed = session.execute(sa.update(PublicRevision).values(value=PublicRevision.value + 1))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        session.add(PublicRevision(id=1, value=1))
