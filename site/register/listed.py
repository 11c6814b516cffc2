"""Institutions as lists and searches show them: read in one statement, without mapped rows.

A page of twenty costs a quarter of what twenty mapped institutions with all their parts cost.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from register.models import FormerName, Institution, KindOfInstitution, Premises, Standing, Status


class Stands(NamedTuple):
    """The standing in force, as far as a verdict speaks of it."""

    status: Status
    since: date
    reason: str | None
    decision_number: str | None
    authority: str | None
    term_ends: date | None


class Place(NamedTuple):
    """Where an institution teaches, or taught until the day it was closed."""

    name: str
    address: str
    area_code: str
    closed_on: date | None


class Listed(NamedTuple):
    """An institution that stands on a list today."""

    code: str
    name: str
    area_code: str
    uscc: str | None
    licence_number: str | None
    valid_to: date | None
    standing: Stands
    kinds: list[str]  # codes, the leading one first
    former_names: list[str]
    premises: list[Place]


def by_codes(session: Session, codes: Iterable[str]) -> list[Listed]:
    """Return the institutions of these codes, in their order; without those on no list today."""
    wanted = list(codes)
    found: dict[str, _Parts] = {}
    # On the connection: a session's own way to plain rows is longer.
    for row in session.connection().execute(_BY_CODES, {"codes": wanted}) if wanted else ():
        parts = found.setdefault(row[0], _Parts(row, {}, {}, {}))
        position, kind, former_id, former, place_id = row[_OWN + _STANDING : -len(Place._fields)]
        if kind:
            parts.kinds[position] = kind
        if former:
            parts.formers[former_id] = former
        if place_id:
            parts.places[place_id] = Place(*row[-len(Place._fields) :])
    return [found[code].listed() for code in wanted if code in found]


_OWN, _STANDING = 6, len(Stands._fields)  # columns of the statement, in this order


class _Parts(NamedTuple):
    """What the rows of one institution say: its parts by their key, in their order."""

    row: Any
    kinds: dict[int, str]
    formers: dict[int, str]
    places: dict[int, Place]

    def listed(self) -> Listed:
        code, name, area_code, uscc, licence_number, valid_to, *_ = self.row
        return Listed(
            code, name, area_code, uscc, licence_number, valid_to,
            Stands(*self.row[_OWN : _OWN + _STANDING]),
            [*self.kinds.values()], [*self.formers.values()], [*self.places.values()],
        )  # fmt: skip


def _statement() -> sa.Select[Any]:
    own, standing, kind, former, place = (
        model.__table__.c
        for model in (Institution, Standing, KindOfInstitution, FormerName, Premises)
    )
    columns = (
        *(own[name] for name in Listed._fields[:_OWN]),
        *(standing[name] for name in Stands._fields),
        kind.position, kind.kind_code, former.id, former.name, place.id,
        *(place[name] for name in Place._fields),
    )  # fmt: skip
    rows = Institution.__table__.join(
        Standing.__table__, sa.and_(standing.institution_id == own.id, standing.until.is_(None))
    )
    for part in (KindOfInstitution, FormerName, Premises):
        rows = rows.outerjoin(part.__table__, part.__table__.c.institution_id == own.id)
    return (
        sa.select(*columns)
        .select_from(rows)
        .where(own.code.in_(sa.bindparam("codes", expanding=True)))
        .order_by(kind.position, former.id, place.id)
    )


# Made once: to put such a statement together costs more than to run it.
_BY_CODES = _statement()
