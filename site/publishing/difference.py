"""What a sheet changes on what stands, inside its coverage only, and carrying it out.

The changes are made on copies in memory; `writing` brings them into the database.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from publishing.cells import fold_address, fold_name
from publishing.copies import InstitutionCopy, PremisesCopy, StandingCopy
from publishing.matching import KnownInstitutions
from publishing.models import Coverage
from publishing.proposals import Proposal, SheetCoverage
from publishing.sheet import ListKind, ListRow
from register.kinds import Kinds
from register.models import ChangeKind, Status

# The statuses each list speaks of; a complete sheet proposes removal only of these.
SPOKEN_OF = {
    ListKind.WHITE: (Status.WHITE, Status.RECTIFYING, Status.SUSPENDED),
    ListKind.BLACK: (Status.BLACK,),
}
# What an act says of itself.
_ACT = ("reason", "basis", "decision_number", "authority", "term", "term_ends")
_DAYS = ("notified_on", "listed_on")
_FIELDS = {  # institution ← row; an empty cell never erases what is known
    "name": "name",
    "uscc": "uscc",
    "licence_number": "licence",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
    "nature": "nature",
    "stages": "stages",
    "scope": "content",
    "approved_by": "department",
    "supervised_by": "co_department",
}


class Difference:
    """Applies the rows of one sheet and collects what changed, one proposal per institution."""

    def __init__(
        self,
        known: KnownInstitutions,
        kinds: Kinds,
        covers: SheetCoverage,
        new_code: Callable[[], str],
    ) -> None:
        self._known, self._kinds, self._covers = known, kinds, covers
        self._new_code = new_code
        self._proposals: dict[int, Proposal] = {}  # by identity: new ones have no id yet
        self._seen: dict[int, set[str]] = {}

    def apply(self, rows: list[ListRow], left_out: list[ListRow]) -> list[Proposal]:
        """Apply the rows; left-out ones change nothing, but nobody is removed for them either."""
        for row in left_out:
            for known in filter(None, (self._known.find(row), *self._known.named(row))):
                self._seen.setdefault(id(known), set()).add(fold_address(row.address or ""))
        protected = set(self._seen)
        if self._covers.list_kind is ListKind.BLACK:  # of several decisions the newest one stands
            rows = sorted(rows, key=lambda row: row.listed or date.min, reverse=True)
        for row in rows:
            self._apply(row, protected)
        if self._covers.coverage is Coverage.COMPLETE:
            self._remove_unseen(protected)
        return list(self._proposals.values())

    def _apply(self, row: ListRow, protected: set[int]) -> None:
        institution = self._known.find(row)
        if institution is None and row.status == "withdrawn":
            return  # published by mistake elsewhere; here it never was
        # Its first row speaks for an institution; further ones are campuses or older decisions.
        speaks = id(institution) not in self._seen or id(institution) in protected
        if institution is None:
            institution = self._new(row)
        elif speaks:
            self._amend(institution, row)
            self._known.learn(institution)
        self._seen.setdefault(id(institution), set())
        protected.discard(id(institution))
        if speaks or row.status not in {Status.CLOSED, Status.REMOVED}:
            self._teach_at(institution, row)  # a campus that is struck out is no place to teach
        self._known.learn(institution)
        if speaks:
            self._stand(institution, row)

    def _new(self, row: ListRow) -> InstitutionCopy:
        institution = InstitutionCopy(
            code=self._new_code(),
            canonical_name=fold_name(row.name or ""),
            **{ours: getattr(row, theirs) for ours, theirs in _FIELDS.items()},
            kinds=self._kinds_of(row),
            former_names=list(row.former_names),
        )
        self._known.add(institution)
        self._proposals[id(institution)] = Proposal(institution, ChangeKind.ADDED)
        return institution

    def _kinds_of(self, row: ListRow) -> list[str]:
        return list(dict.fromkeys(filter(None, (self._kinds.code(name) for name in row.kinds))))

    def _amend(self, institution: InstitutionCopy, row: ListRow) -> None:
        if self._covers.list_kind is ListKind.BLACK:
            return  # a black sheet speaks of the act, not of licence and scope
        for ours, theirs in _FIELDS.items():
            value = getattr(row, theirs)
            erased = ours == "valid_to" and "no_expiry" in row.issues
            if (value is not None or erased) and value != getattr(institution, ours):
                self._note(institution, ours, getattr(institution, ours), value)
                if ours == "name":
                    self._rename(institution, str(value))
                setattr(institution, ours, value)
        for name in row.former_names:
            if name not in institution.former_names:
                self._note(institution, "former_names", None, name)
                institution.former_names.append(name)
        kinds = self._kinds_of(row)
        if kinds and kinds != institution.kinds:
            before = "、".join(self._kinds.names.get(code, code) for code in institution.kinds)
            self._note(institution, "kinds", before, "、".join(row.kinds))
            institution.kinds = kinds

    def _rename(self, institution: InstitutionCopy, name: str) -> None:
        if institution.name not in institution.former_names:
            institution.former_names.append(institution.name)
        institution.former_names = [former for former in institution.former_names if former != name]
        institution.canonical_name = fold_name(name)

    def _teach_at(self, institution: InstitutionCopy, row: ListRow) -> None:
        address = fold_address(row.address or "")
        self._seen[id(institution)].add(address)
        if not address:
            return  # says nothing of where, so nothing opens or closes
        for premises in institution.premises:
            if premises.canonical_address == address:
                if premises.closed_on is not None:
                    premises.closed_on = None
                    self._note(institution, "premises", None, premises.address)
                return
        institution.premises.append(
            PremisesCopy(
                name=row.name or "",
                address=row.address or "",
                canonical_address=address,
            )
        )
        self._note(institution, "premises", None, row.address)

    def _stand(self, institution: InstitutionCopy, row: ListRow) -> None:
        current = institution.standing
        if row.status == "withdrawn":
            if current is not None and current.status is Status.BLACK:
                self._withdraw(institution, current, row.removed or self._covers.as_of)
            return
        wanted = self._wanted(row)
        if current is not None and current.status is wanted.status:
            self._amend_standing(institution, current, wanted)
            self._hear(institution, current, row)
            return
        if wanted.status is Status.REMOVED and self._covers.list_kind is ListKind.BLACK:
            if current is not None and current.status is not Status.BLACK:
                return  # taken off the black list long ago; where it stands now is another matter
            if current is None and row.basis:
                institution.standings.append(_black_until(row, wanted.since))
        if current is not None:
            wanted.since = max(wanted.since, current.since)
            self._close(institution, current, wanted.since)
        institution.standings.append(wanted)
        self._hear(institution, wanted, row)
        before = current.status if current else None
        kind = ChangeKind.MOVED if before else ChangeKind.ADDED
        self._propose(institution, kind, before, wanted.status)

    def _wanted(self, row: ListRow) -> StandingCopy:
        if self._covers.list_kind is ListKind.WHITE:
            return _white(row, self._covers.as_of)
        if row.status == "removed":
            return StandingCopy(
                status=Status.REMOVED, since=row.removed or self._covers.as_of, reason=row.outcome
            )
        return _black(row, row.listed or self._covers.as_of)

    def _withdraw(self, institution: InstitutionCopy, current: StandingCopy, on: date) -> None:
        """A wrongful entry is undone: it leaves the history and what stood before stands again."""
        earlier = [s for s in institution.standings if s is not current and not s.withdrawn]
        self._close(institution, current, on)
        current.withdrawn = True
        restored = earlier[-1] if earlier else None
        if restored is not None:
            kept = {name: getattr(restored, name) for name in (*_ACT, *_DAYS, "status")}
            institution.standings.append(StandingCopy(since=max(on, current.since), **kept))
        after = restored.status if restored else None
        self._propose(institution, ChangeKind.WITHDRAWN, Status.BLACK, after)

    def _amend_standing(
        self, institution: InstitutionCopy, current: StandingCopy, wanted: StandingCopy
    ) -> None:
        is_black = current.status is Status.BLACK
        if self._covers.list_kind is ListKind.BLACK and not is_black:
            return  # what it says of a removal long ago is not why it is off the list now
        if is_black and wanted.decision_number != current.decision_number:
            self._decide_anew(institution, current, wanted)
            return
        for name in (*_ACT, *_DAYS):
            before, after = getattr(current, name), getattr(wanted, name)
            if after is not None and before != after:
                self._note(institution, name, before, after)
                setattr(current, name, after)

    def _decide_anew(
        self, institution: InstitutionCopy, current: StandingCopy, wanted: StandingCopy
    ) -> None:
        """Another decision is another standing: no page may blend two documents."""
        if (wanted.listed_on or date.min) < (current.listed_on or current.since):
            return  # an older file does not undo a newer decision
        wanted.since = max(wanted.since, current.since)
        self._close(institution, current, wanted.since)
        institution.standings.append(wanted)
        self._note(institution, "decision_number", current.decision_number, wanted.decision_number)

    def _hear(self, institution: InstitutionCopy, standing: StandingCopy, row: ListRow) -> None:
        adverse = standing.status in {Status.BLACK, Status.RECTIFYING, Status.SUSPENDED}
        if adverse and row.reply and row.reply != standing.reply:
            self._note(institution, "reply", standing.reply, row.reply)
            standing.reply, standing.replied_on = row.reply, row.replied

    def _remove_unseen(self, protected: set[int]) -> None:
        for institution in list(self._known.all):
            if id(institution) in protected:
                continue
            seen = self._seen.get(id(institution))
            if seen is not None:
                self._close_premises(institution, seen)
            elif self._is_covered(institution):
                current = institution.standing
                assert current is not None  # noqa: S101 - _is_covered looked
                since = max(self._covers.as_of, current.since)
                self._close(institution, current, since)
                institution.standings.append(StandingCopy(status=Status.REMOVED, since=since))
                self._propose(institution, ChangeKind.REMOVED, current.status, Status.REMOVED)

    def _is_covered(self, institution: InstitutionCopy) -> bool:
        current = institution.standing
        if current is None or current.status not in SPOKEN_OF[self._covers.list_kind]:
            return False
        main = institution.kinds[0] if institution.kinds else ""
        return not self._covers.kinds or main in self._covers.kinds

    def _close_premises(self, institution: InstitutionCopy, seen: set[str]) -> None:
        if self._covers.list_kind is ListKind.BLACK or "" in seen:
            return
        for premises in institution.premises:
            if premises.closed_on is None and premises.canonical_address not in seen:
                premises.closed_on = self._covers.as_of
                self._note(institution, "premises", premises.address, None)

    @staticmethod
    def _close(institution: InstitutionCopy, current: StandingCopy, on: date) -> None:
        current.until = max(on, current.since)

    def _note(self, institution: InstitutionCopy, name: str, before: Any, after: Any) -> None:
        proposal = self._proposals.setdefault(
            id(institution), Proposal(institution, ChangeKind.AMENDED)
        )
        if proposal.kind is not ChangeKind.ADDED:
            proposal.fields[name] = [_text(before), _text(after)]

    def _propose(
        self,
        institution: InstitutionCopy,
        kind: ChangeKind,
        before: Status | None,
        after: Status | None,
    ) -> None:
        proposal = self._proposals.setdefault(id(institution), Proposal(institution, kind))
        if proposal.kind is not ChangeKind.ADDED:
            proposal.kind = kind
            proposal.before = before
        proposal.after = after


def _white(row: ListRow, since: date) -> StandingCopy:
    standing = StandingCopy(status=Status(row.status), since=since)
    if standing.status is not Status.WHITE:  # an act: why, by what and by whom
        standing.reason, standing.basis = row.reason, row.basis
        standing.decision_number, standing.authority = row.decision, row.authority
    return standing


def _black(row: ListRow, since: date) -> StandingCopy:
    return StandingCopy(
        status=Status.BLACK,
        since=since,
        notified_on=row.notified,
        listed_on=row.listed,
        reason=row.reason,
        basis=row.basis,
        decision_number=row.decision,
        authority=row.authority,
        term=row.term,
        term_ends=row.until,
    )


def _black_until(row: ListRow, removed: date) -> StandingCopy:
    standing = _black(row, min(row.listed or removed, removed))
    standing.until = removed
    return standing


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
