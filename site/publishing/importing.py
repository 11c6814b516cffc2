"""Importing a list: read, check against the register, publish or keep waiting. All or nothing."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.clock import now, today
from publishing.difference import Difference, Proposal, SheetCoverage
from publishing.editions import make_edition
from publishing.findings import Finding, Severity
from publishing.findings import finding as new_finding
from publishing.matching import KnownInstitutions, known_institutions
from publishing.models import Coverage, Sheet, SheetFinding
from publishing.sheet import ListKind, ListRow, Reading, read_list
from publishing.signing import Signer
from register.institutions import open_standing
from register.kinds import load_kinds
from register.models import Edition, Status


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
    known = known_institutions(session, order.area_code)
    if signer is None:
        outcome, sheet = _take(session, order, known)
        outcome.waits = _keep_waiting(session, order, sheet)
        return outcome
    proposals: dict[int, Proposal] = {}
    waiting = _waiting(session, order.area_code)
    for earlier in waiting:
        _merge(proposals, _take(session, _order_of(earlier), known)[0].proposals)
    outcome, sheet = _take(session, order, known)
    _merge(proposals, outcome.proposals)
    outcome.proposals = list(proposals.values())
    session.add_all(proposal.institution for proposal in outcome.proposals)
    newest = max([outcome.as_of, *(earlier.as_of for earlier in waiting)])
    if outcome.proposals or _is_news(session, order.area_code, newest):
        outcome.edition = make_edition(session, order.area_code, newest, outcome.proposals, signer)
        session.add(sheet)
        for published in (*waiting, sheet):
            published.edition_id, published.file = outcome.edition.id, None
    return outcome


def _take(session: Session, order: ImportOrder, known: KnownInstitutions) -> tuple[Outcome, Sheet]:
    reading = read_list(order.data, order.filename, order.list_kind, order.area_code, order.as_of)
    findings = [*reading.findings, *_conflicts(reading, known)]
    blocked = {(f.sheet, f.row) for f in findings if f.severity is Severity.BLOCK}
    rows = [row for row in reading.rows if "duplicate_row" not in row.issues]
    left_out = [row for row in rows if (row.sheet, row.row) in blocked]
    as_of = order.as_of or reading.as_of or today()
    outcome = Outcome(as_of, len(reading.rows), findings, left_out)
    if left_out and not order.leave_out_blocked:
        raise Blocked(outcome)
    covers = SheetCoverage(order.list_kind, order.area_code, order.coverage, order.kinds, as_of)
    with session.no_autoflush:
        outcome.proposals = Difference(known, load_kinds(session), covers).apply(
            [row for row in rows if (row.sheet, row.row) not in blocked], left_out
        )
    return outcome, _sheet(order, outcome)


def _conflicts(reading: Reading, known: KnownInstitutions) -> list[Finding]:
    """Compare with what stands: 从白名单上清除并列入黑名单 is one act, and black wins."""
    findings = []
    for row in reading.rows:
        institution = known.find(row) if "white_black_conflict" not in row.issues else None
        standing = open_standing(institution) if institution else None
        if standing is None:
            continue
        white = reading.kind is ListKind.WHITE
        if (white and standing.status is Status.BLACK) or (
            not white and standing.status is Status.WHITE and row.status == "black"
        ):
            findings.append(new_finding("white_black_conflict", reading.kind, row))
    return findings


def _merge(into: dict[int, Proposal], proposals: list[Proposal]) -> None:
    for proposal in proposals:
        earlier = into.setdefault(id(proposal.institution), proposal)
        if earlier is not proposal:
            earlier.after = proposal.after or earlier.after
            earlier.fields |= proposal.fields
            if proposal.before is not None and earlier.before is not None:
                earlier.kind = proposal.kind


def _is_news(session: Session, area_code: str, as_of: date) -> bool:
    # An unchanged or empty list is published too, once for its as-of date.
    newest = session.scalar(sa.select(sa.func.max(Edition.as_of)).filter_by(area_code=area_code))
    return newest is None or as_of > newest


def _waiting(session: Session, area_code: str) -> list[Sheet]:
    return list(
        session.scalars(
            sa.select(Sheet).filter_by(area_code=area_code, edition_id=None).order_by(Sheet.id)
        )
    )


def _keep_waiting(session: Session, order: ImportOrder, sheet: Sheet) -> bool:
    session.expunge_all()  # what the rehearsal changed on the objects is not to be written
    for earlier in _waiting(session, order.area_code):
        if (earlier.sha256, earlier.list_kind) == (sheet.sha256, sheet.list_kind):
            return True
    sheet.file = order.data
    session.add(sheet)
    return True


def _sheet(order: ImportOrder, outcome: Outcome) -> Sheet:
    return Sheet(
        area_code=order.area_code,
        filename=order.filename,
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
