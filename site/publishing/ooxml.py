"""The package around an .xlsx: its parts in a zip, found by relations, parsed without a tree."""

import posixpath
import zipfile
from collections.abc import Mapping
from typing import IO

from lxml import etree

from publishing.grids import MAX_PART, UnreadableFile

Attributes = Mapping[str, str]

_CHUNK = 1 << 16


class Listener:
    """Hears the elements of a part by their local names. This one needs none of them."""

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text, or a piece of it."""


class Package:
    """The parts of the zip, found by their relations and never by their usual names."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        # Some programs write back slashes, or other capitals than in the relations.
        self._parts = {_plain(entry.filename): entry for entry in archive.infolist()}

    def related(self, part: str, kind: str) -> dict[str, str]:
        """Return the parts of a kind that a part refers to and that are there, by relation id."""
        folder, name = posixpath.split(part)
        relations = _Relations(kind)
        if _plain(f"{folder}/_rels/{name}.rels") in self._parts:
            self.parse(f"{folder}/_rels/{name}.rels", relations)
        paths = ((key, posixpath.join("/", folder, path)) for key, path in relations.found.items())
        return {key: _plain(path) for key, path in paths if _plain(path) in self._parts}

    def parse(self, part: str, listener: Listener, *, big: bool = False) -> None:
        """Parse a part; one that is not big must fit in the memory."""
        entry = self._parts[_plain(part)]
        if not big and entry.file_size > MAX_PART:
            raise UnreadableFile("表格的样式部分异常庞大，没有读取。请把内容复制到新表格后再上传。")
        with self._archive.open(entry) as stream:
            _parse(stream, listener)


def _plain(path: str) -> str:
    return posixpath.normpath("/" + path.replace("\\", "/")).lstrip("/").lower()


def _parse(stream: IO[bytes], listener: Listener) -> None:
    parser = etree.XMLParser(
        target=_NoDoctype(listener),  # type: ignore[arg-type] # lxml calls what is there, with str
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
    )
    while chunk := stream.read(_CHUNK):
        parser.feed(chunk)
    parser.close()


class _NoDoctype:
    """Passes local names on, and refuses the declarations an XML bomb needs; a sheet has none."""

    def __init__(self, listener: Listener) -> None:
        self._start, self._end, self.data = listener.start, listener.end, listener.data

    def start(self, tag: str, attributes: Attributes) -> None:
        self._start(tag.rpartition("}")[2], attributes)

    def end(self, tag: str) -> None:
        self._end(tag.rpartition("}")[2])

    def doctype(self, *_: object) -> None:
        raise UnreadableFile(
            "文件里有不该有的实体声明，没有读取。请用 Excel 另存为 .xlsx 后再上传。"
        )

    def close(self) -> None:
        """Nothing to hand back: the listener keeps what it found."""


class _Relations(Listener):
    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.found: dict[str, str] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/" + self._kind):
            self.found[attributes.get("Id", "")] = attributes.get("Target", "")
