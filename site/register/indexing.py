"""The full-text index follows what is published: rebuilt after commit, never before."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from areas.models import Area
from portal.clock import today
from portal.database import db, learn_sizes
from portal.revision import public_revision
from portal.settings import Settings
from register.institutions import FOR_CARDS, open_standing
from register.models import Change, Edition, Institution
from register.verdict import shown_standing
from search import Document, Index

BATCH = 2000
MOST_CHANGED = 1000  # institutions; with more the index is built anew
_DAYS = 10**7


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
    """Yield a document for every institution with an open standing, or for some, in batches."""
    names, last = _area_names(session), 0
    wanted = sa.select(Institution).order_by(Institution.id).limit(BATCH).options(*FOR_CARDS)
    if only is not None:
        wanted = wanted.where(Institution.id.in_(only))
    while batch := session.scalars(wanted.where(Institution.id > last)).all():
        last = batch[-1].id
        for institution in batch:
            document = _document(institution, names)
            if document is not None:
                yield document
        session.expunge_all()


def _area_names(session: Session) -> dict[str, tuple[str, ...]]:
    """Return area code → names of the area and all that it lies in."""
    areas = {area.code: area for area in session.scalars(sa.select(Area))}

    def names(area: Area) -> tuple[str, ...]:
        above = areas.get(area.parent_code or "")
        return (*(names(above) if above else ()), area.name)

    return {code: names(area) for code, area in areas.items()}


def _document(institution: Institution, areas: dict[str, tuple[str, ...]]) -> Document | None:
    standing = open_standing(institution)
    if standing is None:
        return None
    campus_names = {p.name for p in institution.premises} - {institution.name}
    return Document(
        key=institution.code,
        name=institution.name,
        former_names=(*(f.name for f in institution.former_names), *sorted(campus_names)),
        addresses=tuple(premises.address for premises in institution.premises),
        codes=tuple(filter(None, (institution.uscc, institution.licence_number))),
        area=institution.area_code,
        kinds=tuple(kind.kind_code for kind in institution.kinds),
        standing=shown_standing(institution, standing),
        places=areas.get(institution.area_code, ()),
    )
