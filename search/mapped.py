"""Whoosh's files, mapped into memory: shared by all processes, and no call to the system a read.

Whoosh maps files, too, but then copies each of them into every process.
"""

import os
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

_PEEKED = 64  # bytes: more than the head of any posting list


class MappedStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """The files of one folder, for reading."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False, readonly=True)

    def open_file(self, name: str, **_options: Any) -> "MappedFile":
        """Return a file; raises FileNotFoundError."""
        with (Path(self.folder) / name).open("rb") as file:
            return MappedFile(memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)), name)


class MappedFile(StructFile):  # type: ignore[misc]  # Whoosh has no types
    """A file, or a file within a file; it stays readable when its name is gone."""

    def __init__(self, view: memoryview, name: str | None = None) -> None:
        super().__init__(self, name)  # what reads from the wrapped file reads here
        self._view, self._at = view, 0

    def get(self, position: int, length: int) -> bytes:
        """Return bytes from a position; fewer at the end."""
        return bytes(self._view[position : position + length])

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, all that are left for -1."""
        start = self._at
        self._at = len(self._view) if size < 0 else min(start + size, len(self._view))
        return bytes(self._view[start : self._at])

    def peek(self, _size: int = 0) -> bytes:
        """Return some of the next bytes without going on: pickle then reads once, not often."""
        return bytes(self._view[self._at : self._at + _PEEKED])

    def readline(self) -> bytes:
        """Return the rest of the line."""
        line = self.peek()
        while b"\n" not in line and len(line) < len(self._view) - self._at:
            line = self.get(self._at, 2 * len(line))
        return self.read(line.find(b"\n") + 1 or len(line))

    def seek(self, where: int, whence: int = os.SEEK_SET) -> None:
        """Go to a position."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._view)}
        self._at = base[whence] + where

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def subset(self, offset: int, length: int, name: str | None = None) -> "MappedFile":
        """Return a part as a file of its own."""
        return MappedFile(self._view[offset : offset + length], name)

    def close(self) -> None:
        """Leave it to Python: other parts of the same map may be in use."""
        self.is_closed = True
