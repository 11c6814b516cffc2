"""The names to check: pasted, or from the column of a sheet that looks like names."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO

from portal.i18n import gettext
from publishing.cells import as_text
from publishing.columns import Column, column_of
from publishing.grids import Grid
from publishing.reading import UnreadableFile, read_grids
from publishing.tables import find_table
from publishing.textfile import decode
from search import fold

MAX_NAMES = 200
MAX_NAME = 200  # characters, as in a search
MAX_FILE = 2**20  # bytes; 200 rows are a twentieth of that
MAX_UNPACKED = 8 * 2**20  # bytes of all parts: an officer's file may be larger, a stranger's not

_SEPARATOR = re.compile(r"[\r\n\t,，;；]+")
_ORDINAL = re.compile(r"^\s*[（(]?\d{1,3}(?:[、.．)）]\s*|\s+)(?=\D)")
_LIKE_A_NAME = re.compile(
    r"培训|学校|中心|公司|工作室|俱乐部|教育|艺术|机构|托管|学院|书院|琴行|[0-9A-Z]{18}"
)
_HAN = re.compile(r"[\u3400-\u9fff]")


class NoNames(ValueError):
    """There is nothing to check. Its text is one sentence that says what to do."""


def names_given(text: str, data: bytes) -> list[str]:
    """Return the names in a text and in the bytes of a sheet, each once; raises NoNames."""
    given = [*_pasted(text), *(_in_sheet(data) if data else ())]
    names = list(dict.fromkeys(name for name in map(str.strip, given) if fold(name)))
    if not names:
        raise NoNames(gettext("请写上要查的名字，一行一个，或者选一个表格。"))
    if len(names) > MAX_NAMES:
        raise NoNames(
            gettext(
                "一次最多查%(most)s家，这里有%(count)s家。请分几次查。",
                most=MAX_NAMES,
                count=len(names),
            )
        )
    if too_long := next((name for name in names if len(name) > MAX_NAME), ""):
        raise NoNames(gettext("“%(start)s……”太长了。请一行只写一个名字。", start=too_long[:12]))
    return names


def _pasted(text: str) -> Iterator[str]:
    for piece in _SEPARATOR.split(text):
        yield _ORDINAL.sub("", piece)


def _in_sheet(data: bytes) -> list[str]:
    _check_size(data)
    try:
        grids = [grid for grid in read_grids(data) if not grid.hidden]
    except UnreadableFile as fault:
        raise NoNames(str(fault)) from None
    for grid in grids:
        if names := _under_header(grid) or _by_looks(grid):
            return names
    raise NoNames(gettext("表格里没有找到写机构名称的那一列。请把名字复制到上面的框里。"))


def _check_size(data: bytes) -> None:
    if len(data) > MAX_FILE:
        raise NoNames(too_large())
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return  # the reader knows the sentence
        if unpacked > MAX_UNPACKED:
            raise NoNames(too_large())
    elif data[:4] != b"\xd0\xcf\x11\xe0" and _is_html(data):
        raise NoNames(gettext("请选 .xlsx、.xls 或 .csv 表格。"))


def _is_html(data: bytes) -> bool:
    try:
        return decode(data).lstrip("\ufeff \r\n\t")[:1] == "<"
    except UnreadableFile as fault:
        raise NoNames(str(fault)) from None


def too_large() -> str:
    """Return the refusal of a file that is too large."""
    return str(gettext("表格太大。请只留下写名字的那一列，不超过1 MB。"))


def _under_header(grid: Grid) -> list[str]:
    table = find_table(grid)
    records = table.records() if table else ()
    return _known(record.text(Column.NAME) or record.text(Column.USCC) for record in records)


def _by_looks(grid: Grid) -> list[str]:
    """Return the column with most cells that read like names of institutions."""
    width = max((len(row.values) for row in grid.rows), default=0)
    columns = [
        _known(as_text(row.values[at]) for row in grid.rows if at < len(row.values))
        for at in range(width)
    ]
    best = max(columns, key=_likeness, default=[])
    return best if _likeness(best) > (0, 0) else []


def _known(cells: Iterable[str]) -> list[str]:
    texts = (" ".join(cell.split()) for cell in cells)
    return [text for text in texts if fold(text) and not _is_header(text)]


def _is_header(text: str) -> bool:
    return len(text) < 10 and column_of(text) is not None


def _likeness(cells: list[str]) -> tuple[int, int]:
    like = sum(_LIKE_A_NAME.search(cell) is not None for cell in cells)
    return like, len({cell for cell in cells if _HAN.search(cell)})
