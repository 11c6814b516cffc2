"""What would be published: sheets read, checked and held against the register, nothing written.

All of it runs on a session that only reads, so tips and pages are served meanwhile.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.clock import today
from portal.codes import ALPHABET, with_check
from publishing.checking import check
from publishing.columns import Column
from publishing.copies import InstitutionCopy
from publishing.difference import SPOKEN_OF, Difference
from publishing.disclosure import Disclosure, read_disclosure
from publishing.editions import Head, head_of
from publishing.edits import NO_EDITS, Edits
from publishing.findings import Finding, Severity, finding, note
from publishing.keeping import reading_of
from publishing.leading import asked, others
from publishing.matching import KnownInstitutions, known_institutions
from publishing.models import Coverage, Sheet
from publishing.proposals import Proposal, SheetCoverage
from publishing.reading import UnreadableFile
from publishing.replacing import Replacement
from publishing.sheet import ListKind, ListRow, Reading, read_list
from register.kinds import Kinds, load_kinds
from register.models import ChangeKind, Edition, Institution, Status

_CODE_LENGTH = 8
# Acts against an institution that the database lets go without a reason.
_EXPLAINED = (Status.SUSPENDED, Status.RECTIFYING, Status.REMOVED)
_LISTED = (*SPOKEN_OF[ListKind.WHITE], *SPOKEN_OF[ListKind.BLACK])
# A black decision takes an institution from the white list.
_SPEAKS_OF = {**SPOKEN_OF, ListKind.BLACK: _LISTED, ListKind.INFO: _LISTED}


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
    edits: Edits = NO_EDITS
    department_id: int | None = None  # whose sheet it is; None is the command line


@dataclass(slots=True)
class Outcome:
    """How an import ended."""

    as_of: date
    row_count: int
    findings: list[Finding]
    left_out: list[ListRow]
    filename: str
    taken: list[ListRow] = field(default_factory=list)  # rows that say what stands
    proposals: list[Proposal] = field(default_factory=list)
    edition: Edition | None = None
    waits: bool = False


class Blocked(ValueError):
    """The sheet has BLOCK findings and was not to be imported without these rows."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("BLOCK")
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet, read once however often the difference is worked out."""

    order: ImportOrder
    parsed: Reading | Disclosure


@dataclass(slots=True)
class Plan:
    """What an area's next edition would hold."""

    area_code: str
    head: Head | None
    outcomes: list[Outcome]  # one per part
    proposals: list[Proposal]  # merged: one per institution, those that take each other back too
    institutions: list[InstitutionCopy]
    as_of: date  # the newest of the parts
    covered: int  # how many of those listed before the parts speak of
    complete: date | None = None  # the newest complete list among them

    @property
    def changes(self) -> list[Proposal]:
        """What the public will be told."""
        return [each for each in self.proposals if not each.is_nothing]

    @property
    def is_news(self) -> bool:
        """Whether there is something to publish: an unchanged or empty list once per as-of date."""
        if self.changes or self.head is None or self.as_of > self.head.as_of:
            return True
        return self.complete is not None and self.complete > self.head.complete_as_of

    @property
    def share(self) -> float:
        """How many are changed, among those the sheets speak of; 0 where they are the first."""
        return len(self.changes) / self.covered if self.covered else 0


def part_of(order: ImportOrder) -> Part:
    """Read a file; raises UnreadableFile."""
    if order.list_kind is ListKind.INFO:
        parsed: Reading | Disclosure = read_disclosure(
            order.data, order.filename, order.area_code, order.edits
        )
    else:
        parsed = read_list(
            order.data, order.filename, order.list_kind, order.area_code, order.as_of, order.edits
        )
    as_of = _as_of(order, parsed)
    if as_of > today():
        raise UnreadableFile(f"截至日期 {as_of} 还没有到。请核对表头或 --as-of。")
    return Part(order, parsed)


def part_of_sheet(sheet: Sheet) -> Part:
    """Return what was read of a waiting sheet, or read it; raises UnreadableFile."""
    reading = reading_of(sheet.reading) if sheet.reading else None
    return Part(order_of(sheet), reading) if reading else part_of(order_of(sheet))


def order_of(sheet: Sheet, *, leave_out_blocked: bool | None = None) -> ImportOrder:
    """Return the order a waiting sheet was kept with."""
    return ImportOrder(
        data=sheet.file or b"",
        filename=sheet.filename,
        list_kind=sheet.list_kind,
        area_code=sheet.area_code,
        as_of=sheet.as_of,
        coverage=sheet.coverage,
        kinds=tuple(filter(None, sheet.kinds.split(","))),
        leave_out_blocked=(
            sheet.leave_out_blocked if leave_out_blocked is None else leave_out_blocked
        ),
        edits=_edits(sheet),
        department_id=sheet.submission.department_id if sheet.submission else None,
    )


def plan(session: Session, area_code: str, parts: Sequence[Part], seed: str = "") -> Plan:
    """Return what the parts change, in their order; raises Blocked.

    The same seed gives new institutions the same codes, for an edition that is signed elsewhere.
    """
    head = head_of(session, area_code)
    known = known_institutions(session, area_code)
    kinds = load_kinds(session)
    codes = _new_codes(session, seed or secrets.token_hex(32))
    merged: dict[int, Proposal] = {}
    outcomes = []
    covered = sum(_is_spoken_of(each, [part.order for part in parts]) for each in known.all)
    main = {each.id: each.kinds[0] for each in known.all if each.id is not None and each.kinds}
    for part in parts:
        outcome = _take(part, known, kinds, head, codes)
        led = others(session, area_code, part.order.department_id)
        outcome.findings.extend(asked(outcome.proposals, main, led))
        outcome.findings.extend(_unexplained(outcome.proposals))
        outcomes.append(outcome)
        _merge(merged, outcome.proposals)
    newest = max((outcome.as_of for outcome in outcomes), default=today())
    whole = _complete(parts, known.all)
    return Plan(area_code, head, outcomes, list(merged.values()), known.all, newest, covered, whole)


def _complete(parts: Sequence[Part], listed: Sequence[InstitutionCopy]) -> date | None:
    """Return the day of the newest complete white list, or black list where nobody is on a white.

    Freshness counts from it: neither public information nor a short black list renews the other.
    """
    standings = (each.standing for each in listed)
    is_white = any(s is not None and s.status in SPOKEN_OF[ListKind.WHITE] for s in standings)
    speaks = {ListKind.WHITE} if is_white else {ListKind.WHITE, ListKind.BLACK}
    days = (
        _as_of(part.order, part.parsed)
        for part in parts
        if part.order.coverage is Coverage.COMPLETE and part.order.list_kind in speaks
    )
    return max(days, default=None)


def _unexplained(proposals: Sequence[Proposal]) -> Iterator[Finding]:
    """Ask once per sheet, as a removal by not being in a complete sheet has no row."""
    acts = (each for each in proposals if each.after in _EXPLAINED)
    silent = sum(
        not (each.institution.standing and each.institution.standing.reason) for each in acts
    )
    if silent:
        yield note("act_unexplained", "", "", silent)


def _is_spoken_of(each: InstitutionCopy, orders: Sequence[ImportOrder]) -> bool:
    standing, main = each.standing, each.kinds[0] if each.kinds else ""
    return standing is not None and any(
        standing.status in _SPEAKS_OF[order.list_kind] and (not order.kinds or main in order.kinds)
        for order in orders
    )


def _edits(sheet: Sheet) -> Edits:
    cells: dict[str, dict[int, dict[Column, str]]] = defaultdict(lambda: defaultdict(dict))
    left_out = set()
    for each in sheet.corrections:
        if each.column:
            cells[each.tab][each.row][Column(each.column)] = each.after
        else:
            left_out.add((each.tab, each.row))
    meanings = {text: Column(said) if said else None for text, said in sheet.meanings.items()}
    return Edits(meanings, cells, frozenset(left_out))


def _as_of(order: ImportOrder, parsed: Reading | Disclosure) -> date:
    return order.as_of or parsed.as_of or today()


def _take(
    part: Part, known: KnownInstitutions, kinds: Kinds, head: Head | None, codes: Iterator[str]
) -> Outcome:
    order = part.order
    covers = SheetCoverage(
        order.list_kind,
        order.area_code,
        order.coverage,
        order.kinds,
        _as_of(order, part.parsed),
    )
    if isinstance(part.parsed, Disclosure):
        return _take_disclosure(order, part.parsed, known, covers)
    rows = list(part.parsed.rows)  # a repeated row changes nothing, and counts if the first is out
    out = order.edits.left_out
    kept = [row for row in rows if (row.sheet, row.row) not in out]
    findings = [
        *(each for each in part.parsed.findings if (each.sheet, each.row) not in out),
        *_age(head, covers),
        *check(kept, known, kinds, covers),
        *_unused(order.edits, rows),
    ]
    blocked = {(f.sheet, f.row) for f in findings if f.severity is Severity.BLOCK}
    left_out = [row for row in rows if (row.sheet, row.row) in blocked | out]
    outcome = Outcome(covers.as_of, len(rows), findings, left_out, order.filename)
    if not (blocked.isdisjoint((row.sheet, row.row) for row in rows) or order.leave_out_blocked):
        raise Blocked(outcome)
    new_code: Callable[[], str] = codes.__next__
    outcome.taken = [row for row in kept if (row.sheet, row.row) not in blocked]
    outcome.proposals = Difference(known, kinds, covers, new_code).apply(outcome.taken, left_out)
    return outcome


def _take_disclosure(
    order: ImportOrder, parsed: Disclosure, known: KnownInstitutions, covers: SheetCoverage
) -> Outcome:
    replacement = Replacement(parsed, known, order.edits.left_out)
    findings = [*replacement.findings, *_unused(order.edits, [row.who for row in parsed.rows])]
    outcome = Outcome(
        covers.as_of, len(parsed.rows), findings, replacement.left_out, order.filename
    )
    if replacement.blocked and not order.leave_out_blocked:
        raise Blocked(outcome)
    outcome.taken = [row.who for row in parsed.rows if row.who not in replacement.left_out]
    outcome.proposals = replacement.apply(covers)
    return outcome


def _age(head: Head | None, covers: SheetCoverage) -> Iterator[Finding]:
    if head is not None and covers.as_of < head.as_of:
        yield note("sheet_is_older", "", "", head.number)


def _unused(edits: Edits, rows: Sequence[ListRow]) -> Iterator[Finding]:
    for tab, row in sorted(edits.rows - {(each.sheet, each.row) for each in rows}):
        yield finding("correction_unused", ListKind.WHITE, ListRow(tab, row))


def _new_codes(session: Session, seed: str) -> Iterator[str]:
    """Yield codes nobody has: among 100,000 random ones two would be equal every seventh time."""
    taken = set(session.scalars(sa.select(Institution.code)))
    source = Random(seed)  # noqa: S311 - a code is public; that it cannot be predicted protects nobody
    while True:
        code = with_check("".join(source.choices(ALPHABET, k=_CODE_LENGTH - 1)))
        if code not in taken:
            taken.add(code)
            yield code


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
