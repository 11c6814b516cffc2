"""Reading the old binary .xls (BIFF), which WPS also writes as .et."""

import os
from pathlib import Path

import xlrd

from publishing.grids import (
    CellError,
    Gauge,
    Grid,
    GridRow,
    Merged,
    UnreadableFile,
    Value,
    fill_merged,
    hide_columns,
    is_blank,
)

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")


def read_xls(data: bytes) -> list[Grid]:
    """Return the worksheets in their order."""
    if _ENCRYPTED in data:
        raise locked()
    if _WORD in data:
        raise UnreadableFile(
            "这是 Word 文档，不是表格。请把表格复制到 Excel，存为 .xlsx 后再上传。"
        )
    with Path(os.devnull).open("w") as silence:  # xlrd prints what it finds odd
        try:
            book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, ragged_rows=True, logfile=silence
            )
        except xlrd.XLRDError as fault:
            if "encrypted" in str(fault).lower():
                raise locked() from None
            raise
    gauge = Gauge()
    return [_grid(book, sheet, gauge) for sheet in book.sheets()]


def locked() -> UnreadableFile:
    """Return the refusal of a file under a password."""
    return UnreadableFile("文件设有打开密码，无法读取。请在 Excel 中取消密码，保存后再上传。")


def _grid(book: xlrd.Book, sheet: xlrd.sheet.Sheet, gauge: Gauge) -> Grid:
    rows = []
    for index in range(sheet.nrows):
        values = [_value(book, cell) for cell in sheet.row(index)]
        values = gauge.trimmed(index + 1, values)
        if values:
            info = sheet.rowinfo_map.get(index)
            hidden = bool(info and info.hidden)
            rows.append(GridRow(index + 1, values, hidden, _struck(book, sheet, index, values)))
    merged = (
        Merged(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells
    )
    fill_merged(rows, merged)
    emptied = hide_columns(rows, [c for c, info in sheet.colinfo_map.items() if info.hidden])
    return Grid(sheet.name.strip(), rows, sheet.visibility != 0, emptied)


def _value(book: xlrd.Book, cell: xlrd.sheet.Cell) -> Value:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(book, float(cell.value))
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        number = float(cell.value)
        return int(number) if number.is_integer() else number
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "是" if cell.value else "否"
    return CellError.ERROR if cell.ctype == xlrd.XL_CELL_ERROR else None


def _date(book: xlrd.Book, number: float) -> Value:
    try:
        return xlrd.xldate_as_datetime(number, book.datemode)  # type: ignore[no-any-return]
    except (ValueError, OverflowError):
        return number


def _struck(
    book: xlrd.Book, sheet: xlrd.sheet.Sheet, index: int, values: list[Value]
) -> frozenset[int]:
    return frozenset(
        column
        for column, value in enumerate(values)
        if not is_blank(value)
        and book.font_list[book.xf_list[sheet.cell_xf_index(index, column)].font_index].struck_out
    )
