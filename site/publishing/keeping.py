"""What the worker read of a file, as bytes beside it: a list is read once, approved, published.

Compressed JSON: the names of the fields, then their values, row by row. Other fields than today's
are no longer understood, and the file is read again.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any

from publishing.findings import Finding, Severity
from publishing.rows import ListKind, ListRow
from publishing.sheet import Reading

_FAST = 1
_NAMES = [[each.name for each in fields(kind)] for kind in (ListRow, Finding)]
_DATES = tuple(n for n, each in enumerate(fields(ListRow)) if "date" in str(each.type))
_TEXTS = tuple(n for n, each in enumerate(fields(ListRow)) if "tuple" in str(each.type))


def kept(reading: Reading) -> bytes:
    """Return a reading as bytes."""
    said = {
        "fields": _NAMES,
        "kind": reading.kind,
        "as_of": reading.as_of,
        "rows": _values(reading.rows, _NAMES[0]),
        "findings": _values(reading.findings, _NAMES[1]),
    }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _FAST)


def reading_of(content: bytes) -> Reading | None:
    """Return the reading that was kept, or None where it is not understood any more."""
    said = json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass"))
    if said["fields"] != _NAMES:
        return None
    return Reading(
        ListKind(said["kind"]),
        _day(said["as_of"]),
        tuple(_row(values) for values in said["rows"]),
        tuple(Finding(code, Severity(how), *rest) for code, how, *rest in said["findings"]),
    )


def _values(each_of: Iterable[object], names: list[str]) -> list[Any]:
    return list(map(attrgetter(*names), each_of))


def _row(values: list[Any]) -> ListRow:
    for place in _DATES:
        values[place] = _day(values[place])
    for place in _TEXTS:
        values[place] = tuple(values[place])
    return ListRow(*values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
