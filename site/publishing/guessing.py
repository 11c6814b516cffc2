"""What a file seems to cover, from its titles and headers: a guess that the officer confirms."""

import re
import zipfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from publishing.columns import Column
from publishing.models import Coverage
from publishing.reading import UnreadableFile, read_grids
from publishing.sheet import BLACK_COLUMNS, ListKind
from publishing.tables import Table, dates_as_of, find_table
from publishing.wall import WORDS, looks_like_disclosure
from publishing.wording import read_kinds
from register.kinds import Kinds

# A larger file is not opened while an officer waits: its name has to do, the worker reads it.
_SMALL = 2 * 2**20
_SMALL_UNPACKED = 32 * 2**20
_CHANGES_ONLY = re.compile("新增|增补|补充|变更|调整|注销|变动|退出")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file seems to cover; as_of is None where neither title nor name says it."""

    list_kind: ListKind
    coverage: Coverage
    kinds: tuple[str, ...]  # codes; empty = all
    as_of: date | None


def guess(data: bytes, filename: str, kinds: Kinds) -> Guess:
    """Return what a file seems to cover; raises UnreadableFile for a small one that is no table."""
    if not _is_small(data):
        kind = ListKind.BLACK if "黑名单" in filename else ListKind.WHITE
        return Guess(kind, _coverage(kind, filename), (), max(dates_as_of(filename), default=None))
    grids = [grid for grid in read_grids(data) if grid.rows and not grid.hidden]
    tables = [table for grid in grids if (table := find_table(grid))]
    walls = [table for grid in grids if (table := find_table(grid, WORDS))]
    if not (tables or walls):
        raise UnreadableFile(
            "没有找到表头：要有一行写明“机构名称”和其他各列的名称。请补上后再上传。"
        )
    titles = " ".join([filename, *(title for table in tables for title in table.titles)])
    kind = _list_kind(tables, titles)
    days = [day for table in tables or walls for day in table.dates()] or dates_as_of(filename)
    coverage = _coverage(kind, titles)
    codes = _kinds(tables, kinds) if coverage is Coverage.COMPLETE else ()
    return Guess(kind, coverage, codes, max(days, default=None))


def _is_small(data: bytes) -> bool:
    if len(data) > _SMALL:
        return False
    if not data.startswith(b"PK"):
        return True
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return sum(entry.file_size for entry in archive.infolist()) <= _SMALL_UNPACKED
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return True  # the reader knows the sentence


def _list_kind(tables: list[Table], titles: str) -> ListKind:
    if not tables or any(looks_like_disclosure(table) for table in tables):
        return ListKind.INFO
    if "白名单" in titles:
        return ListKind.WHITE
    looks_black = any(len(BLACK_COLUMNS & table.header.places.keys()) > 1 for table in tables)
    return ListKind.BLACK if "黑名单" in titles or looks_black else ListKind.WHITE


def _coverage(kind: ListKind, titles: str) -> Coverage:
    # A black list grows by decisions: nobody leaves it for not being in the next sheet.
    whole = kind is ListKind.WHITE and not _CHANGES_ONLY.search(titles)
    return Coverage.COMPLETE if whole else Coverage.ADDITIONS


def _kinds(tables: list[Table], kinds: Kinds) -> tuple[str, ...]:
    """Return the main kinds of the rows where every row says one, else none: that is all."""
    found = set()
    for record in (record for table in tables for record in table.records()):
        named = read_kinds(record.text(Column.KIND)) or record.kinds
        found.add(kinds.code(named[0]) if named else None)
    if None in found or len(found) == len(kinds.names):
        return ()
    return tuple(code for code in kinds.names if code in found)
