"""Reading text: separated values in any Chinese encoding, and HTML tables named .xls."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import chain

from lxml import html

from publishing.grids import (
    MAX_COLUMNS,
    Gauge,
    Grid,
    GridRow,
    Merged,
    UnreadableFile,
    Value,
    fill_merged,
    hide_columns,
)

_DELIMITERS = ",\t;|"
_SAMPLE = 50  # records that show the delimiter
_END = "\x00end"  # no record can read so, text with NUL is refused
_TAG = re.compile(r"<(?:!doctype|html|table|meta|head|body)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_HEAD = 4096


def read_text(data: bytes) -> list[Grid]:
    """Return the table of a text file, or those of an HTML page."""
    text = decode(data)
    if "\x00" in text:
        raise UnreadableFile(
            "文件里有不是文字的内容，无法读取。请用 Excel 打开后另存为 .xlsx 再上传。"
        )
    if text.lstrip().startswith("<") and _TAG.search(text[:_HEAD]):
        return _html_grids(_declared(data) or text)
    if text.lstrip().startswith("<?xml"):
        raise UnreadableFile("这是 XML 文件，不是表格。请用 Excel 打开后另存为 .xlsx 再上传。")
    return [_separated(text)]


def decode(data: bytes) -> str:
    """Return the text. A UTF-8 mark proves nothing: GBK text has been seen after it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    # Damaged somewhere. Take the encoding that loses least, if it loses next to nothing.
    texts = [data.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    text = min(texts, key=lambda text: text.count("\ufffd"))
    if text.count("\ufffd") * 100 > len(text):
        raise UnreadableFile("认不出文件的文字编码。请用 Excel 打开，另存为 .xlsx 后再上传。")
    return text


def _separated(text: str) -> Grid:
    delimiter = max(_DELIMITERS, key=lambda mark: _evenness(text, mark))
    rows: list[GridRow] = []
    gauge, number = Gauge(), 0
    for number, record in enumerate(_records(text, delimiter), start=1):
        if record == [_END]:
            return Grid(rows=rows)
        values: list[Value] = list(record)
        values = gauge.trimmed(number, values)
        if values:
            rows.append(GridRow(number, values))
    raise UnreadableFile(f"第 {number} 行的引号没有成对，后面的内容无法分开。请改正后再上传。")


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    # An open quotation mark swallows all that follows. So an end mark is added and must come out.
    lines = chain(StringIO(text, newline=""), [_END])
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        raise UnreadableFile(
            "有的单元格长得不像表格，多半是引号没有成对。请改正后再上传。"
        ) from None


def _evenness(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many records have the commonest width above one, and that width."""
    sample = zip(range(_SAMPLE), _records(text, delimiter), strict=False)
    try:
        widths = Counter(len(record) for _, record in sample if len(record) > 1)
    except UnreadableFile:
        return 0, 0
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _declared(data: bytes) -> str | None:
    found = _CHARSET.search(data[:_HEAD])
    name = found[1].decode("ascii").lower() if found else ""
    try:
        # gb2312 is what pages say and gb18030 what they hold.
        return data.decode("gb18030" if name.startswith("gb") else name)
    except (LookupError, UnicodeDecodeError):
        return None


def _html_grids(text: str) -> list[Grid]:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    gauge = Gauge()
    gauge.hold(text.count("<"))  # every mark makes a node
    page = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    lines: dict[html.HtmlElement, list[html.HtmlElement]] = {}
    for line in page.iter("tr"):
        table = next(line.iterancestors("table"), None)
        if table is not None:
            lines.setdefault(table, []).append(line)
    return [_table(table, of_table, gauge) for table, of_table in lines.items()]


def _table(table: html.HtmlElement, lines: list[html.HtmlElement], gauge: Gauge) -> Grid:
    rows: list[GridRow] = []
    merged: list[Merged] = []
    taken: dict[int, int] = {}  # column → last row number a cell above reaches down to
    for number, line in enumerate(lines, start=1):
        values: list[Value] = []
        struck = set()
        for cell in line.iterchildren("td", "th"):
            while taken.get(len(values), 0) >= number:
                values.append(None)
            place = _place(cell, number, len(values))
            for column in range(place.left, place.right + 1):
                taken[column] = place.bottom
            if place.right > place.left or place.bottom > number:
                merged.append(place)
            if _is_struck(cell):
                struck.add(place.left)
            values += [_cell_text(cell), *[None] * (place.right - place.left)]
        values = gauge.trimmed(number, values)
        if values:
            rows.append(GridRow(number, values, _is_unseen(line), frozenset(struck)))
    fill_merged(rows, merged)
    return Grid(rows=rows, hidden_columns=hide_columns(rows, _unseen_columns(table)))


def _place(cell: html.HtmlElement, number: int, column: int) -> Merged:
    right = column + min(_span(cell, "colspan"), MAX_COLUMNS) - 1
    return Merged(number, column, number + _span(cell, "rowspan") - 1, right)


def _span(cell: html.HtmlElement, name: str) -> int:
    text = cell.get(name, "1").strip()
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def _cell_text(cell: html.HtmlElement) -> str:
    for line_break in cell.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return str(cell.text_content()).strip()


def _is_struck(cell: html.HtmlElement) -> bool:
    marks = (part for part in cell.iter("s", "strike", "del"))
    return next(marks, None) is not None or bool(_STRUCK.search(cell.get("style", "")))


def _is_unseen(element: html.HtmlElement) -> bool:
    return bool(_UNSEEN.search(element.get("style", "")))


def _unseen_columns(table: html.HtmlElement) -> Iterator[int]:
    column = 0
    for element in table.iter("col"):
        span = min(_span(element, "span"), MAX_COLUMNS)
        if _is_unseen(element):
            yield from range(column, min(column + span, MAX_COLUMNS))
        column += span
