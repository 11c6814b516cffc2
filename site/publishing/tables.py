"""What each row of a grid is: title, header, section, record, total or note.

Rows are told apart by what they say and where, never by their number. An empty row ends nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

from publishing.cells import DITTO, as_text, is_error, is_formula
from publishing.columns import (
    LISTS,
    Column,
    Header,
    Vocabulary,
    column_of,
    find_header,
    header_at,
)
from publishing.dates import dates_in
from publishing.grids import CellError, Grid, GridRow, Value, is_blank
from publishing.wording import read_kinds

_TOTAL = re.compile(r"(?:合|总|小|共)\s*计|总数|本页合计")
_NOTE = re.compile(
    r"(?:附?注|备注|说明|附件?|填表人?|填报(?:人|单位)|制表人?|审核人?|经办人|联系(?:人|电话)|公布单位|发布单位"
    r"|(?:监督|举报).{0,8}|日期|单位)\s*[:：]"
)
_SECTION = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]+[）)、.．]|第[一二三四五六七八九十]+[类部分]|\d+[、.．])"
)
_AS_OF = re.compile(
    r"截[至止](?:日期|时间)?[:：为]?\s*(.{6,16})|(?:统计|数据|更新)(?:日期|时间)[:：]\s*(.{6,16})"
)
_CLAIM = re.compile(r"共(?:计|有)?\s{0,4}(\d{1,7})\s{0,4}[家所个]")
_ORDINAL = re.compile(r"[（(]?[一二三四五六七八九十]+[）)、.．]?")
_LONGEST_NAME_HEADER = 14  # longer names need not be compared with the headers
Cells = Mapping[int, Mapping[Column, str]]  # row → column → text
_KIND_WORD = re.compile("[^、，,；;（）()]*类")

# Copying these from the row above would make two institutions, or two decisions, into one.
_NEVER_COPIED = {
    Column.SEQ,
    Column.NAME,
    Column.USCC,
    Column.LICENCE,
    Column.DECISION,
    Column.ACCOUNT,
    Column.CERTIFICATE,
}


@dataclass(frozen=True, slots=True)
class Record:
    """One row of data: values by column, 同上 resolved, error cells emptied."""

    sheet: str
    number: int
    values: dict[Column, Value]
    kinds: tuple[str, ...]  # of the section, sheet or title it stands under
    dittos: tuple[Column, ...] = ()
    errors: tuple[Column, ...] = ()
    hidden: bool = False
    struck: bool = False

    def text(self, column: Column) -> str:
        """Return a cell as text, empty where there is none."""
        return as_text(self.values.get(column))


@dataclass(frozen=True, slots=True)
class Table:
    """A grid with a recognised header."""

    grid: Grid
    header: Header
    titles: tuple[str, ...]
    words: Vocabulary = LISTS
    mended: Cells = field(default_factory=dict)  # in place of what the cells say

    def records(self) -> Iterator[Record]:
        """Yield the rows of data, under whichever header and section they stand."""
        header, kinds = self.header, self._kinds()
        above: dict[Column, Value] = {}
        rows = self.grid.rows
        place = header.last + 1
        while place < len(rows):
            row = rows[place]
            place += 1
            name = _at(row, header.places[Column.NAME])
            if isinstance(name, str) and _is_name_header(
                name, self.words
            ):  # printed again on a new page
                header = header_at(rows, place - 1, self.words) or header
                place = max(place, header.last + 1)
            elif (only := _only_text(row, header)) is not None:
                kinds = _kinds_of_section(only) or kinds
            elif not _is_total_or_note(row) and _is_record(row, header, self.words):
                record = self._record(row, header, kinds, above)
                above = record.values
                yield record

    def dates(self) -> list[date]:
        """Return the dates that follow 截至 in the titles, or in a note below."""
        below = (_whole_text(row) for row in self.grid.rows[-3:])
        return [found for text in (*self.titles, *below) for found in dates_as_of(text)]

    def claim(self) -> int | None:
        """Return how many institutions the title says there are."""
        found = (_CLAIM.search(normalize("NFKC", title)) for title in self.titles)
        return next((int(match[1]) for match in found if match), None)

    def says(self, words: str) -> bool:
        """Tell whether the sheet's name or titles have these words."""
        return any(words in text for text in (self.grid.name, *self.titles))

    def _kinds(self) -> tuple[str, ...]:
        if len(named := read_kinds(self.grid.name)) == 1:
            return named
        words = [word for title in self.titles for word in _KIND_WORD.findall(title)]
        titled = tuple(dict.fromkeys(kind for word in words for kind in read_kinds(word)))
        return titled if len(titled) == 1 else ()

    def _record(
        self, row: GridRow, header: Header, kinds: tuple[str, ...], above: dict[Column, Value]
    ) -> Record:
        values = {column: _at(row, place) for column, place in header.places.items()}
        values |= self.mended.get(row.number, {})
        dittos, errors = [], []
        for column, value in values.items():
            if not isinstance(value, str):
                if isinstance(value, CellError):
                    values[column] = None
                    errors.extend([column] if is_error(value) else [])
            elif is_error(value) or is_formula(value):
                values[column] = None
                errors.extend([column] if is_error(value) else [])
            elif column not in _NEVER_COPIED and DITTO.fullmatch(value.strip()):
                values[column] = above.get(column)
                dittos.append(column)
        struck = header.places[Column.NAME] in row.struck
        return Record(
            self.grid.name,
            row.number,
            values,
            kinds,
            tuple(dittos),
            tuple(errors),
            row.hidden,
            struck,
        )


def find_table(grid: Grid, words: Vocabulary = LISTS, mended: Cells | None = None) -> Table | None:
    """Return the grid with its header and the titles above, or None if there is no header."""
    header = find_header(grid.rows, words)
    if header is None:
        return None
    titles = tuple(_whole_text(row) for row in grid.rows[: header.first])
    return Table(grid, header, titles, words, mended or {})


def dates_as_of(text: str) -> list[date]:
    """Return the dates that follow 截至 or its like."""
    found = _AS_OF.finditer(normalize("NFKC", text))
    return [day for match in found for day in dates_in(match[1] or match[2])[:1]]


def _at(row: GridRow, place: int) -> Value:
    return row.values[place] if place < len(row.values) else None


def _texts(row: GridRow) -> list[str]:
    return list(
        dict.fromkeys(as_text(value).strip() for value in row.values if not is_blank(value))
    )


def _whole_text(row: GridRow) -> str:
    return " ".join(_texts(row))


def _first_text(row: GridRow) -> str:
    return next((as_text(value).strip() for value in row.values if not is_blank(value)), "")


def _is_name_header(name: str, words: Vocabulary) -> bool:
    known = column_of(name, words) if len(name) < _LONGEST_NAME_HEADER else None
    return known is not None and known[0] is Column.NAME


def _only_text(row: GridRow, header: Header) -> str | None:
    """Return the text of a row that says one thing outside the name's column, or an ordinal."""
    first = _first_text(row)
    name = _at(row, header.places[Column.NAME])
    if not is_blank(name) and as_text(name).strip() != first:
        titled = _ORDINAL.fullmatch(first) and len(_texts(row)) == 2 and read_kinds(as_text(name))
        return as_text(name) if titled else None
    texts = _texts(row)
    if len(texts) != 1:
        return None
    spread = sum(not is_blank(value) for value in row.values) > 1
    return first if is_blank(name) or spread or _SECTION.match(first) else None


def _kinds_of_section(text: str) -> tuple[str, ...]:
    kinds = read_kinds(text) if _SECTION.match(text) or len(text) < 20 else ()
    return kinds if len(kinds) == 1 else ()


def _is_total_or_note(row: GridRow) -> bool:
    first = _first_text(row)
    return _TOTAL.match(first) is not None or _NOTE.match(first) is not None


def _is_record(row: GridRow, header: Header, words: Vocabulary) -> bool:
    places = (header.places[column] for column in words.telling if column in header.places)
    return any(not is_blank(_at(row, place)) for place in places)
