"""Hostile and broken files at the door: findings or one clear sentence, never half an import."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
import xlwt
from flask import Flask
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from portal.database import db
from publishing.models import Sheet
from register.models import Edition, Institution
from tests.publishing.test_importing import HEAD, jia

HEADER = ["机构名称", "统一社会信用代码", "办学许可证号", "办学地址", "类别", "有效期止", "备注"]
ROW = jia().strip().split(",")
GOOD = (HEAD + jia()).encode()


def book(change: Callable[[openpyxl.Workbook], object] = lambda book: None) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.append(HEADER)
    made.active.append(ROW)
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sheet(of: openpyxl.Workbook) -> Worksheet:
    assert isinstance(of.active, Worksheet)
    return of.active


def repacked(data: bytes, **parts: bytes | None) -> bytes:
    """Return a workbook with parts added, replaced or taken away; names by their last word."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        known = {name.rsplit("/", 1)[-1].replace(".", "_"): name for name in old.namelist()}
        for short, name in known.items():
            content = parts.get(short, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for short, added in parts.items():
            if short not in known and added is not None:
                new.writestr(f"xl/{short.replace('_', '.')}", added)
    return out.getvalue()


def cells(xml: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = f'<worksheet xmlns="{space}"><sheetData>{xml}</sheetData></worksheet>'
    return repacked(book(), sheet1_xml=content.encode())


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def header_row() -> str:
    placed = (inline(f"{chr(65 + i)}1", text) for i, text in enumerate(HEADER))
    return f'<row r="1">{"".join(placed)}</row>'


def two_line_header(of: openpyxl.Workbook) -> None:
    page = sheet(of)
    page.delete_rows(1, 2)
    page.append(["机构名称", "证照", "", "办学地址", "类别", "有效期止", "备注"])
    page.append(["", "统一社会信用代码", "办学许可证号", "", "", "", ""])
    page.merge_cells("B1:C1")
    for column in "ADEFG":
        page.merge_cells(f"{column}1:{column}2")
    page.append(ROW)


def merged_everywhere(of: openpyxl.Workbook) -> None:
    sheet(of).merge_cells("A2:G2")
    sheet(of).merge_cells("A3:G60")


def hidden(of: openpyxl.Workbook) -> None:
    sheet(of).row_dimensions[2].hidden = True
    sheet(of).column_dimensions["D"].hidden = True


def commented(of: openpyxl.Workbook) -> None:
    sheet(of)["A2"].comment = Comment("负责人 13800138000", "某人")


def formulas_without_values(of: openpyxl.Workbook) -> None:
    for column in "ABCD":
        sheet(of)[f"{column}2"] = f"={column}1&{column}1"


def wrongly_typed(of: openpyxl.Workbook) -> None:
    sheet(of)["A2"], sheet(of)["B2"], sheet(of)["F2"] = True, 9.135e17, 10**300


def long_cell(of: openpyxl.Workbook) -> None:
    sheet(of)["D2"] = "学府路" * 10_000


def only_hidden_sheets(of: openpyxl.Workbook) -> None:
    of.create_sheet("说明")
    sheet(of).sheet_state = "veryHidden"


def old_book() -> bytes:
    made = xlwt.Workbook()
    page = made.add_sheet("名单")
    for place, values in enumerate([HEADER, ROW]):
        for column, value in enumerate(values):
            page.write(place, column, value)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bomb() -> bytes:
    return repacked(book(), sheet1_xml=b"<worksheet>" + b" " * (64 * 2**20) + b"</worksheet>")


def noise(seed: int) -> bytes:
    return random.Random(seed).randbytes(4000)


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;">]><worksheet>&c;</worksheet>'
)
FAR = '<row r="2"><c r="XFD2" t="inlineStr"><is><t>甲</t></is></c></row>'

# name: (bytes, how it may end: 0 published, 1 findings that block, 2 refused)
FILES: dict[str, tuple[bytes, int]] = {
    "merged cells": (book(merged_everywhere), 0),
    "two-line header": (book(two_line_header), 0),
    "hidden row and column": (book(hidden), 0),
    "comments with a phone": (book(commented), 0),
    "macros": (repacked(book(), vbaProject_bin=noise(1)), 0),
    "external links": (repacked(book(), externalLink1_xml=b"<externalLink/>"), 0),
    "formulas without values": (book(formulas_without_values), 1),
    "wrong types": (book(wrongly_typed), 0),
    "a cell of 30,000 characters": (book(long_cell), 1),
    "only hidden sheets": (book(only_hidden_sheets), 2),
    "BIFF8 as WPS saves it": (old_book(), 0),
    "WPS's own name, xlsx inside": (book(), 0),
    "half an xlsx": (book()[:3000], 2),
    "half an xls": (old_book()[:2000], 2),
    "zip bomb": (bomb(), 2),
    "XML bomb": (repacked(book(), sheet1_xml=BILLION.encode()), 2),
    "a million columns": (GOOD.replace(b"\n", b"," * 1_000_000 + b"\n", 1), 0),
    "content in a million-column corner": (cells(header_row() + FAR), 2),
    "row number beyond Excel": (cells(header_row() + '<row r="99999999999"/>'), 0),
    "shared string out of range": (
        cells(header_row() + '<row r="2"><c r="A2" t="s"><v>9999</v></c></row>'),
        2,
    ),
    "no worksheet part": (repacked(book(), sheet1_xml=None), 2),
    "no workbook part": (repacked(book(), workbook_xml=None), 2),
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(2), 2),
    "a zip of pictures": (repacked(book(), workbook_xml=None, sheet1_xml=None)[:400], 2),
    "a PDF named xlsx": (b"%PDF-1.7" + noise(3), 2),
    "random bytes": (noise(4), 2),
    "nothing": (b"", 2),
    "only a header": (HEAD.encode(), 0),
    "NUL bytes": (GOOD.replace("甲".encode(), b"\x00"), 2),
    "open quotes": (GOOD.replace("甲".encode(), b'"'), 2),
    "GBK with broken bytes": ((HEAD + jia()).encode("gbk") + b"\xff\xfe\x81", 0),
    "formulas as names": (GOOD.replace("甲乙".encode(), b"=cmd|' /C calc'!A0"), 1),
    "markup as names": (GOOD.replace("甲乙".encode(), b"<script>alert(1)</script>"), 0),
    "right-to-left marks": (GOOD.replace("甲乙".encode(), "\u202e甲\u200b乙".encode()), 0),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_findings_or_a_sentence(app: Flask, tmp_path: Path, name: str) -> None:
    data, ending = FILES[name]
    file = tmp_path / "list.xlsx"
    file.write_bytes(data)
    args = ["lists", "import", str(file), "--list", "white", "--area", "359901", "--publish"]
    result = app.test_cli_runner().invoke(args=[*args, "--as-of", "2026-06-30"])
    assert result.exit_code == ending, result.output
    assert "Traceback" not in result.output
    assert "13800138000" not in result.output
    counts = [
        db.session.scalar(sa.select(sa.func.count(table.id)))
        for table in (Institution, Edition, Sheet)
    ]
    if ending:
        assert counts == [0, 0, 0]
    else:
        assert counts[1:] == [1, 1]


def test_there_are_thirty_of_them() -> None:
    assert len(FILES) >= 30
