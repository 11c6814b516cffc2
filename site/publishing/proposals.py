"""What a sheet covers, and what it proposes to change."""

from dataclasses import dataclass, field
from datetime import date

from publishing.copies import InstitutionCopy
from publishing.models import Coverage
from publishing.rows import ListKind
from register.models import ChangeKind, Status


@dataclass(slots=True)
class Proposal:
    """What happens to one institution."""

    institution: InstitutionCopy
    kind: ChangeKind
    before: Status | None = None
    after: Status | None = None
    fields: dict[str, list[str | None]] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Tell whether two sheets of one edition took back what each other did."""
        return self.kind is ChangeKind.MOVED and self.before is self.after and not self.fields


@dataclass(slots=True)
class SheetCoverage:
    """What a sheet speaks for, and as of when."""

    list_kind: ListKind
    area_code: str
    coverage: Coverage
    kinds: tuple[str, ...]  # kind codes; empty = all
    as_of: date
