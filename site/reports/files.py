"""Photos and PDFs of a reporter, cleaned while the request waits; nothing touches the disk.

Each file goes through a pipe to `cleaner.py`, a process of its own with hard bounds, and comes
back as pixels only (or as the bare pages of a PDF). What it was called is forgotten.
"""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask_limiter import RateLimitExceeded
from werkzeug.datastructures import FileStorage

from portal.i18n import gettext
from portal.i18n import lazy_gettext as _
from portal.limits import FILES_PER_CLIENT, limiter
from portal.uploads import Forgotten
from reports.models import FileKind

MOST_AT_ONCE = 5
MOST_BYTES = 12 * 1024 * 1024  # of one file; a phone's photo has 3 to 8
MOST_CLEAN_BYTES = 8 * 1024 * 1024
MOST_UPLOAD = MOST_AT_ONCE * MOST_BYTES + 1024 * 1024  # of one sending, with its form
FREE_SPACE = 512 * 1024 * 1024  # below it only words are taken
TYPES = "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf"
_PATIENCE = 30.0  # seconds for one file, with the wait for its turn
_CLEANER = Path(__file__).with_name("cleaner.py")
_rooms = threading.BoundedSemaphore(4)  # sendings with files at once: other threads serve the rest
_turns = threading.BoundedSemaphore(2)  # decoders at once, whatever comes in

_REFUSED = {
    "not_a_photo": _(
        "不是照片，也不是PDF。只收jpg、png、webp、heic照片和PDF；Word、表格、网页请先截图。"
    ),
    "two_files_in_one": _("里面还藏着另一种文件，没有收。请重新拍一张或截图。"),
    "too_many_pixels": _("像素太多，打不开。请截图或拍小一点。"),
    "too_much_inside": _("PDF太大或页数太多（最多60页）。请只留要紧的几页，或截图。"),
    "unusual_pdf": _("这个PDF的写法少见，没法去掉里面的个人信息。请截图。"),
    "password": _("PDF设了密码，打不开。请去掉密码，或截图。"),
    "broken": _("文件坏了，打不开。请重新拍一张或截图。"),
    "too_big": _("太大了，一个最多12MB。请截图或拍小一点。"),
    "too_long": _("处理太久，没有收。请截图后再试。"),
}
_REMOVED = {
    "place": _("拍摄地点"),
    "device": _("手机或软件型号"),
    "time": _("拍摄时间"),
    "author": _("作者"),
    "comment": _("备注"),
    "description": _("附加说明"),
    "colour": _("颜色档案"),
    "active": _("自动运行的内容"),
}


class FileRefused(ValueError):
    """A file is not taken; the message is the sentence for its sender."""


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file without anything but what one sees, and what it told before."""

    kind: FileKind
    data: bytes
    removed: tuple[str, ...]


def cleaned_files(uploads: Sequence[FileStorage], disk: Path) -> tuple[CleanFile, ...]:
    """Return the cleaned files of a form; raises FileRefused naming the first that is not taken.

    `disk` is where the database lies; below `FREE_SPACE` words go through and files do not.
    Decoding is dear, taken or not: a client has so many turns, the site so many at once; beyond
    that words still go through.
    """
    if any(isinstance(upload.stream, Forgotten) for upload in uploads):
        raise FileRefused(gettext("这些文件加起来超过了60MB，没有收。请少选几个，或截图后再选。"))
    given = [data for upload in uploads if (data := upload.stream.read())]
    if not given:
        return ()
    if len(given) > MOST_AT_ONCE:
        raise FileRefused(gettext("一次最多5个文件。"))
    if shutil.disk_usage(disk).free < FREE_SPACE:
        raise FileRefused(gettext("服务器空间不够，现在只收文字。请先不带文件提交。"))
    if not _rooms.acquire(blocking=False):
        raise FileRefused(gettext("现在送文件的人太多。请过一分钟再发，或先不带文件发送。"))
    try:
        _count()
        return tuple(_cleaned(data, place) for place, data in enumerate(given, start=1))
    finally:
        _rooms.release()


def said_removed(files: Sequence[CleanFile]) -> list[str]:
    """Return in words what was taken out of the files, each thing once."""
    found = {name for file in files for name in file.removed}
    return [str(words) for name, words in _REMOVED.items() if name in found]


def _count() -> None:
    try:
        with limiter.shared_limit(FILES_PER_CLIENT, scope="files"):
            pass
    except RateLimitExceeded:
        raise FileRefused(gettext("这一小时送来的文件太多了。请先不带文件发送。")) from None


def _cleaned(data: bytes, place: int) -> CleanFile:
    if len(data) > MOST_BYTES:
        raise _refusal("too_big", place)
    head, _newline, clean = _through_cleaner(data, place).partition(b"\n")
    try:
        told = json.loads(head)
    except ValueError:  # killed at its bounds before it could say why
        raise _refusal("broken", place) from None
    if "refused" in told:
        raise _refusal(told["refused"], place)
    if len(clean) > MOST_CLEAN_BYTES:
        raise _refusal("too_big", place)
    return CleanFile(FileKind(told["kind"]), clean, tuple(told["removed"]))


def _through_cleaner(data: bytes, place: int) -> bytes:
    if not _turns.acquire(timeout=_PATIENCE):
        raise _refusal("too_long", place)
    try:
        command = [sys.executable, "-I", str(_CLEANER)]  # -I: nothing of ours, no environment
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=_PATIENCE,
            cwd="/",
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refusal("too_long", place) from None
    finally:
        _turns.release()
    return done.stdout


def _refusal(reason: str, place: int) -> FileRefused:
    sentence = gettext("第%(place)s个文件", place=place)
    return FileRefused(f"{sentence}{_REFUSED[reason]}")
