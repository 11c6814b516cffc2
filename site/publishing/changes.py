"""All changes of a submission, the gravest first, kept in parts: a page reads one of them."""

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.database import insert_rows
from publishing.models import DifferencePart
from publishing.planning import Plan
from publishing.proposals import Proposal
from register.models import ChangeKind

_GRAVEST_FIRST = (
    ChangeKind.REMOVED,
    ChangeKind.MOVED,
    ChangeKind.WITHDRAWN,
    ChangeKind.ADDED,
    ChangeKind.AMENDED,
)
_LINES = 500  # of a part
_FAST = 1


def parts_of(planned: Plan) -> list[bytes]:
    """Return the parts of a plan's changes as they are kept: compressed JSON."""
    changes = sorted(planned.changes, key=lambda each: _GRAVEST_FIRST.index(each.kind))
    starts = range(0, len(changes), _LINES)
    return [_packed(map(_line, changes[start : start + _LINES])) for start in starts]


def keep(session: Session, number: int, parts: Iterable[bytes]) -> None:
    """Keep the parts of a submission in place of those it had; the caller commits."""
    drop(session, number)
    rows = (
        {"submission_id": number, "part": place, "lines": lines}
        for place, lines in enumerate(parts)
    )
    insert_rows(session, DifferencePart, rows)


def drop(session: Session, number: int) -> None:
    """Drop the parts of a submission; the caller commits."""
    session.execute(sa.delete(DifferencePart).filter_by(submission_id=number))


def changes_of(
    session: Session, number: int, offset: int = 0, limit: int = _LINES
) -> list[dict[str, Any]]:
    """Return so many changes of a submission: code, name, kind, before, after, fields."""
    first, last = offset // _LINES, (offset + limit - 1) // _LINES
    found = (
        sa.select(DifferencePart.lines)
        .where(DifferencePart.submission_id == number, DifferencePart.part.between(first, last))
        .order_by(DifferencePart.part)
    )
    lines = [line for packed in session.scalars(found) for line in _unpacked(packed)]
    start = offset - first * _LINES
    return lines[start : start + limit]


def _line(each: Proposal) -> dict[str, Any]:
    return {
        "code": each.institution.code,
        "name": each.institution.name,
        "kind": each.kind.value,
        "before": each.before,
        "after": each.after,
        "fields": each.fields,
    }


def _packed(lines: Iterable[dict[str, Any]]) -> bytes:
    text = json.dumps(list(lines), ensure_ascii=False)
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _FAST)


def _unpacked(packed: bytes) -> Iterator[dict[str, Any]]:
    yield from json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))
