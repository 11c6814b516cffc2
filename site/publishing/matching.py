"""Which known institution a row speaks of.

Order: credit code → licence number → folded name at the same folded address.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from publishing.cells import fold_address, fold_name
from publishing.sheet import ListRow
from register.institutions import FOR_CARDS
from register.models import Institution


class KnownInstitutions:
    """The institutions of an area, found by what a row says. Holds those added on the way, too."""

    def __init__(self, institutions: Iterable[Institution]) -> None:
        self._by_uscc: dict[str, Institution] = {}
        self._by_licence: dict[str, Institution] = {}
        self._by_name: dict[str, list[Institution]] = {}
        self.all: list[Institution] = []
        for institution in institutions:
            self.add(institution)

    def add(self, institution: Institution) -> None:
        """Make an institution findable."""
        self.all.append(institution)
        self.learn(institution)

    def learn(self, institution: Institution) -> None:
        """Make it findable by what was added to it since."""
        if institution.uscc:
            self._by_uscc.setdefault(institution.uscc, institution)
        if institution.licence_number:
            self._by_licence.setdefault(institution.licence_number, institution)
        for name in names_of(institution):
            known = self._by_name.setdefault(name, [])
            if institution not in known:
                known.append(institution)

    def find(self, row: ListRow) -> Institution | None:
        """Return the institution a row speaks of, or None for a new one.

        A name alone is not enough: many places are called 阳光培训中心. Without a shared code the
        addresses must agree, unless the row or the register has none.
        """
        if row.uscc and row.uscc in self._by_uscc:
            return self._by_uscc[row.uscc]
        if row.licence and (found := self._by_licence.get(row.licence)) and _agree(found, row):
            return found
        named = self.named(row)
        here = [known for known in named if _is_at(known, row)]
        if here:
            return here[0]
        unplaced = [known for known in named if not (row.address and places_of(known))]
        return unplaced[0] if len(unplaced) == 1 else None

    def named(self, row: ListRow) -> list[Institution]:
        """Return those of the row's name whose credit code does not speak against it."""
        found = self._by_name.get(fold_name(row.name or ""), ())
        return [known for known in found if _agree(known, row)]


def is_contradicted(known: Institution, row: ListRow) -> bool:
    """Tell whether a shared credit code is all that a row and an institution have in common."""
    return (
        row.name is not None
        and fold_name(row.name) not in names_of(known)
        and not (row.licence and row.licence == known.licence_number)
        and not (row.address and _is_at(known, row))
    )


def names_of(institution: Institution) -> set[str]:
    """Return the folded names, former ones and those of campuses included."""
    others = [former.name for former in institution.former_names]
    campuses = [premises.name for premises in institution.premises]
    return {institution.canonical_name, *map(fold_name, [*others, *campuses])}


def places_of(institution: Institution) -> set[str]:
    """Return the folded addresses."""
    return {premises.canonical_address for premises in institution.premises}


def known_institutions(session: Session, area_code: str) -> KnownInstitutions:
    """Read the institutions of an area."""
    return KnownInstitutions(
        session.scalars(
            sa.select(Institution)
            .filter_by(area_code=area_code)
            .order_by(Institution.id)
            .options(*FOR_CARDS)
        )
    )


def _agree(known: Institution, row: ListRow) -> bool:
    # Two different codes are two institutions, however alike their names.
    return not (known.uscc and row.uscc and known.uscc != row.uscc)


def _is_at(known: Institution, row: ListRow) -> bool:
    return bool(row.address) and fold_address(row.address or "") in places_of(known)
