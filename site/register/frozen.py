"""Reading what an edition said from its own bytes, which is what the public saw.

`list.json` is canonical (docs/verify.md): its entries stand in the order of their codes, so one is
found without reading the others, and two lists are compared without holding either in memory.
"""

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from register.models import Edition, EditionFile, EditionNote, NoteKind

Entry = dict[str, Any]  # one institution, the fields of /data/fields

_OPENS = '"institutions":['
_CHUNK = 1 << 18  # characters read at once
_LONGEST = 1 << 16  # bytes; a longer entry is read too, only slower
_decoder = json.JSONDecoder()


class Withheld(Exception):
    """The lists of an edition are not handed out; `note` is the public decision that says so."""

    def __init__(self, edition: Edition, note: EditionNote) -> None:
        super().__init__(f"{edition.area_code}/{edition.number}")
        self.edition, self.note = edition, note


def withheld_by(edition: Edition) -> EditionNote | None:
    """Return the decision by which an edition's lists are not handed out."""
    return next((note for note in edition.notes if note.kind is NoteKind.WITHHELD), None)


def withheld_editions() -> sa.Select[int]:
    """Return the statement of the ids of all editions whose lists are not handed out."""
    return sa.select(EditionNote.edition_id).filter_by(kind=NoteKind.WITHHELD)


def file_bytes(session: Session, edition: Edition, name: str) -> bytes | None:
    """Return a list file of an edition, or None where there is none of this name.

    The one way lists go out: raises Withheld. The bytes themselves stay, for `editions verify`.
    """
    if note := withheld_by(edition):
        raise Withheld(edition, note)
    return session.scalar(
        sa.select(EditionFile.content).filter_by(edition_id=edition.id, name=name)
    )


def list_bytes(session: Session, edition: Edition) -> bytes:
    """Return the list.json of an edition; raises Withheld."""
    content = file_bytes(session, edition, "list.json")
    if content is None:
        raise LookupError(f"{edition.area_code}/{edition.number}")
    return content


def entries(file: BinaryIO) -> Iterator[Entry]:
    """Yield the entries of a list.json one after another, in the order of their codes.

    The file is taken over, and closed with the iterator.
    """
    text = io.TextIOWrapper(file, encoding="utf-8")
    buffer = text.read(_CHUNK)
    at = buffer.index(_OPENS) + len(_OPENS)
    while True:
        if buffer[at : at + 1] == ",":
            at += 1
        try:
            entry, at = _decoder.raw_decode(buffer, at)
        except json.JSONDecodeError:  # cut off in the middle, or the list ends here
            more = text.read(_CHUNK)
            if not more:
                return
            buffer, at = buffer[at:] + more, 0
            continue
        yield entry


def entry_of(content: bytes, code: str) -> Entry | None:
    """Return the entry of an institution in a list.json, or None where it holds none."""
    at = content.find(f'"code":"{code}"'.encode())
    start = at
    while start > 0:  # inside a string quotes are escaped, so this finds nothing but objects
        start = content.rfind(b'{"', 0, start)
        for end in (start + _LONGEST, len(content)):
            try:
                entry, _ = _decoder.raw_decode(content[start:end].decode("utf-8", "ignore"))
            except json.JSONDecodeError:
                continue
            if entry.get("code") == code:
                found: Entry = entry
                return found
            break
    return None
