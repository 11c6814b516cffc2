"""Reading .xlsx in one stream.

openpyxl gives merged cells, hidden rows and strike-through only with the whole workbook in memory
(2 GB at 200,000 rows), and trips over style sheets other programs write. This reads the few
elements a list needs and holds no tree, so no document can grow beyond what `Gauge` allows.
Source: ECMA-376 part 1, chapter 18; prefixes and both name spaces (strict, transitional) are fine.
"""

import math
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, reduce
from io import BytesIO

from openpyxl.styles.numbers import is_date_format

from publishing.grids import (
    MAX_COLUMNS,
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
    too_wide,
)
from publishing.ooxml import Attributes, Listener, Package

# Formats 27–36 and 50–58 are dates in Chinese Excel, which writes no code for them.
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_LONGEST_CELL = 200_000  # Excel itself stops at 32,767 characters
_TRUE = ("1", "true", "on")


def read_xlsx(data: bytes) -> list[Grid]:
    """Return the worksheets in their order. The zip's sizes are checked by the caller."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        package = Package(archive)
        book_part = next(iter(package.related("", "officeDocument").values()))
        workbook, gauge = _Workbook(), Gauge()
        styles, strings = _Styles(), _Strings(gauge)
        package.parse(book_part, workbook)
        for part in list(package.related(book_part, "styles").values())[:1]:
            package.parse(part, styles)
        for part in list(package.related(book_part, "sharedStrings").values())[:1]:
            package.parse(part, strings, big=True)
        cells = _Cells(strings.texts, styles, workbook.epoch)
        parts = package.related(book_part, "worksheet")
        grids: dict[str, Grid] = {}  # a part is read once, however often it is named
        for name, relation, hidden in workbook.sheets:
            if relation in parts and parts[relation] not in grids:
                sheet = _Sheet(cells, gauge)
                package.parse(parts[relation], sheet, big=True)
                grids[parts[relation]] = sheet.grid(name, hidden)
        return list(grids.values())


class _Workbook(Listener):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []  # name, relation id, hidden
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - a date on paper has no zone

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith("}id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", "").strip(), relation, hidden))
        elif tag == "workbookPr" and attributes.get("date1904") in _TRUE:
            self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001


class _Styles(Listener):
    """Which cell styles are dates and which are struck through."""

    def __init__(self) -> None:
        self.dates: set[str] = set()
        self.struck: set[str] = set()
        self._formats: dict[str, bool] = {}
        self._fonts: list[bool] = []
        self._within: list[str] = []
        self._count = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        within = self._within[-1] if self._within else ""
        self._within.append(tag)
        if tag == "numFmt" and within == "numFmts":
            is_date = bool(is_date_format(attributes.get("formatCode", "")))
            self._formats[attributes.get("numFmtId", "")] = is_date
        elif tag == "font" and within == "fonts":
            self._fonts.append(False)
        elif tag == "strike" and within == "font" and self._fonts:
            self._fonts[-1] = attributes.get("val", "1") in _TRUE
        elif tag == "xf" and within == "cellXfs":
            self._add(attributes.get("numFmtId", "0"), attributes.get("fontId", "0"))

    def end(self, tag: str) -> None:
        self._within.pop()

    def _add(self, number_format: str, font: str) -> None:
        style, self._count = str(self._count), self._count + 1
        built_in = number_format.isdecimal() and int(number_format[:6]) in _DATE_FORMATS
        if self._formats.get(number_format, built_in):
            self.dates.add(style)
        if font.isdecimal() and int(font[:6]) < len(self._fonts) and self._fonts[int(font[:6])]:
            self.struck.add(style)


class _Text(Listener):
    """Collects the text of `t` and `v` elements, without the pronunciation in `rPh`."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0
        self._listens = self._in_pronunciation = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in ("t", "v"):
            self._listens = not self._in_pronunciation
        elif tag == "rPh":
            self._in_pronunciation = True

    def end(self, tag: str) -> None:
        if tag in ("t", "v"):
            self._listens = False
        elif tag == "rPh":
            self._in_pronunciation = False

    def data(self, text: str) -> None:
        if self._listens:
            self._pieces.append(text)
            self._size += len(text)
            if self._size > _LONGEST_CELL:
                raise UnreadableFile("有的单元格内容过长，没有读取。请检查后再上传。")

    def taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return text


class _Strings(_Text):
    """The texts cells refer to by number."""

    def __init__(self, gauge: Gauge) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._gauge = gauge

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag == "si":
            self._gauge.hold(1)
            self.texts.append(self.taken())


@dataclass(frozen=True, slots=True)
class _Cells:
    """Turns what a cell element says into a value."""

    texts: list[str]
    styles: _Styles
    epoch: datetime

    def value(self, kind: str, style: str, text: str) -> Value:
        if kind == "inlineStr" or not text:
            return text or None
        match kind:
            case "s":
                return self.texts[int(text)]
            case "str" | "d":
                return text
            case "e":
                return CellError.ERROR
            case "b":
                return "是" if text == "1" else "否"
        return self._number(text, is_date=style in self.styles.dates)

    def _number(self, text: str, *, is_date: bool) -> Value:
        number = float(text)
        if not math.isfinite(number):
            return CellError.ERROR
        if is_date and 0 < number < 2_958_466:  # the year 9999
            return self.epoch + timedelta(days=number)
        return int(number) if number.is_integer() else number


class _Sheet(_Text):
    """One worksheet."""

    def __init__(self, cells: _Cells, gauge: Gauge) -> None:
        super().__init__()
        self._cells, self._gauge = cells, gauge
        self._rows: list[GridRow] = []
        self._merged: list[Merged] = []
        self._hidden_columns: set[int] = set()
        self._number = 0
        self._row_hidden = False
        self._row: dict[int, Value] = {}
        self._struck: set[int] = set()
        self._column = -1
        self._cell: Attributes = {}
        self._is_formula = False

    def grid(self, name: str, hidden: bool) -> Grid:
        """Return the sheet once it is parsed."""
        self._rows.sort(key=lambda row: row.number)
        fill_merged(self._rows, self._merged)
        emptied = hide_columns(self._rows, self._hidden_columns)
        return Grid(name, self._rows, hidden, emptied)

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._cell = attributes
            self._column = _column_of(attributes.get("r"), self._column + 1)
            self._is_formula = False
        elif tag == "f":
            self._is_formula = True
        elif tag == "row":
            self._number = int(attributes.get("r") or self._number + 1)
            self._row_hidden = attributes.get("hidden") in _TRUE
            self._column = -1
        elif tag == "mergeCell":
            self._gauge.hold(4)
            self._merged.append(_merged(attributes.get("ref", "")))
        elif tag == "col" and (attributes.get("hidden") in _TRUE or attributes.get("width") == "0"):
            last = min(int(attributes.get("max", "0")), MAX_COLUMNS)
            self._hidden_columns.update(range(int(attributes.get("min", "1")) - 1, last))
        else:
            super().start(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag == "row":
            self._end_row()
        else:
            super().end(tag)

    def _end_cell(self) -> None:
        style = self._cell.get("s", "0")
        kind, text = self._cell.get("t", "n"), self.taken()
        value = self._cells.value(kind, style, text)
        if self._is_formula and not text and kind != "str":
            value = CellError.UNCALCULATED
        if is_blank(value):
            return
        if self._column >= MAX_COLUMNS:
            raise too_wide(self._number, self._column)
        self._row[self._column] = value
        if style in self._cells.styles.struck:
            self._struck.add(self._column)

    def _end_row(self) -> None:
        if self._row:
            values = [self._row.get(column) for column in range(max(self._row) + 1)]
            values = self._gauge.trimmed(self._number, values)
            struck = frozenset(self._struck)
            self._rows.append(GridRow(self._number, values, self._row_hidden, struck))
            self._row.clear()
            self._struck.clear()


@lru_cache(maxsize=20_000)
def _letters(letters: str) -> int:
    return reduce(lambda index, letter: index * 26 + ord(letter) - 64, letters, 0) - 1


def _column_of(reference: str | None, following: int) -> int:
    if not reference:
        return following  # allowed: the cell comes right after the one before
    return _letters(reference.rstrip("0123456789"))


def _merged(reference: str) -> Merged:
    first, _, last = reference.partition(":")
    (left, top), (right, bottom) = (_corner(corner) for corner in (first, last or first))
    return Merged(top, left, bottom, right)


def _corner(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return _letters(letters), int(reference[len(letters) :])
