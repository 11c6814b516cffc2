"""What every file becomes first: grids of plain values, within limits no file can leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

MAX_BYTES = 64 * 2**20  # a list of 200,000 rows and 20 columns is about 20 MB
MAX_UNPACKED = 600 * 2**20  # the same list unpacked is about 250 MB
MAX_PART = 32 * 2**20  # styles and the like, which are held as a whole
MAX_ENTRIES = 10_000  # parts in an xlsx; a list has about twenty
MAX_RATIO = 300  # unpacked to packed; sheets are 10–40, only bombs go beyond
MAX_ROWS = 300_000  # no province has as many institutions
MAX_COLUMNS = 200  # the widest return seen has 60
MAX_CELLS = 12_000_000  # what keeps the memory below 3 GB


# Most columns say the same few things over and over: so many answers are remembered. Where cells
# are asked about, by type as well: 1 and 1.0 are one key otherwise.
REPEATED = 4096


class UnreadableFile(ValueError):
    """The file cannot be read. Its text is one Chinese sentence that says what to do."""


class CellError(Enum):
    """A cell without a value that is not empty: its row is kept."""

    ERROR = "#"  # what Excel shows as #N/A, #REF! and so on
    UNCALCULATED = "="  # a formula whose value nobody saved


Value = str | int | float | datetime | CellError | None


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: its number from 1, as the officer sees it, and its values from column A."""

    number: int
    values: list[Value]
    hidden: bool = False
    struck: frozenset[int] = frozenset()  # columns from 0 whose text is struck through


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: only rows with content, merged cells filled, hidden columns already emptied."""

    name: str = ""
    rows: list[GridRow] = field(default_factory=list)
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()  # those that had content


class Merged(NamedTuple):
    """A merged range: row numbers from 1, columns from 0, all inclusive."""

    top: int
    left: int
    bottom: int
    right: int


def is_blank(value: Value) -> bool:
    """Tell whether a cell holds nothing to see."""
    return value is None or (isinstance(value, str) and not value.strip(" \t\r\n\xa0\u3000\u200b"))


def column_letters(index: int) -> str:
    """Return A for 0, AA for 26."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters, index = chr(65 + rest) + letters, index - 1
    return letters


class Gauge:
    """Counts the rows and cells of a file and refuses what is too big."""

    def __init__(self) -> None:
        self._rows = self._cells = 0

    def trimmed(self, number: int, values: Sequence[Value]) -> list[Value]:
        """Return the values without blank ones at the end, after counting them."""
        width = len(values)
        while width and is_blank(values[width - 1]):
            width -= 1
        if width > MAX_COLUMNS:
            raise too_wide(number, width - 1)
        self._rows += bool(width)
        self._cells += width
        if self._rows > MAX_ROWS:
            raise UnreadableFile(f"表格超过 {MAX_ROWS} 行，没有读取。请按类别或镇街拆分后再上传。")
        self.hold(0)
        return list(values[:width])

    def hold(self, cells: int) -> None:
        """Count cells that are kept besides the rows."""
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise UnreadableFile("表格内容过多，没有读取。请删去无关的列和工作表后再上传。")


def too_wide(number: int, column: int) -> UnreadableFile:
    """Return the refusal of content far right of any list."""
    return UnreadableFile(
        f"第 {number} 行 {column_letters(column)} 列还有内容，超出 {MAX_COLUMNS} 列的上限。"
        "请删去表格以外的内容后再上传。"
    )


def fill_merged(rows: list[GridRow], ranges: Iterable[Merged]) -> None:
    """Give every cell of a merged range the value of its first one.

    Only rows with content of their own are filled. Ranges cannot overlap, so together they have no
    more cells than the sheet; more is a file made to keep us busy.
    """
    places = {row.number: place for place, row in enumerate(rows)}
    budget = len(rows) * MAX_COLUMNS
    for top, left, bottom, right in ranges:
        first, right = places.get(top), min(right, MAX_COLUMNS - 1)
        if first is None or left >= len(rows[first].values):
            continue
        value = rows[first].values[left]
        for place in range(first, len(rows)):
            if rows[place].number > bottom:
                break
            budget -= right - left + 1
            if budget < 0:
                raise UnreadableFile("合并单元格互相重叠，文件已损坏。请另存为 .xlsx 后再上传。")
            _fill(rows[place].values, left, right, value)


def _fill(values: list[Value], left: int, right: int, value: Value) -> None:
    values.extend([None] * (right + 1 - len(values)))
    for column in range(left, right + 1):
        if is_blank(values[column]):
            values[column] = value


def hide_columns(rows: list[GridRow], columns: Iterable[int]) -> frozenset[int]:
    """Empty these columns; returns those that had content."""
    emptied = set()
    for column in columns:
        for row in rows:
            if column < len(row.values) and not is_blank(row.values[column]):
                row.values[column] = None
                emptied.add(column)
    return frozenset(emptied)
