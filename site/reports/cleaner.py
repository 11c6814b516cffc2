"""Run as a program of its own: one file in at stdin, the cleaned file out at stdout.

A hostile file meets only this process: bounded memory, time and output, no file and no connection
to open, no secrets in its environment. Imports nothing of ours. Answer: one line of JSON, then the
bytes. `{"refused": reason}` where the file is not taken; `reports/files.py` has the sentences.
"""

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator

import pikepdf
import pikepdf.sanitize
import pillow_heif
from PIL import (  # noqa: F401 - later nothing can be loaded
    Image,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.ExifTags import GPS, IFD, Base

MEMORY, SECONDS = 1536 * 1024 * 1024, 20
MOST_PIXELS = 64_000_000  # more than a phone's; three bytes each while it is open
LONGEST_SIDE = 2560  # pixels: print on a shop sign stays readable
QUALITY = 85
MOST_PAGES, MOST_OBJECTS = 60, 20_000
MOST_UNPACKED = 96 * 1024 * 1024  # bytes, all streams of a PDF together

_IMAGES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
_ACTIVE = (b"%pdf-", b"<html", b"<script", b"<svg", b"<!doctype", b"<?php", b"#!/")
_PAGE_KEYS = {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit"}
_TELLING = (
    "/Metadata", "/PieceInfo", "/LastModified", "/AA", "/A", "/Annots", "/OC", "/OPI", "/AF",
    "/StructParents", "/StructParent", "/Thumb", "/Alternates", "/Measure", "/PtData",
    "/Properties",
)  # fmt: skip
# JPEG (ITU T.81, B.1.1): frames, tables, scans; Adobe's marker says how colours are coded. Inside a
# scan FF is followed by 00 or a restart, anything else ends it.
_NEEDED = {bytes([marker]) for marker in (*range(0xC0, 0xD0), *range(0xDA, 0xE0))}
_COLOURS = b"\xff\xee\x00\x0eAdobe"
_SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


class Refused(Exception):
    """The file is not taken; the argument is the reason."""


def cleaned(data: bytes) -> tuple[str, list[str], bytes]:
    """Return kind, what was removed, and the new file; raises Refused."""
    if data.startswith(b"%PDF-"):
        return "pdf", *_clean_pdf(data)
    form = _image_format(data)
    if any(word in data[:4096].lower() for word in _ACTIVE) or _is_zip(data):
        raise Refused("two_files_in_one" if form else "not_a_photo")
    if form is None:
        raise Refused("not_a_photo")
    return "image", *_clean_image(data, form)


def _image_format(data: bytes) -> str | None:
    for magic, form in _IMAGES.items():
        if data.startswith(magic):
            return form
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    return None


def _is_zip(data: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(data))  # also an archive hung on behind something else


def _clean_image(data: bytes, form: str) -> tuple[list[str], bytes]:
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    PngImagePlugin.MAX_TEXT_CHUNK = 4 * 1024 * 1024
    try:
        image = Image.open(io.BytesIO(data), formats=[form])
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise Refused("too_many_pixels")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()  # PNG tells its comments only now
        removed = _told_by(image)
        upright = ImageOps.exif_transpose(image)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Refused("too_many_pixels") from None
    except Exception:  # noqa: BLE001 - whatever a decoder makes of a broken file
        raise Refused("broken") from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    flat = Image.new("RGB", upright.size, "white")
    rgba = upright.convert("RGBA")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)  # pixels only: flat has no `info`
    return removed, out.getvalue()


def _told_by(image: Image.Image) -> list[str]:
    """Return what the file told beside its pixels."""
    exif = image.getexif()
    photo = exif.get_ifd(IFD.Exif)
    info = image.info
    comments = (
        info.get("comment"), getattr(image, "text", None), photo.get(Base.UserComment),
        exif.get(Base.ImageDescription),
    )  # fmt: skip
    found = {
        "place": bool(exif.get_ifd(IFD.GPSInfo).get(GPS.GPSLatitude)),
        "device": any(exif.get(tag) for tag in (Base.Make, Base.Model, Base.Software)),
        "time": bool(exif.get(Base.DateTime) or photo.get(Base.DateTimeOriginal)),
        "author": any(exif.get(tag) for tag in (Base.Artist, Base.Copyright, Base.XPAuthor)),
        "comment": any(comments),
        "description": bool(info.get("xmp") or info.get("photoshop")),
        "colour": bool(info.get("icc_profile")),
    }
    return [name for name, there in found.items() if there]


def _clean_pdf(data: bytes) -> tuple[list[str], bytes]:
    if _is_zip(data):
        raise Refused("two_files_in_one")
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as source:
            return _copied(source)
    except pikepdf.PasswordError:
        raise Refused("password") from None
    except Refused:
        raise
    except MemoryError:
        raise Refused("too_much_inside") from None
    except Exception:  # noqa: BLE001 - whatever a parser makes of a broken file
        raise Refused("broken") from None


def _copied(source: pikepdf.Pdf) -> tuple[list[str], bytes]:
    if source.is_encrypted:
        raise Refused("password")
    if len(source.pages) > MOST_PAGES or len(source.objects) > MOST_OBJECTS:
        raise Refused("too_much_inside")
    _weigh(source)
    removed = _told_by_pdf(source)
    pikepdf.sanitize.remove_javascript(source)
    pikepdf.sanitize.remove_external_access(source)
    pikepdf.sanitize.remove_attachments(source)
    pikepdf.sanitize.remove_multimedia(source)
    new = pikepdf.new()
    for page in source.pages:
        for key in set(page.obj.keys()) - _PAGE_KEYS:
            del page.obj[key]
        new.pages.append(page)
    for thing in new.objects:
        _silence(thing)
    for stream in _streams(new):
        removed += _strip_photo(stream)
    out = io.BytesIO()
    new.save(out, deterministic_id=True)
    return sorted(set(removed)), out.getvalue()


def _silence(thing: object) -> None:
    """Take what tells of its maker out of an object and all that lies directly in it."""
    inside: Iterable[object] = ()
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for key in _TELLING:
            if key in thing:
                del thing[key]
        inside = [value for _key, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        inside = list(thing)
    for value in inside:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            _silence(value)


def _told_by_pdf(source: pikepdf.Pdf) -> list[str]:
    info = source.docinfo
    found = {
        "author": any(key in info for key in ("/Author", "/Title", "/Company")),
        "time": any(key in info for key in ("/CreationDate", "/ModDate")),
        "device": any(key in info for key in ("/Creator", "/Producer")),
        "description": "/Metadata" in source.Root,
        "active": any(key in source.Root for key in ("/OpenAction", "/AA", "/Names", "/AcroForm")),
        "comment": any("/Annots" in page for page in source.pages),
    }
    return [name for name, there in found.items() if there]


def _streams(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream):
            yield thing


def _filters(stream: pikepdf.Stream) -> list[str]:
    named = stream.get("/Filter")
    if named is None:
        return []
    return [str(name) for name in named] if isinstance(named, pikepdf.Array) else [str(named)]


def _weigh(source: pikepdf.Pdf) -> None:
    """Refuse what would burst in the officer's reader: packed twice, or too much when unpacked."""
    total = 0
    for stream in _streams(source):
        filters = _filters(stream)
        packed = [f for f in filters if f in ("/FlateDecode", "/LZWDecode", "/RunLengthDecode")]
        if len(packed) > 1 or "/JPXDecode" in filters or "/Crypt" in filters:
            raise Refused("too_much_inside" if len(packed) > 1 else "unusual_pdf")
        if filters[:1] == ["/FlateDecode"]:
            total += _unpacked_size(bytes(stream.read_raw_bytes()))
        if total > MOST_UNPACKED:
            raise Refused("too_much_inside")
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MOST_PIXELS:
            raise Refused("too_many_pixels")


def _unpacked_size(raw: bytes) -> int:
    unpacker, size = zlib.decompressobj(), 0
    while raw and not unpacker.eof and size <= MOST_UNPACKED:
        size += len(unpacker.decompress(raw, 1024 * 1024))
        raw = unpacker.unconsumed_tail
    return size


def _strip_photo(stream: pikepdf.Stream) -> list[str]:
    """Take the markers that tell of place and camera out of a photo inside a PDF."""
    if _filters(stream) != ["/DCTDecode"]:
        if "/DCTDecode" in _filters(stream):
            raise Refused("unusual_pdf")
        return []
    raw = bytes(stream.read_raw_bytes())
    stripped = _without_markers(raw)
    if stripped == raw:
        return []
    stream.write(stripped, filter=pikepdf.Name.DCTDecode)
    return ["description"]


def _without_markers(jpeg: bytes) -> bytes:
    """Return the first JPEG of the data with nothing but what its pixels need.

    Phones hang a second one behind it, with a description of its own. Raises Refused.
    """
    out, at, seen = bytearray(jpeg[:2]), 2, False
    while jpeg[at : at + 1] == b"\xff" and jpeg[at : at + 2] != b"\xff\xd9":
        marker = jpeg[at + 1 : at + 2]
        if marker == b"\xff":  # filling
            at += 1
            continue
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker == b"\xda":
            scan, seen = _SCAN_END.search(jpeg, end), True
            end = scan.start() if scan else len(jpeg)
        if marker in _NEEDED or jpeg[at : at + 9] == _COLOURS:
            out += jpeg[at:end]
        at = end
    if not seen:
        raise Refused("broken")
    return bytes(out) + b"\xff\xd9"


def main() -> None:
    """Clean stdin to stdout under hard bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # not a byte to any file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    Image.preinit()
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # from here on no file and no socket
    try:
        kind, removed, clean = cleaned(data)
        head: dict[str, object] = {"kind": kind, "removed": removed}
    except Refused as fault:
        head, clean = {"refused": fault.args[0]}, b""
    except MemoryError:
        head, clean = {"refused": "too_many_pixels"}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + clean)


if __name__ == "__main__":
    main()
