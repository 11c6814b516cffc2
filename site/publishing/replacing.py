"""Public information takes the place of what stood before, institution by institution and kind.

What a sheet says of an institution and a kind goes in whole or not at all: a row that is blocked
keeps its neighbours of the same kind out, and what stands stays.
"""

import json
from collections import defaultdict
from collections.abc import Iterable

from publishing.cells import fold_name
from publishing.copies import InstitutionCopy, ItemCopy
from publishing.disclosure import Content, Disclosure, repeated_accounts
from publishing.findings import Finding, Severity
from publishing.findings import finding as new_finding
from publishing.matching import KnownInstitutions
from publishing.models import Coverage
from publishing.proposals import Proposal, SheetCoverage
from publishing.rows import ListKind, ListRow
from register.models import ChangeKind, ItemKind

Group = tuple[InstitutionCopy, ItemKind]


class Replacement:
    """The items of one sheet, each with its institution, and what is wrong with them."""

    def __init__(
        self, reading: Disclosure, known: KnownInstitutions, out: frozenset[tuple[str, int]]
    ) -> None:
        self._known = known
        self._owned = [(row, known.find(row.who)) for row in reading.rows]
        found = [*reading.findings, *self._check()]
        self.findings: list[Finding] = [f for f in found if (f.sheet, f.row) not in out]
        self.blocked = {(f.sheet, f.row) for f in self.findings if f.severity is Severity.BLOCK}
        blocked = self.blocked | out
        self._held = {
            (id(owner), row.kind)
            for row, owner in self._owned
            if (row.who.sheet, row.who.row) in blocked
        }
        self.left_out: list[ListRow] = [
            row.who
            for row, owner in self._owned
            if (row.who.sheet, row.who.row) in blocked or (id(owner), row.kind) in self._held
        ]

    def apply(self, covers: SheetCoverage) -> list[Proposal]:
        """Replace the items; a complete sheet also empties what it covers and does not name."""
        groups = self._groups()
        if covers.coverage is Coverage.COMPLETE:
            self._empty_unnamed(groups, covers)
        proposals: dict[int, Proposal] = {}
        for (owner, kind), contents in groups.items():
            before = [item.content for item in owner.items if item.kind is kind]
            if before != contents:
                _replace(owner, kind, contents)
                proposal = proposals.setdefault(id(owner), Proposal(owner, ChangeKind.AMENDED))
                proposal.fields[kind.value] = [_text(before), _text(contents)]
        return list(proposals.values())

    def _check(self) -> Iterable[Finding]:
        for row, owner in self._owned:
            if owner is None:
                yield new_finding("institution_unknown", ListKind.INFO, row.who)
            elif row.kind is ItemKind.ACCOUNT and not _is_own_name(row.content, owner):
                yield new_finding("payee_mismatch", ListKind.INFO, row.who, "户名")
        rows = [row for row, owner in self._owned if owner is not None]
        owners = [id(owner) for _, owner in self._owned if owner is not None]
        for row in repeated_accounts(rows, owners):
            yield new_finding("account_twice", ListKind.INFO, row.who, "监管账号")

    def _groups(self) -> dict[Group, list[Content]]:
        groups: dict[Group, list[Content]] = defaultdict(list)
        for row, owner in self._owned:
            if owner is None or row.kind is None or (id(owner), row.kind) in self._held:
                continue
            if row.content not in groups[owner, row.kind]:
                groups[owner, row.kind].append(row.content)
        return groups

    def _empty_unnamed(self, groups: dict[Group, list[Content]], covers: SheetCoverage) -> None:
        kinds = {row.kind for row, _ in self._owned if row.kind is not None}
        for owner in self._known.all:
            if covers.kinds and not set(owner.kinds) & set(covers.kinds):
                continue
            for kind in kinds:
                if (id(owner), kind) not in self._held:
                    groups.setdefault((owner, kind), [])


def _is_own_name(content: Content, owner: InstitutionCopy) -> bool:
    names = {owner.canonical_name, *map(fold_name, owner.former_names)}
    payee = content.get("payee")
    return payee is None or fold_name(str(payee)) in names


def _replace(owner: InstitutionCopy, kind: ItemKind, contents: list[Content]) -> None:
    others = [item for item in owner.items if item.kind is not kind]
    owner.items = others + [ItemCopy(kind, content) for content in contents]


def _text(contents: list[Content]) -> str | None:
    return json.dumps(contents, ensure_ascii=False, sort_keys=True) if contents else None
