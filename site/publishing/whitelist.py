"""A record of a white list in canonical form."""

from dataclasses import replace

from publishing.cells import canonical, has_lookalike, read_licence, read_uscc
from publishing.columns import Column
from publishing.dates import RangeRead, read_date, read_ends, read_range
from publishing.drafts import (
    Circumstances,
    Draft,
    Issues,
    draft_of,
    issues_of,
    reply_of,
    said,
    tidied,
)
from publishing.persons import without_contacts
from publishing.rows import ListRow
from publishing.tables import Record
from publishing.wording import (
    base_name,
    clean_address,
    read_kinds,
    read_nature,
    read_stages,
    split_departments,
    split_names,
    teaches_subjects,
    white_hint,
)

_DATES = (Column.VALID, Column.VALID_FROM, Column.VALID_TO)


def white_draft(record: Record, known: Circumstances) -> Draft:
    """Return the clean row and everything noticed in it alone."""
    issues = issues_of(record)
    name, former_names = _names(record, issues)
    validity = _validity(record, known, issues)
    kinds = _kinds(record, issues)
    department, co_department = _departments(record, known, issues)
    row = ListRow(
        sheet=record.sheet,
        row=record.number,
        name=name,
        former_names=former_names,
        uscc=_uscc(record, known, issues),
        licence=_licence(record, issues),
        valid_from=validity.start.value,
        valid_to=validity.end.value,
        address=_address(record),
        nature=_worded(record, Column.NATURE),
        stages=_worded(record, Column.STAGES),
        kinds=kinds,
        content=_content(record, kinds, issues),
        department=department,
        co_department=co_department,
        town=_text(record, Column.TOWN),
        status=_status(record, name, issues),
        reason=tidied(record, Column.REASON),
        basis=tidied(record, Column.BASIS),
        decision=tidied(record, Column.DECISION),
        authority=tidied(record, Column.AUTHORITY),
        reply=reply_of(record, issues),
        replied=read_date(record.values.get(Column.REPLIED)).value,
    )
    if "personal_data" in issues:
        row = replace(
            row,
            name=_cleaned(row.name),
            content=_cleaned(row.content),
            reason=_cleaned(row.reason),
            basis=_cleaned(row.basis),
        )
    return draft_of(record, row, issues)


def _text(record: Record, column: Column) -> str | None:
    return said(canonical(record.values.get(column)))


def _cleaned(text: str | None) -> str | None:
    return without_contacts(text) or None if text else None


def _names(record: Record, issues: Issues) -> tuple[str | None, tuple[str, ...]]:
    text = _text(record, Column.NAME) or ""
    if has_lookalike(text):
        issues.add("lookalike", Column.NAME)
    name, former = split_names(text)
    if not name:
        issues.add("no_name", Column.NAME)
    return name or None, former


def _uscc(record: Record, known: Circumstances, issues: Issues) -> str | None:
    read = read_uscc(record.values.get(Column.USCC), known.area_code)
    if Column.USCC not in record.errors:
        issues.add(read.issue, Column.USCC)
    return read.value


def _licence(record: Record, issues: Issues) -> str | None:
    read = read_licence(record.values.get(Column.LICENCE))
    if Column.LICENCE in record.values and Column.LICENCE not in record.errors:
        issues.add(read.issue, Column.LICENCE)
    return read.value


def _validity(record: Record, known: Circumstances, issues: Issues) -> RangeRead:
    columns = [column for column in _DATES if column in record.values]
    if not columns:
        return RangeRead()
    if columns == [Column.VALID]:
        read = read_range(record.values[Column.VALID])
    else:
        # 有效期 beside 有效期起 or alone with 有效期止 is the other end.
        start = record.values.get(Column.VALID_FROM)
        read = read_ends(start, record.values.get(Column.VALID_TO, record.values.get(Column.VALID)))
    for column, end in ((columns[0], read.start), (columns[-1], read.end)):
        if column not in record.errors:
            issues.add(end.issue, column)
    if known.as_of and read.end.value and read.end.value < known.as_of:
        issues.add("licence_expired", columns[-1])
    return read


def _address(record: Record) -> str | None:
    text = _text(record, Column.ADDRESS)
    return _cleaned(clean_address(text)) if text else None


def _worded(record: Record, column: Column) -> str | None:
    read = read_nature if column is Column.NATURE else read_stages
    text = record.text(column)
    return said(canonical(read(text.strip()))) if text.strip() else None


def _kinds(record: Record, issues: Issues) -> tuple[str, ...]:
    kinds = read_kinds(canonical(record.values.get(Column.KIND)) or "")
    if len(kinds) > 1:
        issues.add("multi_type", Column.KIND)
    if not kinds and not record.kinds:
        issues.add("kind_missing", Column.KIND)
    return kinds or record.kinds


def _content(record: Record, kinds: tuple[str, ...], issues: Issues) -> str | None:
    content = _text(record, Column.CONTENT)
    if content and kinds and "学科类" not in kinds and teaches_subjects(content):
        issues.add("scope_conflict", Column.CONTENT)
    return content


def _departments(
    record: Record, known: Circumstances, issues: Issues
) -> tuple[str | None, str | None]:
    cells = (record.text(Column.DEPARTMENT), record.text(Column.SUPERVISOR))
    names = [
        known.offices.full(name)
        for cell in cells
        for part in split_departments(cell)
        if (name := said(canonical(part)))
    ]
    if len(split_departments(cells[0])) > 1:
        issues.add("multi_department", Column.DEPARTMENT)
    names = list(dict.fromkeys(names))
    return (names[0] if names else None), "、".join(names[1:]) or None


def _status(record: Record, name: str | None, issues: Issues) -> str:
    brackets = (name or "").removeprefix(base_name(name or ""))
    remarks = (record.text(Column.REMARK), record.text(Column.STATUS), brackets)
    hint = white_hint("\n".join(remarks)) or ("closed" if record.struck else None)
    if hint is None:
        return "white"
    code = "white_black_conflict" if hint == "black" else "status_hint"
    issues.add(code, Column.REMARK)
    return hint
