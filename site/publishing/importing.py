"""Importing a list: read, check against the register, publish or keep waiting. All or nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from accounts.audit import record
from portal.clock import now
from portal.database import db, insert_rows
from publishing.editions import Composed, compose
from publishing.findings import Finding
from publishing.models import Sheet, SheetCorrection, SheetFinding
from publishing.planning import (
    Blocked,
    ImportOrder,
    Outcome,
    Part,
    Plan,
    order_of,
    part_of,
    plan,
)
from publishing.signing import Signing
from publishing.writing import Moved, check_unmoved, in_turn, quietly, write_edition

__all__ = ["Blocked", "ImportOrder", "Outcome", "import_list", "publish_list", "rehearse"]

Say = Callable[[str], None]  # told of each step of long work


@dataclass(slots=True)
class _Prepared:
    """An import up to the point where the database is written."""

    order: ImportOrder
    plan: Plan
    outcome: Outcome
    composed: Composed | None  # None where there is nothing to publish
    waiting: list[int]  # the sheets that go out with it
    same: list[int]  # those that were this file already


def import_list(
    session: Session, order: ImportOrder, signing: Signing | None, reason: str = ""
) -> Outcome:
    """Import a list into the session; the caller commits, or rolls back for a rehearsal.

    With a key the list is published with the area's waiting sheets as the next edition; without
    one it waits. Raises UnreadableFile or Blocked; then nothing was changed.
    """
    prepared = _prepare(session, part_of(order), quietly, reason=reason, publish=bool(signing))
    return _carry_out(session, prepared, signing)


def publish_list(
    order: ImportOrder, signing: Signing | None, say: Say, reason: str = ""
) -> Outcome:
    """Do the same and commit, holding the database only while rows are written.

    Where somebody else published in between, the difference is worked out again.
    """
    part = part_of(order)

    def attempt() -> Outcome:
        with db.reading() as session:
            prepared = _prepare(session, part, say, reason=reason, publish=bool(signing))
        say("写入")
        outcome = _carry_out(db.session, prepared, signing)
        db.session.commit()
        return outcome

    return in_turn(attempt, say)


def rehearse(order: ImportOrder) -> Outcome:
    """Return what an import would do; nothing is written."""
    part = part_of(order)
    with db.reading() as session:
        prepared = _prepare(session, part, quietly, publish=False)
    prepared.outcome.proposals = prepared.plan.changes
    return prepared.outcome


def _prepare(
    session: Session, part: Part, say: Say, *, reason: str = "", publish: bool
) -> _Prepared:
    order = part.order
    waiting = _waiting(session, order.area_code)
    orders = {sheet.id: order_of(sheet) for sheet in waiting}
    same = [number for number, each in orders.items() if _replaces(order, each)]
    earlier = [part_of(each) for number, each in orders.items() if number not in same]
    say(f"读到 {len(part.parsed.rows)} 行，与已公布的比对")
    planned = plan(session, order.area_code, [*earlier, part])
    # Among those it goes out with: the area is as of the newest sheet, replaced ones too.
    planned.as_of = max([planned.as_of, *(sheet.as_of for sheet in waiting)])
    composed = None
    if publish and planned.is_news:
        say("生成文件")
        composed = compose(
            order.area_code, planned.head, planned.as_of, planned.institutions,
            complete=planned.complete, reason=reason,
        )  # fmt: skip
    others = [number for number in orders if number not in same]
    return _Prepared(order, planned, planned.outcomes[-1], composed, others, same)


def _carry_out(session: Session, prepared: _Prepared, signing: Signing | None) -> Outcome:
    outcome = prepared.outcome
    check_unmoved(session, prepared.order.area_code, prepared.plan.head)
    if signing is None:
        outcome.waits = _keep_waiting(session, prepared)
        return outcome
    settled = [*prepared.waiting, *prepared.same]
    _check_waiting(session, settled)
    outcome.proposals = prepared.plan.changes
    if prepared.composed is not None:
        outcome.edition = write_edition(
            session, prepared.composed, prepared.plan.proposals, signing
        )
        _keep(session, prepared.order, outcome, edition_id=outcome.edition.id)
        record(
            session, "lists.published_without_desk", None, ("edition", outcome.edition.id),
            area=outcome.edition.area_code, number=outcome.edition.number,
            reason=prepared.composed.reason,
        )  # fmt: skip
    elif outcome.left_out and not _is_kept(session, prepared.order):
        _keep(session, prepared.order, outcome)  # what was left out waits as findings
    # A sheet that changes nothing is settled, too: it says what stands already.
    head = prepared.plan.head
    number = outcome.edition.id if outcome.edition else head.id if head else None
    session.execute(
        sa.update(Sheet).where(Sheet.id.in_(settled)).values(edition_id=number, file=None)
    )
    return outcome


def _keep_waiting(session: Session, prepared: _Prepared) -> bool:
    drop_sheets(session, prepared.same)
    if prepared.outcome.proposals or prepared.plan.is_news:
        kept = _keep(session, prepared.order, prepared.outcome, file=prepared.order.data)
        record(session, "lists.kept", None, ("sheet", kept.id), area=kept.area_code)
        return True
    if prepared.outcome.left_out and not _is_kept(session, prepared.order):
        _keep(session, prepared.order, prepared.outcome)
    return False


def drop_sheets(session: Session, numbers: list[int]) -> None:
    """Drop waiting sheets with their findings and corrections."""
    for table in (SheetFinding, SheetCorrection):
        session.execute(sa.delete(table).where(table.sheet_id.in_(numbers)))
    session.execute(sa.delete(Sheet).where(Sheet.id.in_(numbers)))


def _waiting(session: Session, area_code: str) -> list[Sheet]:
    return list(
        session.scalars(
            sa.select(Sheet)
            .where(
                Sheet.area_code == area_code,
                Sheet.file.is_not(None),
                Sheet.submission_id.is_(None),
            )
            .order_by(Sheet.id)
            .options(undefer(Sheet.file))
        )
    )


def _check_waiting(session: Session, numbers: list[int]) -> None:
    still = session.scalar(
        sa.select(sa.func.count(Sheet.id)).where(Sheet.id.in_(numbers), Sheet.file.is_not(None))
    )
    if still != len(numbers):
        raise Moved


def _replaces(order: ImportOrder, earlier: ImportOrder) -> bool:
    # The same bytes again, perhaps with other options: the later word counts.
    return (order.data, order.list_kind) == (earlier.data, earlier.list_kind)


def _is_kept(session: Session, order: ImportOrder) -> bool:
    kept = sa.select(Sheet.id).filter_by(
        area_code=order.area_code, sha256=_sha256(order), list_kind=order.list_kind
    )
    return session.scalar(kept.limit(1)) is not None


def _keep(
    session: Session,
    order: ImportOrder,
    outcome: Outcome,
    *,
    file: bytes | None = None,
    edition_id: int | None = None,
) -> Sheet:
    sheet = sheet_of(order, outcome.as_of, outcome.row_count)
    sheet.file, sheet.edition_id = file, edition_id
    session.add(sheet)
    session.flush()
    insert_rows(session, SheetFinding, (finding_row(sheet.id, each) for each in outcome.findings))
    return sheet


def sheet_of(order: ImportOrder, as_of: date, row_count: int) -> Sheet:
    """Return the sheet of an order, without its bytes."""
    return Sheet(
        area_code=order.area_code,
        filename=order.filename[-200:],
        list_kind=order.list_kind,
        coverage=order.coverage,
        kinds=",".join(order.kinds),
        as_of=as_of,
        leave_out_blocked=order.leave_out_blocked,
        sha256=_sha256(order),
        row_count=row_count,
        imported_at=now(),
    )


def finding_row(sheet_id: int, each: Finding) -> dict[str, object]:
    """Return a finding as its table has it."""
    return {
        "sheet_id": sheet_id,
        "code": each.code,
        "severity": each.severity,
        "tab": each.sheet,
        "row": each.row,
        "column": each.column,
        "message": each.message,
    }


def _sha256(order: ImportOrder) -> str:
    return hashlib.sha256(order.data).hexdigest()
