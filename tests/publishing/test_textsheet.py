"""Rows of texts are written as XlsxWriter writes their cells."""

from io import BytesIO
from zipfile import ZipFile

import xlsxwriter

from publishing.textsheet import TextSheet

ROWS = [
    ["甲乙培训中心", "", "91350100MA0000000X", "临江区学府路1号"],
    ["", "", "", ""],
    ["<b>&amp;</b>", " 前面空格", "后面空格 ", "两\n行"],
    ["", "_x0041_", "控制\x07符", "\ufffe"],
    ["", "only", "", ""],
    ["长" * 32_767, "𠀀" * 20_000, "=1+1", '"引号"'],
    ["last", "", "", "<r>丰富</r>"],
]


def made(*, plainly: bool) -> dict[str, bytes]:
    binary = BytesIO()
    with xlsxwriter.Workbook(binary, {"constant_memory": True}) as book:
        book.set_properties({"created": None})
        style, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        sheet = book.add_worksheet("list", TextSheet)
        sheet.set_column(0, 3, 18, style)
        sheet.write_row(0, 0, ["a", "b"], head)
        for number, row in enumerate(ROWS, start=1):
            if plainly:
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(number, column, text, style)
            else:
                sheet.write_texts(number, row, style)
    with ZipFile(binary) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "docProps" not in name}


def test_the_file_is_the_same() -> None:
    assert made(plainly=False) == made(plainly=True)
