"""A folder of generations: one is current, the next is written beside it and swapped in whole.

`CURRENT` names the current one and is replaced by an atomic rename, so at any moment, after a kill
or a power cut too, readers find a whole generation or none. `LOCK` lets one process build at a time
and falls open when its holder dies.
"""

import fcntl
import json
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

FORMAT = 3  # raise when fold, terms or records change: what older code built then counts as none
_CURRENT, _LOCK, _MANIFEST, _PREFIX = "CURRENT", "LOCK", "manifest.json", "generation-"


class NoIndex(LookupError):
    """No usable index stands in the folder: none was built yet, or its files are damaged."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One whole index."""

    folder: Path
    revision: int


class Generations:
    """The generations in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._stamp: tuple[int, int] | None = None
        self._known: Generation | None = None
        self._sums: dict[tuple[int, int, int], int] = {}  # of files, by inode, size and time

    def current(self) -> Generation | None:
        """Return the current generation, or None where there is none whose files are whole.

        Costs two looks at the folder; files are read only when another generation was swapped in.
        """
        with self._lock:
            while (stamp := self._pointer_stamp()) is not None:
                if stamp == self._stamp and self._known and self._known.folder.exists():
                    return self._known
                known = self._pointed_at()
                # Its files may have been swept while they were read: then CURRENT has changed.
                if known is not None or stamp == self._pointer_stamp():
                    self._stamp, self._known = stamp, known
                    return known
            return None

    def changed_at(self) -> datetime:
        """Return when the current generation was swapped in, in UTC; raises NoIndex."""
        try:
            return datetime.fromtimestamp((self.folder / _CURRENT).stat().st_mtime, UTC)
        except FileNotFoundError as error:
            raise NoIndex(f"no search index in {self.folder}") from error

    @contextmanager
    def building(self) -> Iterator[None]:
        """Wait until nobody else builds in this folder, and keep others waiting."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """Hand out an empty folder for a generation; it goes again if building it fails."""
        folder = self.folder / f"{_PREFIX}{secrets.token_hex(8)}"
        folder.mkdir()
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def publish(self, generation: Generation) -> None:
        """Make a written generation the current one, on the disk too."""
        files = sorted(path for path in generation.folder.rglob("*") if path.is_file())
        sums = {str(file.relative_to(generation.folder)): self._checksum(file) for file in files}
        manifest = {"format": FORMAT, "revision": generation.revision, "files": sums}
        (generation.folder / _MANIFEST).write_text(json.dumps(manifest), "utf-8")
        for path in (*generation.folder.rglob("*"), generation.folder):
            _to_disk(path)
        pointer = self.folder / f"{_CURRENT}.new"
        pointer.write_text(generation.folder.name, "utf-8")
        _to_disk(pointer)
        pointer.replace(self.folder / _CURRENT)
        _to_disk(self.folder)

    def sweep(self, in_use: set[Path]) -> None:
        """Remove generations that are neither current nor in use, and what killed builders left.

        Only for the holder of the lock: any other folder might be one in the making.
        """
        current = self.current()
        kept = in_use | ({current.folder} if current else set())
        for folder in self.folder.glob(f"{_PREFIX}*"):
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _checksum(self, path: Path) -> int:
        status = path.stat()
        # A part that generations share is read once.
        stamp = status.st_ino, status.st_size, status.st_mtime_ns
        if stamp not in self._sums:
            with path.open("rb") as file:
                total = 0
                while block := file.read(1 << 20):
                    total = zlib.crc32(block, total)
            self._sums[stamp] = total
        return self._sums[stamp]

    def _pointer_stamp(self) -> tuple[int, int] | None:
        try:
            status = (self.folder / _CURRENT).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _pointed_at(self) -> Generation | None:
        try:
            name = Path((self.folder / _CURRENT).read_text("utf-8")).name
            folder = self.folder / name
            manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
            sums = {file: self._checksum(folder / file) for file in manifest["files"]}
            if manifest["format"] == FORMAT and sums == manifest["files"]:
                return Generation(folder, int(manifest["revision"]))
        except (OSError, ValueError, LookupError, TypeError):
            pass  # missing, cut short or overwritten: it cannot be used, and a rebuild mends it
        return None


def share(part: Path, folder: Path) -> None:
    """Make a part of one generation a part of another one, too, without copying its files."""
    shared = folder / part.name
    shared.mkdir()
    for file in part.iterdir():
        (shared / file.name).hardlink_to(file)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
