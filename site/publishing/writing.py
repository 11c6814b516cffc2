"""Carrying a plan into the database: few statements over many rows, in one short transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from areas.models import Area
from portal.database import db, insert_rows
from portal.revision import bump_public_revision
from publishing.copies import InstitutionCopy, PremisesCopy, StandingCopy, columns_of
from publishing.deadlines import keep_tasks
from publishing.editions import Composed, Head, head_of, moment, sealed
from publishing.proposals import Proposal
from publishing.signing import Signing
from register.events import publication
from register.models import (
    Change,
    ChangeKind,
    DisclosedItem,
    Edition,
    EditionFile,
    FormerName,
    Institution,
    ItemKind,
    KindOfInstitution,
    Premises,
    Standing,
)

_BATCH = 5000
_ATTEMPTS = 5
Row = dict[str, Any]
Result = TypeVar("Result")


class Moved(Exception):
    """Somebody else published in this area since the plan was made."""


def quietly(_step: str) -> None:
    """Tell nobody how far it is."""


def in_turn(attempt: Callable[[], Result], say: Callable[[str], None] = quietly) -> Result:
    """Return what an attempt returns, tried again where others were first; each ends its own
    transaction. Raises Moved or IntegrityError where the fifth fails, too.
    """
    for left in range(_ATTEMPTS - 1, -1, -1):
        try:
            return attempt()
        except (Moved, IntegrityError):
            db.session.rollback()
            if not left:
                raise
            say("其间另有一期公布，重新比对")
    raise AssertionError


def check_unmoved(session: Session, area_code: str, head: Head | None) -> None:
    """Take the area for the rest of the transaction; raises Moved."""
    session.execute(sa.select(Area.code).filter_by(code=area_code).with_for_update())
    if head_of(session, area_code) != head:
        raise Moved


def write_edition(
    session: Session,
    composed: Composed,
    proposals: Sequence[Proposal],
    signing: Signing,
    published_at: datetime | None = None,
) -> Edition:
    """Write what changed and the edition that says so; the caller commits."""
    edition = sealed(composed, published_at or moment(), signing)
    session.add(edition)
    session.flush()
    _write_institutions(session, composed.area_code, proposals, edition.id)
    insert_rows(
        session,
        EditionFile,
        (
            {
                "edition_id": edition.id,
                "name": name,
                "sha256": composed.sha256[name],
                "size": len(content),
                "content": content,
            }
            for name, content in composed.files.items()
        ),
    )
    told = (_change(each, edition.id) for each in proposals if not each.is_nothing)
    insert_rows(session, Change, told)
    keep_tasks(session, composed.area_code)
    publication.send(session)
    bump_public_revision(session)
    return edition


def _write_institutions(
    session: Session, area_code: str, proposals: Sequence[Proposal], edition: int
) -> None:
    new = [each.institution for each in proposals if each.institution.id is None]
    old = [each for each in proposals if each.institution.id is not None]
    names = [name for name in columns_of(InstitutionCopy) if name != "id"]
    fresh = ({"area_code": area_code, **_values(each, names)} for each in new)
    insert_rows(session, Institution, fresh)
    _learn_ids(session, new)
    _update(session, Institution, (_values(each.institution, [*names, "id"]) for each in old))
    _clear(session, [each.institution.id for each in old], KindOfInstitution, FormerName)
    _clear_items(session, old)
    touched = [each.institution for each in proposals]
    for each in touched:
        _stamp(each, edition)
    insert_rows(session, KindOfInstitution, _kinds(touched))
    insert_rows(session, FormerName, _former_names(touched))
    _write_owned(session, Premises, PremisesCopy, [(o, o.premises) for o in touched], area_code)
    _write_owned(session, Standing, StandingCopy, [(o, o.standings) for o in touched])
    insert_rows(session, DisclosedItem, _items(touched, edition))


def _learn_ids(session: Session, new: Sequence[InstitutionCopy]) -> None:
    by_code = {each.code: each for each in new}
    codes = iter(by_code)
    while batch := list(islice(codes, _BATCH)):
        query = sa.select(Institution.code, Institution.id).where(Institution.code.in_(batch))
        for code, number in session.execute(query):
            by_code[code].id = number


def _stamp(each: InstitutionCopy, edition: int) -> None:
    for standing in each.standings:
        if standing.edition_in_id is None:
            standing.edition_in_id = edition
        if standing.until is not None and standing.edition_out_id is None:
            standing.edition_out_id = edition


def _kinds(owners: Iterable[InstitutionCopy]) -> Iterator[Row]:
    for owner in owners:
        for position, code in enumerate(owner.kinds):
            yield {"institution_id": owner.id, "kind_code": code, "position": position}


def _former_names(owners: Iterable[InstitutionCopy]) -> Iterator[Row]:
    for owner in owners:
        for name in owner.former_names:
            yield {"institution_id": owner.id, "name": name}


def _items(owners: Iterable[InstitutionCopy], edition: int) -> Iterator[Row]:
    for owner in owners:
        for kind in ItemKind:
            of_kind = (item for item in owner.items if item.kind is kind)
            for position, item in enumerate(of_kind):
                if item.id is None:
                    yield {
                        "institution_id": owner.id,
                        "kind": kind,
                        "position": position,
                        "content": item.content,
                        "edition_id": edition,
                    }


def _write_owned(
    session: Session,
    model: type,
    copy: type,
    owned: Sequence[tuple[InstitutionCopy, Sequence[Any]]],
    area_code: str = "",
) -> None:
    """Insert those without id, with whom they belong to; update the others."""
    names = [name for name in columns_of(copy) if name != "id"]
    area = {"area_code": area_code} if area_code else {}
    each_of = [(owner, each) for owner, all_of in owned for each in all_of]
    # A standing must be closed before the next one opens: at most one is open at any moment.
    old = (_values(each, [*names, "id"]) for _, each in each_of if each.id is not None)
    _update(session, model, old)
    insert_rows(
        session,
        model,
        (
            {"institution_id": owner.id, **area, **_values(each, names)}
            for owner, each in each_of
            if each.id is None
        ),
    )


def _clear(session: Session, owners: Sequence[int | None], *models: Any) -> None:
    for start in range(0, len(owners), _BATCH):
        batch = owners[start : start + _BATCH]
        for model in models:
            session.execute(sa.delete(model).where(model.institution_id.in_(batch)))


def _clear_items(session: Session, changed: Sequence[Proposal]) -> None:
    for kind in ItemKind:
        ids = [each.institution.id for each in changed if kind.value in each.fields]
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            session.execute(
                sa.delete(DisclosedItem).where(
                    DisclosedItem.institution_id.in_(batch), DisclosedItem.kind == kind
                )
            )


def _change(proposal: Proposal, edition: int) -> Row:
    return {
        "edition_id": edition,
        "institution_id": proposal.institution.id,
        "kind": proposal.kind,
        "before": proposal.before,
        "after": proposal.after,
        "name": proposal.institution.name,
        "fields": {} if proposal.kind is ChangeKind.ADDED else proposal.fields,
    }


def _values(copy: object, names: Iterable[str]) -> Row:
    return {name: getattr(copy, name) for name in names}


def _update(session: Session, model: Any, rows: Iterable[Row]) -> None:
    rows = iter(rows)
    table = model.__table__
    while batch := list(islice(rows, _BATCH)):
        places: Row = {name: sa.bindparam(name) for name in batch[0] if name != "id"}
        statement = table.update().where(table.c.id == sa.bindparam("of_id")).values(places)
        connection = session.connection()
        connection.execute(statement, [{"of_id": row.pop("id"), **row} for row in batch])
