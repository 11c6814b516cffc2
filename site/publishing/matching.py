"""Which known institution a row speaks of.

Order: credit code → licence number → folded name at the same folded address.
"""

from collections.abc import Iterable

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from publishing.cells import fold_address, fold_name
from publishing.copies import InstitutionCopy, read_copies
from publishing.rows import ListRow

_ALIKE = 70  # of 100: one word of a name changed


class KnownInstitutions:
    """The institutions of an area, found by what a row says. Holds those added on the way, too."""

    def __init__(self, institutions: Iterable[InstitutionCopy]) -> None:
        self._by_uscc: dict[str, InstitutionCopy] = {}
        self._by_licence: dict[str, InstitutionCopy] = {}
        self._by_name: dict[str, list[InstitutionCopy]] = {}
        self._by_place: dict[str, list[InstitutionCopy]] = {}
        self.all: list[InstitutionCopy] = []
        for institution in institutions:
            self.add(institution)

    def add(self, institution: InstitutionCopy) -> None:
        """Make an institution findable."""
        self.all.append(institution)
        self.learn(institution)

    def learn(self, institution: InstitutionCopy) -> None:
        """Make it findable by what was added to it since."""
        if institution.uscc:
            self._by_uscc.setdefault(institution.uscc, institution)
        if institution.licence_number:
            self._by_licence.setdefault(institution.licence_number, institution)
        for name in names_of(institution):
            _add(self._by_name, name, institution)
        for premises in institution.premises:
            if premises.closed_on is None and premises.canonical_address:
                _add(self._by_place, premises.canonical_address, institution)

    def find(self, row: ListRow) -> InstitutionCopy | None:
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

    def named(self, row: ListRow) -> list[InstitutionCopy]:
        """Return those of the row's name whose credit code does not speak against it."""
        found = self._by_name.get(fold_name(row.name or ""), ())
        return [known for known in found if _agree(known, row)]

    def with_licence(self, row: ListRow) -> InstitutionCopy | None:
        """Return the one that holds the row's licence, whatever its credit code."""
        return self._by_licence.get(row.licence) if row.licence else None

    def alike(self, row: ListRow) -> InstitutionCopy | None:
        """Return one at the row's address whose name is nearly the row's."""
        name = fold_name(row.name or "")
        here = self._by_place.get(fold_address(row.address or ""), ())
        scored = [(_likeness(name, known), known) for known in here if _agree(known, row)]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        return best if score >= _ALIKE else None


def _likeness(name: str, known: InstitutionCopy) -> float:
    return max(fuzz.ratio(name, other) for other in names_of(known))


def _add(index: dict[str, list[InstitutionCopy]], key: str, institution: InstitutionCopy) -> None:
    known = index.setdefault(key, [])
    if institution not in known:
        known.append(institution)


def is_contradicted(known: InstitutionCopy, row: ListRow) -> bool:
    """Tell whether a shared credit code is all that a row and an institution have in common."""
    return (
        row.name is not None
        and fold_name(row.name) not in names_of(known)
        and not (row.licence and row.licence == known.licence_number)
        and not (row.address and _is_at(known, row))
    )


def names_of(institution: InstitutionCopy) -> set[str]:
    """Return the folded names, former ones and those of campuses included."""
    campuses = [p.name for p in institution.premises if p.name != institution.name]
    return {institution.canonical_name, *map(fold_name, [*institution.former_names, *campuses])}


def places_of(institution: InstitutionCopy) -> set[str]:
    """Return the folded addresses."""
    return {premises.canonical_address for premises in institution.premises}


def known_institutions(session: Session, area_code: str) -> KnownInstitutions:
    """Read the institutions of an area."""
    return KnownInstitutions(read_copies(session, area_code))


def _agree(known: InstitutionCopy, row: ListRow) -> bool:
    # Two different codes are two institutions, however alike their names.
    return not (known.uscc and row.uscc and known.uscc != row.uscc)


def _is_at(known: InstitutionCopy, row: ListRow) -> bool:
    return bool(row.address) and fold_address(row.address or "") in places_of(known)
