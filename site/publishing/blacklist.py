"""A record of a black list. It quotes a decision: its words stay as published."""

from dataclasses import replace
from datetime import date

from publishing.cells import read_uscc
from publishing.columns import Column
from publishing.dates import read_date, read_term
from publishing.drafts import Circumstances, Draft, Issues, draft_of, issues_of, reply_of, tidied
from publishing.persons import has_personal_data, is_person, without_contacts
from publishing.rows import ListRow
from publishing.tables import Record
from publishing.wording import is_removed, is_repeated, is_withdrawn, leaves_white, read_kinds

# What an entry must name before it may be published, as a penalty summary must.
# Source: 《市场监督管理行政处罚信息公示规定》第四条.
_NEEDED = {
    "no_decision_number": Column.DECISION,
    "no_basis": Column.BASIS,
    "no_authority": Column.AUTHORITY,
    "no_reason": Column.REASON,
}


def black_draft(record: Record, known: Circumstances) -> Draft:
    """Return the clean row and everything noticed in it alone."""
    issues = issues_of(record)
    uscc = _uscc(record, known, issues)
    listed = _date(record, Column.LISTED, issues)
    notified = _date(record, Column.NOTIFIED, issues)
    if notified and listed and notified > listed:
        issues.add("notice_late", Column.NOTIFIED)
    until = _until(record, listed, issues)
    removed = _date(record, Column.REMOVED, issues)
    row = ListRow(
        sheet=record.sheet,
        row=record.number,
        name=_name(record, uscc, issues),
        uscc=uscc,
        address=tidied(record, Column.ADDRESS),
        kinds=read_kinds(record.text(Column.KIND)) or record.kinds,
        town=tidied(record, Column.TOWN),
        status=_status(record, until, removed, known.as_of, issues),
        reason=tidied(record, Column.REASON),
        basis=tidied(record, Column.BASIS),
        decision=tidied(record, Column.DECISION),
        authority=tidied(record, Column.AUTHORITY),
        notified=notified,
        listed=listed,
        term=tidied(record, Column.TERM),
        until=until,
        removed=removed,
        outcome=_outcome(record),
        reply=reply_of(record, issues),
        replied=read_date(record.values.get(Column.REPLIED)).value,
    )
    _notice_words(record, issues)
    for code, column in _NEEDED.items():
        if tidied(record, column) is None:
            issues.add(code, column)
    return draft_of(record, _cleaned(row) if "personal_data" in issues else row, issues)


def _cleaned(row: ListRow) -> ListRow:
    name, address, reason, basis = (
        without_contacts(text) or None if text else None
        for text in (row.name, row.address, row.reason, row.basis)
    )
    return replace(row, name=name, address=address, reason=reason, basis=basis)


def _name(record: Record, uscc: str | None, issues: Issues) -> str | None:
    name = tidied(record, Column.NAME)
    if name is None:
        issues.add("no_name", Column.NAME)
    elif uscc is None and is_person(name):
        issues.add("personal_data", Column.NAME)
    return name


def _uscc(record: Record, known: Circumstances, issues: Issues) -> str | None:
    read = read_uscc(record.values.get(Column.USCC), known.area_code)
    if Column.USCC not in record.errors:
        issues.add(read.issue, Column.USCC)
    return read.value


def _date(record: Record, column: Column, issues: Issues) -> date | None:
    read = read_date(record.values.get(column))
    issues.add(read.issue, column)
    if column is Column.LISTED and read.value is None:
        issues.add("no_listed", column)
    return read.value


def _until(record: Record, listed: date | None, issues: Issues) -> date | None:
    for column in (Column.UNTIL, Column.VALID_TO):
        if until := read_date(record.values.get(column), is_end=True).value:
            return until
    read = read_term(record.values.get(Column.TERM), listed)
    issues.add(read.issue, Column.TERM)
    return read.until


def _outcome(record: Record) -> str | None:
    outcome = tidied(record, Column.OUTCOME)
    return None if outcome and has_personal_data(outcome) else outcome


def _status(
    record: Record, until: date | None, removed: date | None, as_of: date | None, issues: Issues
) -> str:
    remark = f"{record.text(Column.REMARK)}\n{record.text(Column.STATUS)}"
    if is_withdrawn(remark):
        issues.add("status_hint", Column.REMARK)
        return "withdrawn"
    if record.struck:
        issues.add("status_hint", Column.NAME)
        return "removed"
    if removed is not None or is_removed(remark):
        return "removed"
    if until and as_of and until < as_of:
        issues.add("term_over", Column.TERM)
        return "term_over"
    return "black"


def _notice_words(record: Record, issues: Issues) -> None:
    for column in (Column.REASON, Column.OUTCOME, Column.REMARK):
        text = record.text(column)
        if is_repeated(text):
            issues.add("repeat_offence", column)
        if leaves_white(text):
            issues.add("white_black_conflict", column)
