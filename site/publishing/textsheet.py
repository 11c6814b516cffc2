"""A worksheet of plain texts, written a row at a time: XlsxWriter's own cells take four times as
long, which is most of the making of a large edition.

Leans on the inside of XlsxWriter, which is pinned; a test holds the files against its own.
"""

import re
from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_LETTERS = [xl_col_to_name(column) for column in range(256)]
# What must be escaped or kept with care, or may have to be cut.
_SPECIAL = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|_x|^\s|\s$|.{16000}")


class TextSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """For a workbook with `constant_memory`."""

    def write_texts(self, row: int, texts: Sequence[str], style: Format) -> None:
        """Write texts side by side from the first column on; empty ones get no cell."""
        if any(map(_SPECIAL.search, texts)):
            for column, text in enumerate(texts):
                if text:
                    self.write_string(row, column, text, style)
            return
        filled = [(column, text) for column, text in enumerate(texts) if text]
        if filled:
            self._check_dimensions(row, filled[0][0])
            self._check_dimensions(row, filled[-1][0])
            self._write_single_row(row)  # the one before; styles are numbered as they are met
            number = row + 1
            attributes = f'{number}" s="{style._get_xf_index()}" t="inlineStr"'
            cells = [
                f'<c r="{_LETTERS[column]}{attributes}><is><t>{text}</t></is></c>'
                for column, text in filled
            ]
            self.fh.write(f'<row r="{number}">{"".join(cells)}</row>')
