"""The sample lists, with every deliberate defect, come out as the golden files say: every field."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from publishing.findings import Severity
from publishing.sheet import ListKind, ListRow, Reading, read_list

DATA = Path(__file__).parents[1] / "data"
AREA = "359901"
BLACK_LISTS = ("blacklist.csv", "blacklist_falsebom.csv")


def read(name: str, kind: ListKind) -> Reading:
    return read_list((DATA / name).read_bytes(), name, kind, AREA)


def golden(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / name).read_text("utf-8"))
    return found


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def as_white(row: ListRow) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "sheet": row.sheet,
        "row": row.row,
        "name": row.name,
        "uscc": row.uscc,
        "licence": row.licence,
        "valid_from": iso(row.valid_from),
        "valid_to": iso(row.valid_to),
        "address": row.address,
        "nature": row.nature,
        "stage": row.stages,
        "type": row.kinds[0],
        "content": row.content,
        "department": row.department,
        "status": row.status,
        "issues": list(row.issues),
    }
    return fields | ({"aliases": list(row.former_names)} if row.former_names else {})


def as_black(row: ListRow) -> dict[str, Any]:
    return {
        "line": row.row,
        "name": row.name,
        "uscc": row.uscc,
        "address": row.address,
        "reason": row.reason,
        "basis": row.basis,
        "decision": row.decision,
        "listed": iso(row.listed),
        "term": row.term,
        "until": iso(row.until),
        "removed": iso(row.removed),
        "status": row.status,
        "authority": row.authority,
        "issues": list(row.issues),
    }


def test_every_field_of_the_white_list() -> None:
    expected = golden("expected_whitelist.json")
    reading = read("whitelist.xlsx", ListKind.WHITE)
    assert iso(reading.as_of) == expected["as_of"]
    assert [as_white(row) for row in reading.rows] == expected["rows"]


@pytest.mark.parametrize("name", BLACK_LISTS)
def test_every_field_of_the_black_list(name: str) -> None:
    expected = golden("expected_blacklist.json")
    rows = [{k: v for k, v in row.items() if k != "seq"} for row in expected["rows"]]
    reading = read(name, ListKind.BLACK)
    assert iso(reading.as_of) == expected["as_of"]
    assert [as_black(row) for row in reading.rows] == rows


def test_120_rows_are_118_premises_of_116_institutions() -> None:
    rows = read("whitelist.xlsx", ListKind.WHITE).rows
    premises = [row for row in rows if "duplicate_row" not in row.issues]
    institutions = [row for row in premises if "shared_licence" not in row.issues]
    assert (len(rows), len(premises), len(institutions)) == (120, 118, 116)


def test_the_claim_in_the_title_is_counted() -> None:
    findings = read("whitelist.xlsx", ListKind.WHITE).findings
    lines = [each.line() for each in findings if each.code == "count_mismatch"]
    assert lines == ["[提示] 工作表“非学科类”：标题写共 92 家，实际读到 90 家，请核对。"]


def test_only_the_exact_copy_needs_no_decision() -> None:
    findings = read("whitelist.xlsx", ListKind.WHITE).findings
    duplicates = {each.row: each.severity for each in findings if each.code == "duplicate_row"}
    assert duplicates == {24: Severity.INFO, 31: Severity.ASK}


def test_what_blocks_a_white_list() -> None:
    findings = read("whitelist.xlsx", ListKind.WHITE).findings
    blocked = {(each.row, each.code) for each in findings if each.severity is Severity.BLOCK}
    assert blocked == {
        (11, "date_reversed"),
        (25, "personal_data"),
        (26, "personal_data"),
        (48, "uscc_conflict"),
        (49, "uscc_conflict"),
        (88, "white_black_conflict"),
    }


def test_a_withdrawn_entry_is_not_held_up_and_a_decided_conflict_neither() -> None:
    findings = read("blacklist.csv", ListKind.BLACK).findings
    blocked = {each.row for each in findings if each.severity is Severity.BLOCK}
    assert {26, 27} & blocked == set()
    assert {5, 7, 8, 22, 28} < blocked


@pytest.mark.parametrize(
    ("name", "kind"),
    [("whitelist.xlsx", ListKind.WHITE), *((name, ListKind.BLACK) for name in BLACK_LISTS)],
)
def test_nothing_private_leaves_the_reader(name: str, kind: ListKind) -> None:
    reading = read(name, kind)
    text = repr(reading).replace("张某（个人）", "")  # the entry itself, held up for review
    for private in ("13800138000", "测某某", "试某某", "0595-0000", "待核实", "张某"):
        assert private not in text


def test_a_second_department_supervises() -> None:
    rows = read("whitelist.xlsx", ListKind.WHITE).rows
    both = {(row.department, row.co_department) for row in rows if row.co_department}
    assert both == {("临江区文化体育和旅游局", "临江区教育局")}


def test_merged_towns_are_filled_from_the_range_only() -> None:
    towns = {row.row: row.town for row in read("whitelist.xlsx", ListKind.WHITE).rows[28:]}
    assert (towns[6], towns[12], towns[13], towns[100]) == (
        "临江街道",
        "临江街道",
        "鼓浪街道",
        "石井乡",
    )
