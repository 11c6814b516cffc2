"""Bytes of any kind become grids, or one sentence that says what to do."""

import csv
import io
import re
import time
import tracemalloc
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime

import openpyxl
import pytest
import pyzipper
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from publishing import grids
from publishing.grids import CellError, Grid
from publishing.reading import UnreadableFile, read_grids
from publishing.sheet import ListKind, read_list

HEADER = ["机构名称", "办学地址", "备注"]
ROW = ["㙟影培训中心", "滨江路８号", "无"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sheet_of(book: openpyxl.Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def xlsx(*rows: Sequence[object]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        sheet_of(book).append(list(row))
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(data: bytes, changes: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an xlsx with some parts replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", method) as new:
        for name in {**dict.fromkeys(old.namelist()), **changes}:
            new.writestr(name, changes.get(name) or old.read(name))
    return file.getvalue()


def sheet_xml(rows: str, after: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    return repacked(saved(xlsx(HEADER)), {"xl/worksheets/sheet1.xml": text})


def with_shared_strings(strings: str) -> bytes:
    """Return an xlsx as Excel writes it: openpyxl keeps texts in the cells."""
    relations = (
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    changes = {"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": relations}
    return repacked(sheet_xml('<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'), changes)


def comma_separated(rows: Iterable[list[str]], delimiter: str = ",") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


def values(grid: Grid) -> list[list[object]]:
    return [list(row.values) for row in grid.rows]


TEXTS = {
    "utf-8": comma_separated([HEADER, ROW]).encode(),
    "utf-8 with BOM": comma_separated([HEADER, ROW]).encode("utf-8-sig"),
    "gb18030": comma_separated([HEADER, ROW]).encode("gb18030"),
    "gb18030 after a false BOM": b"\xef\xbb\xbf" + comma_separated([HEADER, ROW]).encode("gb18030"),
    "utf-16 with tabs": comma_separated([HEADER, ROW], "\t").encode("utf-16"),
    "utf-16 big-endian": b"\xfe\xff" + comma_separated([HEADER, ROW], "\t").encode("utf-16-be"),
    "semicolons": comma_separated([HEADER, ROW], ";").encode("gb18030"),
    "bars": comma_separated([HEADER, ROW], "|").encode(),
    "old Mac line ends": comma_separated([HEADER, ROW]).replace("\r\n", "\r").encode(),
}


@pytest.mark.parametrize("data", TEXTS.values(), ids=TEXTS.keys())
def test_text_in_any_encoding_and_with_any_separator(data: bytes) -> None:
    assert values(read_grids(data)[0]) == [HEADER, ROW]


def test_a_line_break_in_quotes_is_one_row_as_in_excel() -> None:
    data = '机构名称,备注\n甲,"一\n二"\n\n乙,丙\n'.encode()
    numbered = [(row.number, row.values) for row in read_grids(data)[0].rows]
    assert numbered == [(1, ["机构名称", "备注"]), (2, ["甲", "一\n二"]), (4, ["乙", "丙"])]


def test_commas_in_the_text_do_not_make_a_file_with_tabs_comma_separated() -> None:
    data = "机构名称\t结果\n甲\t罚款3,600元,退费,警告\n".encode()
    assert values(read_grids(data)[0])[1] == ["甲", "罚款3,600元,退费,警告"]


def test_xls_xlsx_and_html_give_the_same_grid_whatever_they_are_called() -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名单")
    for place, row in enumerate([HEADER, ROW]):
        for column, text in enumerate(row):
            sheet.write(place, column, text)
    old = io.BytesIO()
    book.save(old)
    page = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in [HEADER, ROW])
    page = f"<html><meta charset=gb2312><table>{page}</table></html>"
    files = (saved(xlsx([*HEADER], [*ROW])), old.getvalue(), page.encode("gb18030"))
    for data in files:
        reading = read_list(data, "名单.pdf", ListKind.WHITE, "359901")
        assert [(row.row, row.name, row.address) for row in reading.rows] == [
            (2, "㙟影培训中心", "滨江路8号")
        ]


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "gbk", "none-such", ""])
def test_html_in_gbk_whatever_it_declares(declared: str) -> None:
    page = (
        f"<html><head><meta charset='{declared}'></head><table><tr><td>机构名称</td></tr></table>"
    )
    assert values(read_grids(page.encode("gbk"))[0]) == [["机构名称"]]


def test_html_in_another_encoding_it_declares() -> None:
    page = "<meta charset=big5><table><tr><td>機構名稱</td></tr></table>"
    assert values(read_grids(page.encode("big5"))[0]) == [["機構名稱"]]


def test_html_spans_strikes_and_hidden_rows() -> None:
    page = (
        "<table><col><col style='display:none'>"
        "<tr><td rowspan=2>镇<br>街<td>密<td colspan=2>证</tr>"
        "<tr><td>x<td><s>甲</s><td>乙</tr><tr style='display:none'><td>丙</tr></table>"
    )
    rows = read_grids(page.encode())[0].rows
    assert [row.values for row in rows] == [
        ["镇\n街", None, "证", "证"],
        ["镇\n街", None, "甲", "乙"],
        ["丙"],
    ]
    assert ([row.hidden for row in rows], set(rows[1].struck)) == ([False, False, True], {2})


def marked_workbook() -> openpyxl.Workbook:
    book = xlsx(
        ["标题"], ["区", "名", "密"], ["东", "甲", "1"], [None, "乙", "2"], [None, "丙", "3"]
    )
    sheet = sheet_of(book)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[5].hidden = True
    sheet["B4"].font = Font(strike=True)
    sheet["B3"].comment = Comment("内部：勿公布", "x")
    return book


def test_merged_cells_hidden_columns_hidden_rows_strikes_and_comments_of_xlsx() -> None:
    grid = read_grids(saved(marked_workbook()))[0]
    assert values(grid) == [
        ["标题", "标题", None],
        ["区", "名", None],
        ["东", "甲", None],
        ["东", "乙", None],
        [None, "丙", None],
    ]
    assert [row.hidden for row in grid.rows] == [False, False, False, False, True]
    assert [set(row.struck) for row in grid.rows] == [set(), set(), set(), {1}, set()]
    assert set(grid.hidden_columns) == {2}
    assert "勿公布" not in repr(grid)


def test_merged_cells_hidden_columns_hidden_rows_and_strikes_of_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单 ")
    sheet.write_merge(0, 1, 0, 0, "东")
    sheet.write(0, 1, "甲")
    sheet.write(1, 1, "乙", xlwt.easyxf("font: struck_out on"))
    sheet.write(1, 2, "密")
    sheet.col(2).hidden = True
    sheet.row(1).hidden = True
    file = io.BytesIO()
    book.save(file)
    grid = read_grids(file.getvalue())[0]
    assert (grid.name, values(grid)) == ("名单", [["东", "甲"], ["东", "乙", None]])
    assert (grid.rows[1].hidden, set(grid.rows[1].struck)) == (True, {1})
    assert set(grid.hidden_columns) == {2}


def test_cells_of_every_type_in_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, value in enumerate(["文", 45047, 1.5, True]):
        sheet.write(0, column, value)
    sheet.write(0, 4, 45047, day)
    sheet.write(0, 5, 9_999_999, day)
    sheet.row(0).set_cell_error(6, 42)  # #N/A
    file = io.BytesIO()
    book.save(file)
    row = values(read_grids(file.getvalue())[0])[0]
    assert [str(value) for value in row[4:5]] == ["2023-05-01 00:00:00"]
    assert row[:4] + row[5:] == ["文", 45047, 1.5, "是", 9_999_999, CellError.ERROR]


def test_rows_out_of_order_are_put_in_order() -> None:
    rows = '<row r="3"><c><v>3</v></c></row><row r="2"><c><v>2</v></c></row>'
    assert [row.number for row in read_grids(sheet_xml(rows))[0].rows] == [2, 3]


def test_a_sheet_named_twice_is_read_once() -> None:
    data = saved(xlsx(HEADER))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = archive.read("xl/workbook.xml").decode()
    sheet = re.search("<sheet [^>]*>", book)
    assert sheet is not None
    book = book.replace(sheet[0], sheet[0] * 50)
    assert len(read_grids(repacked(data, {"xl/workbook.xml": book}))) == 1


def test_the_last_column_that_is_read() -> None:
    row = '<row r="1"><c r="{}1" t="str"><v>x</v></c></row>'
    assert len(read_grids(sheet_xml(row.format("GR")))[0].rows[0].values) == grids.MAX_COLUMNS
    with pytest.raises(UnreadableFile, match="GS 列"):
        read_grids(sheet_xml(row.format("GS")))


def test_numbers_beyond_reason_are_errors() -> None:
    row = "<row><c><v>1E999</v></c><c><v>NaN</v></c></row>"
    assert values(read_grids(sheet_xml(row))[0]) == [[CellError.ERROR, CellError.ERROR]]


def test_a_book_in_one_cell_of_xlsx_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="过长"):
        read_grids(with_shared_strings(f"<sst><si><t>{'x' * 300_000}</t></si></sst>"))


def test_an_endless_style_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.ooxml.MAX_PART", 1000)
    with pytest.raises(UnreadableFile, match="样式"):
        read_grids(saved(xlsx(HEADER)))


def test_a_date_of_the_1904_system() -> None:
    book = xlsx([])
    book.epoch = CALENDAR_MAC_1904
    sheet_of(book)["A1"] = datetime(2023, 5, 1)  # noqa: DTZ001
    assert str(read_grids(saved(book))[0].rows[0].values[0]) == "2023-05-01 00:00:00"


def test_cells_of_every_type() -> None:
    rows = (
        '<row r="2"><c r="A2"><v>45047</v></c><c r="B2" t="e"><v>#N/A</v></c>'
        '<c r="C2"><f>ROW()-3</f></c><c r="D2" t="b"><v>0</v></c><c t="str"><v>文</v></c>'
        '<c t="inlineStr"><is><r><t>甲</t></r><rPh><t>jia</t></rPh><r><t>乙</t></r></is></c></row>'
    )
    assert values(read_grids(sheet_xml(rows))[0]) == [
        [45047, CellError.ERROR, CellError.UNCALCULATED, "否", "文", "甲乙"]
    ]


def test_shared_strings_as_excel_writes_them() -> None:
    strings = "<sst><si><t>甲</t></si><si><r><t>乙</t></r><r><t> 丙</t></r></si></sst>"
    assert values(read_grids(with_shared_strings(strings))[0]) == [["甲", "乙 丙"]]


def test_chinese_date_formats_without_a_code_are_dates() -> None:
    data = saved(xlsx([1]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    styles = styles.replace('<xf numFmtId="0"', '<xf numFmtId="31"')
    text = "<worksheet><sheetData><row><c><v>45047</v></c></row></sheetData></worksheet>"
    data = repacked(data, {"xl/styles.xml": styles, "xl/worksheets/sheet1.xml": text})
    assert str(read_grids(data)[0].rows[0].values[0]) == "2023-05-01 00:00:00"


def test_a_lone_cell_in_the_last_corner_is_harmless() -> None:
    empty = '<row r="1048576"><c r="XFD1048576" t="str"><v> </v></c></row>'
    first = '<row r="1"><c r="A1" t="str"><v>机构名称</v></c></row>'
    began = time.perf_counter()
    assert values(read_grids(sheet_xml(first + empty))[0]) == [["机构名称"]]
    with pytest.raises(UnreadableFile, match="第 1048576 行 XFD 列"):
        read_grids(sheet_xml(first + empty.replace("<v> </v>", "<v>x</v>")))
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert values(read_grids(sheet_xml(first, merged))[0]) == [["机构名称"] * grids.MAX_COLUMNS]
    assert time.perf_counter() - began < 2


def test_overlapping_merged_cells_do_not_keep_us_busy() -> None:
    rows = "".join(f'<row r="{n}"><c t="str"><v>x</v></c></row>' for n in range(1, 500))
    merged = "<mergeCells>" + '<mergeCell ref="A1:GR500"/>' * 3 + "</mergeCells>"
    with pytest.raises(UnreadableFile, match="互相重叠"):
        read_grids(sheet_xml(rows, merged))


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


BOMBS = {
    "strings": with_shared_strings(f"{BOMB}<sst><si><t>&i;</t></si></sst>"),
    "sheet": repacked(
        saved(xlsx([])), {"xl/worksheets/sheet1.xml": f"{BOMB}<worksheet>&i;</worksheet>"}
    ),
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS.keys())
def test_an_xml_bomb_is_refused_before_it_grows(data: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(UnreadableFile, match="实体声明"):
        read_grids(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_a_zip_bomb_is_refused_by_its_sizes() -> None:
    big = "<sst>" + "<si/>" * (grids.MAX_PART // 4) + "</sst>"
    data = with_shared_strings(big)
    assert len(data) < 1_000_000
    with pytest.raises(UnreadableFile, match="解开后过大"):
        read_grids(data)


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.reading.MAX_ENTRIES", 3)
    with pytest.raises(UnreadableFile, match="解开后过大"):
        read_grids(saved(xlsx(HEADER)))


@pytest.mark.parametrize(("limit", "words"), [("MAX_ROWS", "超过 2 行"), ("MAX_CELLS", "内容过多")])
def test_too_many_rows_or_cells_are_refused(
    limit: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"publishing.grids.{limit}", 2)
    for data in (saved(xlsx(HEADER, ROW, ROW)), comma_separated([HEADER, ROW, ROW]).encode()):
        with pytest.raises(UnreadableFile, match=words):
            read_grids(data)


def test_a_line_of_a_thousand_columns_is_refused_only_if_used() -> None:
    assert values(read_grids(f"机构名称,地址{',' * 1000}".encode())[0]) == [["机构名称", "地址"]]
    with pytest.raises(UnreadableFile, match="超出 200 列"):
        read_grids(f"机构名称{',' * 1000}地址".encode())


def encrypted_zip() -> bytes:
    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"x")
        archive.writestr("xl/workbook.xml", "x")
    return file.getvalue()


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


WORKBOOK = saved(xlsx(HEADER, ROW))
HOLE = WORKBOOK.index(b"xl/worksheets/sheet1.xml") + 60
REFUSED = {
    "nothing": (b"", "空的"),
    "only a BOM": (b"\xef\xbb\xbf\r\n", "空的"),
    "pdf": (b"%PDF-1.7\n...", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n", "图片"),
    "jpeg": (b"\xff\xd8\xff\xe0", "图片"),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), "Word"),
    "ods": (zipped("mimetype", "content.xml"), "OpenDocument"),
    "xlsb": (zipped("xl/workbook.bin"), "xlsb"),
    "zip": (zipped("名单.xlsx"), "压缩包"),
    "rar": (b"Rar!\x1a\x07", "压缩包"),
    "xlsx under a password": (OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "zip under a password": (encrypted_zip(), "密码"),
    "doc": (OLE + b"\0" * 512 + "WordDocument".encode("utf-16-le"), "Word"),
    "broken xls": (OLE + b"\0" * 2048, "损坏"),
    "half an xlsx": (WORKBOOK[: len(WORKBOOK) // 2], "损坏"),
    "an xlsx with a hole": (WORKBOOK[:HOLE] + b"\0" * 99 + WORKBOOK[HOLE + 99 :], "损坏"),
    "xlsx packed otherwise": (repacked(WORKBOOK, {}, zipfile.ZIP_LZMA), "损坏"),
    "xlsx without a workbook": (zipped("xl/x"), "损坏"),
    "NUL bytes": (b"name,address\n\0\0\0,x\n", "不是文字"),
    "no text": (bytes(range(128, 256)) * 40, "编码"),
    "open quotation mark": ('机构名称,地址\n"甲,乙\n丙,丁\n'.encode(), "引号没有成对"),
    "a book in one cell": (f'机构名称,地址\n"{"x" * 200_000}",y\n'.encode(), "引号没有成对"),
    "xml": (b"<?xml version='1.0'?><Workbook/>", "XML"),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_refused_in_one_clear_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words) as caught:
        read_list(data, "名单.xlsx", ListKind.WHITE, "359901")
    message = str(caught.value)
    assert message.endswith("。")
    assert "请" in message
    assert re.search("[\u4e00-\u9fff]", message)
    assert caught.value.__cause__ is None


def test_an_xls_under_a_password_is_refused() -> None:
    book = xlwt.Workbook()
    book.add_sheet("名单").write(0, 0, "机构名称")
    file = io.BytesIO()
    book.save(file)
    data = file.getvalue()
    start = data.index(b"\x09\x08")  # the first record; FILEPASS comes after it
    length = int.from_bytes(data[start + 2 : start + 4], "little") + 4
    following = start + length
    locked = data[:following] + b"\x2f\x00" + data[following + 2 :]
    with pytest.raises(UnreadableFile, match="密码"):
        read_grids(locked)


def test_nested_html_tables_are_read_apart() -> None:
    inner = "<table><tr><td>机构名称</td><td>地址</td></tr></table>"
    page = f"<table><tr><td>导航</td><td>{inner}</td></tr></table>"
    assert values(read_grids(page.encode())[1]) == [["机构名称", "地址"]]


def test_html_with_endless_marks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.grids.MAX_CELLS", 100)
    with pytest.raises(UnreadableFile, match="内容过多"):
        read_grids(b"<table>" + b"<td>" * 100)


def test_a_file_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.reading.MAX_BYTES", 5 * 2**20)
    with pytest.raises(UnreadableFile, match="超过 5 MB"):
        read_grids(b"x" * (5 * 2**20 + 1))


def test_a_damaged_end_loses_one_character_not_the_file() -> None:
    data = comma_separated([HEADER] + [ROW] * 60).encode()[:-3]
    reading = read_list(data, "x", ListKind.WHITE, "359901")
    assert len(reading.rows) == 60
    assert [f.row for f in reading.findings if f.code == "garbled"] == [61]


def read_or_refuse(data: bytes) -> str:
    """Return the refusal, if any; any other exception is what these tests look for."""
    for kind in (ListKind.WHITE, ListKind.BLACK):
        try:
            read_list(data, "x", kind, "359901")
        except UnreadableFile as refusal:
            return str(refusal)
    return "。"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=3000), st.sampled_from([b"", OLE, b"PK\x03\x04", b"<table>", b"\xff\xfe"])
)
def test_random_bytes_raise_nothing_else(noise: bytes, start: bytes) -> None:
    assert read_or_refuse(start + noise).endswith("。")


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=1, max_size=40), st.integers(0, len(WORKBOOK) - 40))
def test_a_damaged_workbook_raises_nothing_else(noise: bytes, place: int) -> None:
    damaged = WORKBOOK[:place] + noise + WORKBOOK[place + len(noise) :]
    assert read_or_refuse(damaged).endswith("。")
