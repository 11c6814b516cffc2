"""What is said of an edition afterwards. Its bytes, hash and place in the chain never change."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.clock import today
from portal.revision import bump_public_revision
from register.models import Edition, EditionNote, NoteKind


class NoSuchEdition(LookupError):
    """There is no edition of this number in this area."""


def correct(session: Session, area_code: str, number: int, text: str) -> EditionNote:
    """Put an erratum on an edition's page; the caller commits. Raises NoSuchEdition."""
    return _add(session, area_code, number, EditionNote(kind=NoteKind.ERRATUM, text=text))


def withhold(
    session: Session, area_code: str, number: int, decision_number: str, text: str
) -> EditionNote:
    """Stop handing out an edition's files by a numbered, public decision; the caller commits.

    Raises NoSuchEdition, and ValueError without a decision number.
    """
    if not decision_number.strip():
        raise ValueError("withholding needs a numbered decision")
    note = EditionNote(kind=NoteKind.WITHHELD, text=text, decision_number=decision_number)
    return _add(session, area_code, number, note)


def _add(session: Session, area_code: str, number: int, note: EditionNote) -> EditionNote:
    edition = session.scalar(sa.select(Edition).filter_by(area_code=area_code, number=number))
    if edition is None:
        raise NoSuchEdition
    note.noted_on = today()
    edition.notes.append(note)
    bump_public_revision(session)
    return note
