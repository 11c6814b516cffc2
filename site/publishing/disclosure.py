"""Reading 公示信息: what institutions must show on the wall, one row per item.

What kind of item a row is, its 类型 says, else the worksheet's name or title. A teacher's name is
never read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from unicodedata import normalize

from stdnum.cn import ric

from publishing.cells import as_text, read_licence, read_uscc
from publishing.columns import Column
from publishing.dates import read_date
from publishing.drafts import Issues, issues_of, tidied
from publishing.findings import Finding, finding, note, order
from publishing.grids import UnreadableFile, Value
from publishing.persons import has_personal_data
from publishing.reading import read_grids
from publishing.rows import ListKind, ListRow
from publishing.tables import Record, Table, dates_as_of, find_table
from publishing.wall import FIELDS, OPTIONAL, WORDS, kind_of
from publishing.wording import split_names
from register.models import ItemKind

Content = dict[str, str | int]

_SUM = re.compile(
    r"[¥￥]?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?(万)?(?:元|块)?(?:整)?(?:(?:/|每)(.{1,12}))?"
)
_ACCOUNT_NUMBER = re.compile(r"\d{8,30}")
_LONGEST = 300  # characters of one field; a wall notice says it in fewer


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item and whose it is. Of `who`, only what identifies the institution is set."""

    who: ListRow
    kind: ItemKind | None
    content: Content


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a file of public information says, and everything noticed."""

    as_of: date | None
    rows: tuple[ItemRow, ...]
    findings: tuple[Finding, ...]
    tables: tuple[Table, ...] = field(default=(), repr=False)  # that it was read from


def read_disclosure(data: bytes, filename: str, area_code: str) -> Disclosure:
    """Read the bytes of a file of public information; raises UnreadableFile."""
    notes: list[Finding] = []
    tables = list(_tables(data, filename, notes))
    if not tables:
        raise UnreadableFile(
            "没有找到公示信息：要有“机构名称”一列，并用“类型”一列或工作表名写明是账户、收费、班级、教师还是检查。"
        )
    rows = []
    for table, kind in tables:
        notes.extend(note("column_private", table.grid.name, h) for h in table.header.private)
        notes.extend(note("column_ignored", table.grid.name, h) for h in table.header.ignored)
        for record in table.records():
            row, found = _item(record, kind, area_code)
            rows.append(row)
            notes.extend(found)
    days = [day for table, _ in tables for day in table.dates()] or dates_as_of(filename)
    return Disclosure(
        max(days, default=None), tuple(rows), tuple(notes), tuple(table for table, _ in tables)
    )


def _tables(
    data: bytes, filename: str, notes: list[Finding]
) -> Iterator[tuple[Table, ItemKind | None]]:
    for grid in (grid for grid in read_grids(data) if grid.rows):
        table = find_table(grid, WORDS)
        if grid.hidden:
            notes.append(note("hidden_sheet", grid.name))
        elif table is None:
            notes.append(note("no_header", grid.name))
        else:
            kind = kind_of(" ".join((grid.name, *table.titles, filename)))
            if kind is None and Column.ITEM_KIND not in table.header.places:
                notes.append(note("no_item_kind", grid.name))
            else:
                yield table, kind


def _item(
    record: Record, of_sheet: ItemKind | None, area_code: str
) -> tuple[ItemRow, list[Finding]]:
    issues = issues_of(record)
    who = _who(record, area_code, issues)
    said = record.text(Column.ITEM_KIND)
    kind = kind_of(said) if said.strip() else of_sheet
    content: Content = {}
    if kind is None:
        issues.add("item_kind_unknown", Column.ITEM_KIND)
    else:
        content = _content(record, kind, issues)
    codes = sorted(issues.columns, key=order)
    return ItemRow(who, kind, content), [
        finding(code, ListKind.INFO, who, issues.columns[code]) for code in codes
    ]


def _who(record: Record, area_code: str, issues: Issues) -> ListRow:
    name, former = split_names(tidied(record, Column.NAME) or "")
    if not name:
        issues.add("no_name", Column.NAME)
    return ListRow(
        sheet=record.sheet,
        row=record.number,
        name=name or None,
        former_names=former,
        uscc=read_uscc(record.values.get(Column.USCC), area_code).value,
        licence=read_licence(record.values.get(Column.LICENCE)).value,
    )


def _content(record: Record, kind: ItemKind, issues: Issues) -> Content:
    content: Content = {}
    for place, (name, column) in enumerate(FIELDS[kind].items()):
        value = _field(record, kind, column, issues)
        if value:
            content[name] = value
        elif place == 0 and column not in issues.columns.values():
            issues.add("item_incomplete", column)
        elif column in record.values and column not in OPTIONAL:
            issues.add("field_missing", column)
    if kind is ItemKind.ACCOUNT and "payee" not in content:
        issues.add("item_incomplete", Column.PAYEE)
    return _with_sum(content, issues) if kind is ItemKind.FEE else content


def _field(record: Record, kind: ItemKind, column: Column, issues: Issues) -> str | None:
    if column is Column.LISTED:
        return _day(record, issues)
    if column in (Column.ACCOUNT, Column.CERTIFICATE):
        return _number(record, column, issues)
    value = tidied(record, column)
    if kind is ItemKind.RECORD and value is None:
        # A sheet for everything has one column 单位: whose unit it is, the kind of row says.
        spare = {Column.AUTHORITY: Column.UNIT, Column.MATTER: Column.ITEM_KIND}.get(column)
        value = tidied(record, spare) if spare else None
    return value[:_LONGEST] if value else None


def _day(record: Record, issues: Issues) -> str | None:
    value = record.values.get(Column.LISTED, record.values.get(Column.TIMES))
    read = read_date(value)
    issues.add(read.issue, Column.LISTED)
    return read.value.isoformat() if read.value else None


def _number(record: Record, column: Column, issues: Issues) -> str | None:
    value = record.values.get(column)
    if _is_lossy(value):
        issues.add("number_lossy", column)
        return None
    number = re.sub(r"[\s-]", "", normalize("NFKC", as_text(value)))
    if ric.is_valid(number) or (len(number) == 11 and has_personal_data(number)):
        issues.add("personal_data", column)  # an identity card, or somebody's own wallet
        return None
    if number and column is Column.ACCOUNT and not _ACCOUNT_NUMBER.fullmatch(number):
        issues.add("account_odd", column)
        return None
    return number if any(character.isdecimal() for character in number) else None


def _is_lossy(value: Value) -> bool:
    if isinstance(value, int | float):
        return value >= 10**15
    return re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", as_text(value).strip(), re.IGNORECASE) is not None


def _with_sum(content: Content, issues: Issues) -> Content:
    """Put a sum of money in fen; what is no sum stays in its own words."""
    words = str(content.get("amount", ""))
    found = _SUM.fullmatch(normalize("NFKC", words).replace(" ", ""))
    if found is None:
        issues.add("amount_unclear" if words else None, Column.AMOUNT)
        return content
    whole, part, ten_thousand, unit = found.groups()
    sum_ = Decimal(f"{whole.replace(',', '')}.{part or 0}") * (10_000 if ten_thousand else 1)
    rest = {name: value for name, value in content.items() if name != "amount"}
    return rest | {"amount_fen": int(sum_ * 100)} | ({"unit": unit} if unit else {})


def repeated_accounts(rows: list[ItemRow], owners: list[int]) -> Iterator[ItemRow]:
    """Yield the account rows of owners who were given more than one number in this sheet."""
    numbers = {
        (owner, row.content.get("number"))
        for row, owner in zip(rows, owners, strict=True)
        if row.kind is ItemKind.ACCOUNT
    }
    several = {owner for owner, count in Counter(o for o, _ in numbers).items() if count > 1}
    for row, owner in zip(rows, owners, strict=True):
        if row.kind is ItemKind.ACCOUNT and owner in several:
            yield row
