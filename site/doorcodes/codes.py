"""Issuing, finding and revoking door codes."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from doorcodes.models import DoorAnswers, DoorCode
from portal.clock import now, today
from portal.codes import is_well_formed, new_code, normalised
from portal.database import insert_rows
from portal.revision import bump_public_revision
from register.events import publication
from register.models import Premises, Standing, Status

LENGTH = 12  # 11 × 5 = 55 random bits and a check character
# A place that never had papers gets no plate; one that once had them keeps the plate it has.
ISSUED_TO = (Status.WHITE, Status.RECTIFYING, Status.SUSPENDED)


class Mistyped(ValueError):
    """Wrong length, character or check character: a slip, not a forgery."""


def find(session: Session, typed: str) -> DoorCode | None:
    """Return the door code somebody typed or scanned, None if never issued; raises Mistyped."""
    code = normalised(typed)
    if not is_well_formed(code, LENGTH):
        raise Mistyped
    return session.scalar(sa.select(DoorCode).filter_by(code=code))


@publication.connect
def issue_missing(session: Session) -> int:
    """Issue a code to every listed premises that has none; returns how many."""
    without = session.scalars(
        sa.select(Premises.id)
        .join(Standing, Standing.institution_id == Premises.institution_id)
        .where(
            Standing.until.is_(None),
            Standing.status.in_(ISSUED_TO),
            Premises.closed_on.is_(None),
            Premises.address != "",
            # Any code, revoked ones too: one that was taken away for good does not come back.
            # As a set: asked per premises, 100,000 of them take minutes.
            Premises.id.not_in(sa.select(DoorCode.premises_id)),
        )
    ).all()
    issued_at = now()
    insert_rows(
        session,
        DoorCode,
        (
            {
                "code": new_code(LENGTH),
                "premises_id": premises,
                "issued_at": issued_at,
                "revoked_reason": "",
            }
            for premises in without
        ),
    )
    return len(without)


def revoke(session: Session, door: DoorCode, reason: str, *, replace: bool) -> DoorCode | None:
    """Revoke a code for good; returns the new one where it is replaced."""
    door.revoked_on, door.revoked_reason = today(), reason
    session.flush()  # one valid code per premises: the old one must be out first
    bump_public_revision(session)
    if not replace:
        return None
    new = DoorCode(code=new_code(LENGTH), premises_id=door.premises_id, issued_at=now())
    session.add(new)
    session.flush()
    door.replaced_by_id = new.id
    return new


def count_answer(session: Session, door: DoorCode, *, matches: bool) -> None:
    """Add one to today's count; nothing about the person is known here."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    column = "matches" if matches else "mismatches"
    first = insert(DoorAnswers).values(
        door_code_id=door.id, day=today(), matches=int(matches), mismatches=int(not matches)
    )
    session.execute(
        first.on_conflict_do_update(
            index_elements=["door_code_id", "day"],
            set_={column: getattr(DoorAnswers, column) + 1},
        )
    )


def codes_of(session: Session, premises_ids: list[int]) -> dict[int, str]:
    """Return premises id → its valid code."""
    rows = session.execute(
        sa.select(DoorCode.premises_id, DoorCode.code).where(
            DoorCode.premises_id.in_(premises_ids), DoorCode.revoked_on.is_(None)
        )
    )
    return dict(rows.all())
