"""Importing a list: read, check against the register, publish or keep waiting. All or nothing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.clock import now, today
from publishing.checking import check
from publishing.difference import Difference
from publishing.disclosure import Disclosure, read_disclosure
from publishing.editions import make_edition
from publishing.findings import Finding, Severity, note
from publishing.matching import KnownInstitutions, known_institutions
from publishing.models import Coverage, Sheet, SheetFinding
from publishing.proposals import Proposal, SheetCoverage
from publishing.reading import UnreadableFile
from publishing.replacing import Replacement, load_items
from publishing.sheet import ListKind, ListRow, Reading, read_list
from publishing.signing import Signer
from register.kinds import load_kinds
from register.models import ChangeKind, Edition


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """A file and what it covers."""

    data: bytes
    filename: str
    list_kind: ListKind
    area_code: str
    as_of: date | None = None
    coverage: Coverage = Coverage.ADDITIONS
    kinds: tuple[str, ...] = ()
    leave_out_blocked: bool = False


@dataclass(slots=True)
class Outcome:
    """How an import ended."""

    as_of: date
    row_count: int
    findings: list[Finding]
    left_out: list[ListRow]
    filename: str
    proposals: list[Proposal] = field(default_factory=list)
    edition: Edition | None = None
    waits: bool = False


class Blocked(ValueError):
    """The sheet has BLOCK findings and was not to be imported without these rows."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("BLOCK")
        self.outcome = outcome


def import_list(session: Session, order: ImportOrder, signer: Signer | None) -> Outcome:
    """Import a list into the session; the caller commits, or rolls back for a rehearsal.

    With a signer the list is published with the area's waiting sheets as the next edition; without
    one it waits. Raises UnreadableFile or Blocked; then nothing was changed.
    """
    parsed = _parse(order)  # before the first query: on SQLite that takes the write lock
    known = known_institutions(session, order.area_code)
    waiting = _waiting(session, order.area_code)
    proposals: dict[int, Proposal] = {}
    # All files before the first change: reading one would write what the rehearsal changed.
    for of_earlier in [_order_of(earlier) for earlier in waiting]:
        if not _replaces(order, of_earlier):
            outcome, _ = _take(session, of_earlier, _parse(of_earlier), known)
            _merge(proposals, outcome.proposals)
    outcome, sheet = _take(session, order, parsed, known)
    if signer is None:
        outcome.waits = _keep_waiting(session, order, sheet)
        return outcome
    _merge(proposals, outcome.proposals)
    outcome.proposals = [each for each in proposals.values() if not each.is_nothing]
    session.add_all(proposal.institution for proposal in outcome.proposals)
    newest = max([outcome.as_of, *(earlier.as_of for earlier in waiting)])
    if outcome.proposals or _is_news(session, order.area_code, newest):
        outcome.edition = make_edition(session, order.area_code, newest, outcome.proposals, signer)
        session.add(sheet)
        for published in (*waiting, sheet):
            published.edition_id, published.file = outcome.edition.id, None
    elif outcome.left_out and not _is_kept(session, sheet):
        session.add(sheet)  # what was left out waits as findings, edition or not
    return outcome


def _parse(order: ImportOrder) -> Reading | Disclosure:
    if order.list_kind is ListKind.INFO:
        parsed: Reading | Disclosure = read_disclosure(order.data, order.filename, order.area_code)
    else:
        parsed = read_list(
            order.data, order.filename, order.list_kind, order.area_code, order.as_of
        )
    as_of = _as_of(order, parsed)
    if as_of > today():
        raise UnreadableFile(f"截至日期 {as_of} 还没有到。请核对表头或 --as-of。")
    return parsed


def _as_of(order: ImportOrder, parsed: Reading | Disclosure) -> date:
    return order.as_of or parsed.as_of or today()


def _take(
    session: Session, order: ImportOrder, parsed: Reading | Disclosure, known: KnownInstitutions
) -> tuple[Outcome, Sheet]:
    covers = SheetCoverage(
        order.list_kind, order.area_code, order.coverage, order.kinds, _as_of(order, parsed)
    )
    with session.no_autoflush:
        if isinstance(parsed, Disclosure):
            outcome = _take_disclosure(session, order, parsed, known, covers)
        else:
            outcome = _take_list(session, order, parsed, known, covers)
    return outcome, _sheet(order, outcome)


def _take_list(
    session: Session,
    order: ImportOrder,
    parsed: Reading,
    known: KnownInstitutions,
    covers: SheetCoverage,
) -> Outcome:
    kinds = load_kinds(session)
    rows = list(parsed.rows)  # a repeated row changes nothing, and counts if the first is blocked
    findings = [
        *parsed.findings,
        *_age(session, covers),
        *check(rows, known, kinds, covers),
    ]
    blocked = {(f.sheet, f.row) for f in findings if f.severity is Severity.BLOCK}
    left_out = [row for row in rows if (row.sheet, row.row) in blocked]
    outcome = Outcome(covers.as_of, len(rows), findings, left_out, order.filename)
    if left_out and not order.leave_out_blocked:
        raise Blocked(outcome)
    outcome.proposals = Difference(known, kinds, covers).apply(
        [row for row in rows if (row.sheet, row.row) not in blocked], left_out
    )
    return outcome


def _take_disclosure(
    session: Session,
    order: ImportOrder,
    parsed: Disclosure,
    known: KnownInstitutions,
    covers: SheetCoverage,
) -> Outcome:
    load_items(session, order.area_code)
    replacement = Replacement(parsed, known)
    left_out = replacement.left_out
    outcome = Outcome(
        covers.as_of, len(parsed.rows), replacement.findings, left_out, order.filename
    )
    if left_out and not order.leave_out_blocked:
        raise Blocked(outcome)
    outcome.proposals = replacement.apply(covers)
    return outcome


def _age(session: Session, covers: SheetCoverage) -> Iterator[Finding]:
    newest = session.scalar(
        sa.select(Edition)
        .filter_by(area_code=covers.area_code)
        .order_by(Edition.number.desc())
        .limit(1)
    )
    if newest is not None and covers.as_of < newest.as_of:
        yield note("sheet_is_older", "", "", newest.number)


def _merge(into: dict[int, Proposal], proposals: list[Proposal]) -> None:
    for proposal in proposals:
        earlier = into.setdefault(id(proposal.institution), proposal)
        if earlier is not proposal:
            earlier.after = proposal.after or earlier.after
            earlier.fields |= proposal.fields
            if earlier.kind is ChangeKind.AMENDED:
                earlier.kind, earlier.before = proposal.kind, proposal.before
            elif proposal.before is not None and earlier.before is not None:
                earlier.kind = proposal.kind


def _is_news(session: Session, area_code: str, as_of: date) -> bool:
    # An unchanged or empty list is published too, once for its as-of date.
    newest = session.scalar(sa.select(sa.func.max(Edition.as_of)).filter_by(area_code=area_code))
    return newest is None or as_of > newest


def _waiting(session: Session, area_code: str) -> list[Sheet]:
    return list(
        session.scalars(
            sa.select(Sheet)
            .where(Sheet.area_code == area_code, Sheet.file.is_not(None))
            .order_by(Sheet.id)
        )
    )


def _keep_waiting(session: Session, order: ImportOrder, sheet: Sheet) -> bool:
    session.expunge_all()  # what the rehearsal changed on the objects is not to be written
    for earlier in _waiting(session, order.area_code):
        if _replaces(order, _order_of(earlier)):
            session.execute(sa.delete(SheetFinding).filter_by(sheet_id=earlier.id))
            session.delete(earlier)
    sheet.file = order.data
    session.add(sheet)
    return True


def _replaces(order: ImportOrder, earlier: ImportOrder) -> bool:
    # The same bytes again, perhaps with other options: the later word counts.
    return (order.data, order.list_kind) == (earlier.data, earlier.list_kind)


def _is_kept(session: Session, sheet: Sheet) -> bool:
    kept = sa.select(Sheet.id).filter_by(
        area_code=sheet.area_code, sha256=sheet.sha256, list_kind=sheet.list_kind
    )
    return session.scalar(kept.limit(1)) is not None


def _sheet(order: ImportOrder, outcome: Outcome) -> Sheet:
    return Sheet(
        area_code=order.area_code,
        filename=order.filename[-200:],
        list_kind=order.list_kind,
        coverage=order.coverage,
        kinds=",".join(order.kinds),
        as_of=outcome.as_of,
        leave_out_blocked=order.leave_out_blocked,
        sha256=hashlib.sha256(order.data).hexdigest(),
        row_count=outcome.row_count,
        imported_at=now(),
        findings=[
            SheetFinding(
                code=f.code, severity=f.severity, tab=f.sheet, row=f.row, column=f.column,
                message=f.message,
            )
            for f in outcome.findings
        ],
    )  # fmt: skip


def _order_of(sheet: Sheet) -> ImportOrder:
    return ImportOrder(
        data=sheet.file or b"",
        filename=sheet.filename,
        list_kind=sheet.list_kind,
        area_code=sheet.area_code,
        as_of=sheet.as_of,
        coverage=sheet.coverage,
        kinds=tuple(filter(None, sheet.kinds.split(","))),
        leave_out_blocked=sheet.leave_out_blocked,
    )
