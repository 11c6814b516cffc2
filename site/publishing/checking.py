"""What a sheet says held against the register: findings that the file alone cannot show."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import String

from publishing.cells import fold_name
from publishing.copies import InstitutionCopy
from publishing.findings import Finding, Severity, note
from publishing.findings import finding as new_finding
from publishing.matching import KnownInstitutions, is_contradicted, names_of
from publishing.proposals import SheetCoverage
from publishing.sheet import ListKind, ListRow
from register.kinds import Kinds
from register.models import Institution, Premises, Standing, Status
from register.terms import rectifying_until
from register.transitions import is_usual

# Listed and not black: a black decision takes an institution from here.
_LISTED = (Status.WHITE, Status.RECTIFYING, Status.SUSPENDED)


def _limit(column: object) -> int:
    kind = getattr(column, "type", None)
    return (kind.length or 0) if isinstance(kind, String) else 0


# field of a row → longest text its column takes, and the column's name for an officer
_LONGEST = {
    "name": (_limit(Institution.__table__.c.name), "机构名称"),
    "uscc": (_limit(Institution.__table__.c.uscc), "统一社会信用代码"),
    "licence": (_limit(Institution.__table__.c.licence_number), "办学许可证号"),
    "nature": (_limit(Institution.__table__.c.nature), "办学性质"),
    "stages": (_limit(Institution.__table__.c.stages), "培训学段"),
    "content": (_limit(Institution.__table__.c.scope), "培训内容"),
    "department": (_limit(Institution.__table__.c.approved_by), "审批机关"),
    "co_department": (_limit(Institution.__table__.c.supervised_by), "审批机关"),
    "address": (_limit(Premises.__table__.c.address), "办学地址"),
    "decision": (_limit(Standing.__table__.c.decision_number), "处理决定文号"),
    "authority": (_limit(Standing.__table__.c.authority), "认定单位"),
    "term": (_limit(Standing.__table__.c.term), "公布期限"),
}


def check(
    rows: list[ListRow], known: KnownInstitutions, kinds: Kinds, covers: SheetCoverage
) -> Iterator[Finding]:
    """Yield the findings of every row against what stands and what the sheet covers."""
    for row in rows:
        yield from _too_long(row, covers.list_kind)
        if row.address is None and covers.list_kind is ListKind.WHITE:
            yield new_finding("address_missing", covers.list_kind, row, "办学地址")
        if not _is_covered(row, kinds, covers):
            yield new_finding("outside_coverage", covers.list_kind, row, "类别")
        institution = known.find(row)
        if institution is None:
            yield from _namesakes(row, known, covers.list_kind)
            yield from _look_alikes(row, known, covers.list_kind)
        elif is_contradicted(institution, row):
            if "uscc_conflict" not in row.issues:
                yield new_finding("uscc_conflict", covers.list_kind, row, "统一社会信用代码")
        else:
            yield from _conflict(row, institution, covers.list_kind)
            yield from _asked(row, institution, covers)
    if covers.list_kind is ListKind.BLACK:
        yield from _notice(rows, known)


def _too_long(row: ListRow, kind: ListKind) -> Iterator[Finding]:
    for field, (longest, column) in _LONGEST.items():
        value = getattr(row, field)
        if value is not None and len(value) > longest:
            yield new_finding("too_long", kind, row, column)
    if any(len(name) > _LONGEST["name"][0] for name in row.former_names):
        yield new_finding("too_long", kind, row, "机构名称")


def _is_covered(row: ListRow, kinds: Kinds, covers: SheetCoverage) -> bool:
    code = kinds.code(row.kinds[0]) if row.kinds else None
    return not covers.kinds or code is None or code in covers.kinds


def _namesakes(row: ListRow, known: KnownInstitutions, kind: ListKind) -> Iterator[Finding]:
    if row.status == "withdrawn" or not known.named(row) or "same_name" in row.issues:
        return
    found = new_finding("name_elsewhere", kind, row, "机构名称")
    # A decision must hit the right one; a white row of a known name is another one or a move.
    yield replace(found, severity=Severity.BLOCK) if kind is ListKind.BLACK else found


def _look_alikes(row: ListRow, known: KnownInstitutions, kind: ListKind) -> Iterator[Finding]:
    if row.status == "withdrawn" or {"same_name", "duplicate_row"} & set(row.issues):
        return
    if known.with_licence(row) is not None and "shared_licence" not in row.issues:
        yield new_finding("licence_elsewhere", kind, row, "办学许可证号")
    elif not known.named(row) and known.alike(row) is not None:
        yield new_finding("maybe_renamed", kind, row, "机构名称")


def _asked(row: ListRow, institution: InstitutionCopy, covers: SheetCoverage) -> Iterator[Finding]:
    standing = institution.standing
    if standing is not None and _is_odd(standing.status, row.status):
        yield new_finding("odd_move", covers.list_kind, row, "备注")
    if covers.list_kind is not ListKind.WHITE:
        return
    if row.name is not None and fold_name(row.name) not in names_of(institution):
        yield new_finding("renamed", covers.list_kind, row, "机构名称")
    if (
        row.status == Status.RECTIFYING
        and standing is not None
        and standing.status is Status.RECTIFYING
        and rectifying_until(standing.since) <= covers.as_of
    ):
        yield new_finding("rectifying_long", covers.list_kind, row, "备注")


def _is_odd(before: Status, said: str) -> bool:
    """Tell of a row that would list again who was closed or removed; black is stopped elsewhere."""
    if before is Status.BLACK or said in {"withdrawn", Status.REMOVED}:
        return False
    return not is_usual(before, Status.BLACK if said == "term_over" else Status(said))


def _notice(rows: list[ListRow], known: KnownInstitutions) -> Iterator[Finding]:
    """Ask once per sheet; a tick per row would be ticked without reading."""
    new = 0
    for row in rows:
        found = known.find(row)
        standing = found.standing if found else None
        black = standing is not None and standing.status is Status.BLACK
        new += row.status == Status.BLACK and not black and row.notified is None
    if new:
        yield note("notice_given", "", "", new)


def _conflict(row: ListRow, institution: InstitutionCopy, kind: ListKind) -> Iterator[Finding]:
    """从白名单上清除并列入黑名单 is one act, and black wins."""
    standing = institution.standing
    if standing is None or "white_black_conflict" in row.issues:
        return
    if kind is ListKind.WHITE and standing.status is Status.BLACK:
        yield new_finding("white_black_conflict", kind, row)
    elif kind is ListKind.BLACK and standing.status in _LISTED:
        if row.status == "black":
            yield new_finding("white_black_conflict", kind, row)
        elif row.status == "term_over":
            yield new_finding("term_over_listed", kind, row)
