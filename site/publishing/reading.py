"""From the bytes of any file to grids. What it is, its content says, never its name."""

import zipfile
from io import BytesIO

from publishing.grids import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_PART,
    MAX_RATIO,
    MAX_UNPACKED,
    Grid,
    UnreadableFile,
)

__all__ = ["MAX_BYTES", "UnreadableFile", "read_grids"]

_SAVE_AS = "请用 Excel 或 WPS 打开原来的表格，另存为 .xlsx 后再上传。"
_DAMAGED = "文件已损坏或不完整，无法读取。" + _SAVE_AS
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NO_TABLES = {
    b"%PDF": "这是 PDF 文件，不是表格。",
    b"\x89PNG": "这是图片，不是表格。",
    b"\xff\xd8\xff": "这是图片，不是表格。",
    b"GIF8": "这是图片，不是表格。",
    b"Rar!": "这是压缩包，不是表格。",
    b"7z\xbc\xaf": "这是压缩包，不是表格。",
    b"\x1f\x8b": "这是压缩包，不是表格。",
    b"{\\rtf": "这是文档，不是表格。",
}
_OTHER_PACKAGES = {
    "word/": "这是 Word 文档，不是表格。",
    "ppt/": "这是演示文稿，不是表格。",
    "content.xml": "这是 OpenDocument 文件，本站不读。",
    "xl/workbook.bin": "这是二进制的 .xlsb 文件，本站不读。",
}


def read_grids(data: bytes) -> list[Grid]:
    """Return every sheet of a file in its order.

    Reads .xlsx, .xls, text in UTF-8, GBK, GB 18030 and UTF-16 with any usual separator, and HTML
    tables. Raises UnreadableFile with one sentence for the officer, and nothing else.
    """
    # The parsers are a fifth of the site's imports, and most of its processes never read a file.
    from publishing.textfile import read_text
    from publishing.xls import read_xls
    from publishing.xlsx import read_xlsx

    _refuse_what_is_no_table(data)
    try:
        if data.startswith(_ZIP):
            _check_package(data)
            return read_xlsx(data)
        if data.startswith(_OLE):
            return read_xls(data)
        return read_text(data)
    except UnreadableFile:
        raise
    except Exception:  # noqa: BLE001 - a hostile file makes parsers raise anything at all
        # Not chained: the parsers' messages quote the content, and messages end in logs.
        raise UnreadableFile(_DAMAGED) from None


def _refuse_what_is_no_table(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise UnreadableFile(f"文件超过 {MAX_BYTES // 2**20} MB，没有读取。请拆分后再上传。")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("文件是空的。请检查后再上传。")
    for mark, sentence in _NO_TABLES.items():
        if data.startswith(mark):
            raise UnreadableFile(sentence + _SAVE_AS)


def _check_package(data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
    names = {entry.filename.replace("\\", "/").lower() for entry in entries}
    for part, sentence in _OTHER_PACKAGES.items():
        if any(name.startswith(part) for name in names):
            raise UnreadableFile(sentence + _SAVE_AS)
    if not any(name.startswith("xl/") for name in names):
        raise UnreadableFile("这是压缩包，不是表格。请解压后上传里面的表格。")
    if any(entry.flag_bits & 1 for entry in entries):
        from publishing.xls import locked

        raise locked()
    unpacked = sum(entry.file_size for entry in entries)
    bomb = unpacked > MAX_PART and unpacked > MAX_RATIO * len(data)
    known = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the standard allows no other
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or bomb:
        raise UnreadableFile("文件解开后过大，没有读取。请把名单复制到新表格后再上传。")
    if not {entry.compress_type for entry in entries} <= known:
        raise UnreadableFile(_DAMAGED)
