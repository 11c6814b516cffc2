"""Reading institutions for pages."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.clock import today
from register.models import Institution, KindOfInstitution, Standing, Status
from register.verdict import EXPIRED

WITH_PARTS: tuple[ExecutableOption, ...] = (
    selectinload(Institution.kinds),
    selectinload(Institution.former_names),
    selectinload(Institution.premises),
    selectinload(Institution.standings),
)


def institution_or_404(session: Session, code: str) -> Institution:
    """Return a public institution by its code; one that was withdrawn is not there."""
    institution = session.scalar(
        sa.select(Institution).filter_by(code=code.upper()).options(*WITH_PARTS)
    )
    if institution is None or open_standing(institution) is None:
        abort(404)
    return institution


def open_standing(institution: Institution) -> Standing | None:
    """Return the one standing in force."""
    return next((s for s in institution.standings if s.until is None), None)


def standing_is(shown: str) -> sa.ColumnElement[bool]:
    """Return the condition for a standing as shown (white excludes expired, and the reverse)."""
    if shown in {Status.WHITE, EXPIRED}:
        expired = sa.and_(Institution.valid_to.is_not(None), Institution.valid_to < today())
        return sa.and_(
            Standing.status == Status.WHITE, expired if shown == EXPIRED else sa.not_(expired)
        )
    return Standing.status == Status(shown)


def codes_listed(
    session: Session, shown: str, area_codes: Sequence[str], kind: str, offset: int, limit: int
) -> Sequence[str]:
    """Return the codes of one page of the institutions that have a standing, by name."""
    ordered = _standing_as(sa.select(Institution.code), shown, area_codes, kind).order_by(
        Institution.canonical_name, Institution.id
    )
    return session.scalars(ordered.offset(offset).limit(limit)).all()


def count(session: Session, shown: str, area_codes: Sequence[str], kind: str) -> int:
    """Return how many institutions have a standing."""
    counted = sa.select(sa.func.count(Institution.id))
    return session.scalar(_standing_as(counted, shown, area_codes, kind)) or 0


def _standing_as(
    query: sa.Select[Any], shown: str, area_codes: Sequence[str], kind: str
) -> sa.Select[Any]:
    query = query.join(Standing, Standing.institution_id == Institution.id).where(
        Standing.until.is_(None), standing_is(shown)
    )
    if area_codes:
        query = query.where(Institution.area_code.in_(area_codes))
    if kind:
        of_kind = sa.select(KindOfInstitution.institution_id).filter_by(kind_code=kind)
        query = query.where(Institution.id.in_(of_kind))
    return query


def counts(session: Session, area_codes: Sequence[str]) -> dict[str, int]:
    """Return standing as shown → number of institutions."""
    shown = sa.case(
        (standing_is(EXPIRED), sa.literal(EXPIRED)), else_=sa.cast(Standing.status, sa.String)
    ).label("shown")
    query = (
        sa.select(shown, sa.func.count())
        .join(Institution, Institution.id == Standing.institution_id)
        .where(Standing.until.is_(None))
        .group_by(sa.text("shown"))  # by name: PostgreSQL compares parameters, not values
    )
    if area_codes:
        query = query.where(Institution.area_code.in_(area_codes))
    return {str(status): number for status, number in session.execute(query)}
