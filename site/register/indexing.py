"""The full-text index follows what is published: rebuilt after commit, never before."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import InstrumentedAttribute, Session

from areas.models import Area
from portal.clock import today
from portal.database import db, learn_sizes
from portal.revision import public_revision
from portal.settings import Settings
from register.models import (
    Change,
    Edition,
    FormerName,
    Institution,
    KindOfInstitution,
    Premises,
    Standing,
)
from register.verdict import shown_standing
from search import Document, Index

BATCH = 2000
MOST_CHANGED = 1000  # institutions; with more the index is built anew
_DAYS = 10**7
_listed = (
    sa.select(
        *(Institution.id, Institution.code, Institution.name, Institution.uscc),
        *(Institution.licence_number, Institution.area_code, Institution.valid_to),
        Standing.status,
    )
    .join(Standing, Standing.institution_id == Institution.id)
    .where(Standing.until.is_(None))
    .order_by(Institution.id)
    .limit(BATCH)
)


def init_index(app: Flask, settings: Settings) -> None:
    """Give the app its index; the folder is made when the first one is built."""
    app.extensions["index"] = Index(settings.instance / "index")


def index() -> Index:
    """Return the app's index."""
    found: Index = current_app.extensions["index"]
    return found


def follow(progress: Callable[[int], None] | None = None) -> bool:
    """Bring the index up to what is published; returns whether there was anything to do."""
    with db.reading() as session:
        return _follow(session, progress)


def _follow(session: Session, progress: Callable[[int], None] | None) -> bool:
    # Which licences have expired changes with the day, so the day is part of the revision, and the
    # first look on a new day builds everything anew.
    day = today().toordinal()
    revision, known = public_revision(session) * _DAYS + day, index().revision
    if known == revision:
        return False
    changed = _changed(session) if known is not None and known % _DAYS == day else None
    if changed is None or len(changed) > MOST_CHANGED:
        index().rebuild(documents(session), revision, progress)
        learn_sizes()  # so much has changed that lists may be better read another way
    else:
        found = list(documents(session, changed))
        index().update(found, changed.values(), revision)
    return True


def _changed(session: Session) -> dict[int, str]:
    """Return id → code of the institutions that editions since the last look have changed.

    An hour is added: no publication takes longer from its moment to its commit, and to look at an
    institution again does no harm.
    """
    since = index().changed_at - timedelta(hours=1)
    rows = session.execute(
        sa.select(Institution.id, Institution.code)
        .distinct()
        .join(Change, Change.institution_id == Institution.id)
        .join(Edition, Edition.id == Change.edition_id)
        .where(Edition.published_at >= since)
        .limit(MOST_CHANGED + 1)
    )
    return dict(rows.all())


def documents(session: Session, only: Collection[int] | None = None) -> Iterator[Document]:
    """Yield a document for every institution with an open standing, or for some, in batches.

    From plain rows: mapped objects of 100,000 institutions take ten times as long.
    """
    row: Any  # has what `shown_standing` asks of both its things
    areas, last = _area_names(session), 0
    wanted = _listed if only is None else _listed.where(Institution.id.in_(only))
    while batch := session.execute(wanted.where(Institution.id > last)).all():
        first, last = batch[0].id, batch[-1].id
        kinds = _owned(session, KindOfInstitution.kind_code, "position", first, last)
        formers = _owned(session, FormerName.name, "id", first, last)
        campuses = _owned(session, Premises.name, "id", first, last)
        addresses = _owned(session, Premises.address, "id", first, last)
        for row in batch:
            names = {*campuses[row.id]} - {row.name}
            yield Document(
                key=row.code,
                name=row.name,
                former_names=(*formers[row.id], *sorted(names)),
                addresses=tuple(addresses[row.id]),
                codes=tuple(filter(None, (row.uscc, row.licence_number))),
                area=row.area_code,
                kinds=tuple(kinds[row.id]),
                standing=shown_standing(row, row),
                places=areas.get(row.area_code, ()),
            )


def _owned(
    session: Session, column: InstrumentedAttribute[str], order: str, first: int, last: int
) -> dict[int, list[str]]:
    """Return institution id → its values in a table, for a range of ids."""
    model = column.class_
    rows = session.execute(
        sa.select(model.institution_id, column)
        .where(model.institution_id.between(first, last))
        .order_by(getattr(model, order))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for owner, value in rows:
        found[owner].append(value)
    return found


def _area_names(session: Session) -> dict[str, tuple[str, ...]]:
    """Return area code → names of the area and all that it lies in."""
    areas = {area.code: area for area in session.scalars(sa.select(Area))}

    def names(area: Area) -> tuple[str, ...]:
        above = areas.get(area.parent_code or "")
        # The demo district says of itself that it is none: 临江区（虚构）.
        return (*(names(above) if above else ()), area.name.removesuffix("（虚构）"))

    return {code: names(area) for code, area in areas.items()}
