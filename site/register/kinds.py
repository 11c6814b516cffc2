"""The names of institution kinds, as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from departments.models import InstitutionKind
from portal.i18n import gettext, translated


@dataclass(frozen=True, slots=True)
class Kinds:
    """Code ↔ name of every kind, in their order."""

    names: dict[str, str]

    def of(self, codes: Iterable[str]) -> str:
        """Return 文化艺术类、科技类, in the reader's language."""
        return gettext("、").join(map(self.name, codes))

    def name(self, code: str) -> str:
        """Return 文化艺术类, in the reader's language; nothing for a code that there is not."""
        return translated(self.names.get(code, ""))

    def choices(self) -> list[tuple[str, str]]:
        """Return code and name of every kind, in the reader's language."""
        return [(code, translated(name)) for code, name in self.names.items()]

    def code(self, name: str) -> str | None:
        """Return the code of a published name."""
        return next((code for code, known in self.names.items() if known == name), None)


def load_kinds(session: Session) -> Kinds:
    """Read the kinds."""
    rows = session.execute(
        sa.select(InstitutionKind.code, InstitutionKind.name).order_by(InstitutionKind.position)
    )
    return Kinds(dict(rows.all()))
