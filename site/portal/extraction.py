"""Words of the reference data for the catalogues: an extraction method of Babel for CSV files."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO

Message = tuple[int, str, str, list[str]]  # line, function, text, comments


def from_csv(
    file: BinaryIO,
    _keywords: Collection[str],
    _comment_tags: Collection[str],
    options: Mapping[str, str],
) -> Iterator[Message]:
    """Yield every value of the columns that option `columns` names (pyproject.toml)."""
    rows = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"), newline=""))
    for row in rows:
        for column in options["columns"].split(","):
            yield rows.line_num, "gettext", row[column], []
