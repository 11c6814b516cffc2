"""Which known institution a row speaks of.

Order: credit code → licence number → folded name → folded address of a place without papers.
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
        self._by_address: dict[str, list[Institution]] = {}
        self.all: list[Institution] = []
        for institution in institutions:
            self.add(institution)

    def add(self, institution: Institution) -> None:
        """Make an institution findable."""
        self.all.append(institution)
        if institution.uscc:
            self._by_uscc.setdefault(institution.uscc, institution)
        if institution.licence_number:
            self._by_licence.setdefault(institution.licence_number, institution)
        for name in {institution.canonical_name, *_folded_former(institution)}:
            self._by_name.setdefault(name, []).append(institution)
        for premises in institution.premises:
            self._by_address.setdefault(premises.canonical_address, []).append(institution)

    def find(self, row: ListRow) -> Institution | None:
        """Return the institution a row speaks of, or None for a new one."""
        if row.uscc and row.uscc in self._by_uscc:
            return self._by_uscc[row.uscc]
        if row.licence and (found := self._by_licence.get(row.licence)) and _agree(found, row):
            return found
        name, address = fold_name(row.name or ""), fold_address(row.address or "")
        named = [known for known in self._by_name.get(name, ()) if _agree(known, row)]
        if len(named) == 1:
            return named[0]
        # Several of one name: the address decides, or it is another one.
        return next((known for known in named if known in self._by_address.get(address, ())), None)


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


def _folded_former(institution: Institution) -> list[str]:
    return [fold_name(former.name) for former in institution.former_names]
