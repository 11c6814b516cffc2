"""What a file may not bring in, and what it may not tell. Real files, the real process."""

import contextlib
import io
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage

from portal.limits import FILES_PER_CLIENT
from reports import files, receipt_views
from reports.files import CleanFile, FileRefused, cleaned_files, said_removed
from reports.models import FileKind
from tests.pages import Page, PageClient
from tests.reports.pictures import MARKS, office_file, pdf, pdf_bomb, photo
from tests.reports.test_tips import TEXT, form, receipt_of


def clean(app: Flask, *data: bytes) -> tuple[CleanFile, ...]:
    with app.test_request_context():
        return cleaned_files([FileStorage(io.BytesIO(d), "a.jpg") for d in data], Path("/"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_keeps_its_pixels_and_nothing_else(app: Flask, form: str) -> None:
    data = photo(form)
    assert b"XIAOMI-MARK" in data, "the test's own photo must tell something"
    (one,) = clean(app, data)
    assert one.kind is FileKind.IMAGE
    with Image.open(io.BytesIO(one.data)) as image:
        assert (image.format, dict(image.getexif())) == ("JPEG", {})
        assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & set(image.info)
        assert sorted(image.size) == [480, 640]
    assert not any(mark.encode() in one.data for mark in MARKS)
    assert b"Exif" not in one.data
    assert {"place", "device", "time", "author", "colour"} <= set(one.removed)


def test_a_photo_lies_as_it_was_held(app: Flask) -> None:
    (one,) = clean(app, photo("JPEG"))
    with Image.open(io.BytesIO(one.data)) as image:
        assert image.size == (480, 640)  # orientation 6: a quarter turn


def test_the_sender_is_told_what_was_removed(app: Flask) -> None:
    with app.test_request_context():
        words = said_removed(cleaned_files([FileStorage(io.BytesIO(photo()))], Path("/")))
    assert words[:3] == ["拍摄地点", "手机或软件型号", "拍摄时间"]


def test_a_large_photo_becomes_a_small_one(app: Flask) -> None:
    (one,) = clean(app, photo("JPEG", (6000, 4000)))
    with Image.open(io.BytesIO(one.data)) as image:
        assert max(image.size) == 2560


def _unpacked(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as copy:
        copy.save(out := io.BytesIO(), stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    return out.getvalue()


def test_a_pdf_keeps_its_pages_and_nothing_else(app: Flask) -> None:
    inside = photo()
    (one,) = clean(app, pdf(inside))
    assert one.kind is FileKind.PDF
    with pikepdf.open(io.BytesIO(one.data)) as copy:
        assert len(copy.pages) == 1
        assert not copy.docinfo
        assert not {"/OpenAction", "/Names", "/Metadata", "/AcroForm"} & set(copy.Root.keys())
        assert "/Annots" not in copy.pages[0]
        (picture,) = copy.pages[0].get_images().values()
        kept = picture.read_raw_bytes()
        assert Image.open(io.BytesIO(kept)).size == (640, 480)
    for mark in (*MARKS, "SCRIPT-MARK", "Exif"):
        assert mark.encode() not in _unpacked(one.data), mark
    assert {"author", "time", "active", "comment", "description"} <= set(one.removed)


@pytest.mark.parametrize(
    "inside",
    [
        photo() + photo(),  # a gain map, or the second picture of an MPO
        photo(progressive=True) + photo(),
        photo(mode="CMYK"),
        photo()[:-2] + b"\xff\xff\xff\xd9" + photo(),
        b"\xff\xd8\xff\xee\x00\x0eAUTHOR-MARK " + photo()[2:],
    ],
    ids=["second", "progressive", "cmyk", "filled", "marker"],
)
def test_a_photo_in_a_pdf_keeps_its_pixels_and_nothing_else(app: Flask, inside: bytes) -> None:
    (one,) = clean(app, pdf(inside))
    for mark in (*MARKS, "Exif"):
        assert mark.encode() not in _unpacked(one.data), mark
    with pikepdf.open(io.BytesIO(one.data)) as copy:
        (picture,) = copy.pages[0].get_images().values()
        kept = Image.open(io.BytesIO(picture.read_raw_bytes()))
        taken = Image.open(io.BytesIO(inside))
        assert kept.tobytes() == taken.tobytes()


def test_a_layer_of_a_pdf_has_no_name(app: Flask) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(photo()))) as source:
        layer = pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="LAYER-MARK")
        source.pages[0].Resources.Properties = pikepdf.Dictionary(L=source.make_indirect(layer))
        source.save(out)
    (one,) = clean(app, out.getvalue())
    assert b"LAYER-MARK" not in _unpacked(one.data)


def test_what_pages_inherit_goes_with_them(app: Flask) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as source:
        del source.pages[0].obj["/MediaBox"]
        source.Root.Pages.MediaBox = [0, 0, 123, 45]
        source.save(out)
    (one,) = clean(app, out.getvalue())
    with pikepdf.open(io.BytesIO(one.data)) as copy:
        assert list(copy.pages[0].mediabox) == [0, 0, 123, 45]


HTML = b"<html><script>alert(1)</script></html>"
REFUSED = {
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "html": HTML,
    "office": office_file(),
    "program": b"\x7fELF" + bytes(100),
    "words": "我要举报".encode(),
    "gif": b"GIF89a" + bytes(50),
    "tiff": b"II*\0" + bytes(50),
    "a photo and an archive": photo() + office_file(),
    "a photo that is a page": photo()[:20] + HTML + photo()[20:],
    "a photo that is a pdf": photo()[:20] + b"%PDF-1.7\n" + photo()[20:],
    "a pdf and an archive": pdf() + office_file(),
    "a pdf after something": b"MZ" + pdf(),
    "half a photo": photo()[:300],
    "half a pdf": pdf()[:300],
    "only a beginning": b"\xff\xd8\xff",
    "a gif called heic": b"\0\0\0\x18ftypavif" + bytes(50),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_and_no_pdf_is_refused_with_a_sentence(app: Flask, name: str) -> None:
    with pytest.raises(FileRefused, match=r"^第1个文件.+。$"):
        clean(app, REFUSED[name])


def pixel_bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("twice", [False, True])
def test_a_pdf_that_bursts_is_refused(app: Flask, *, twice: bool) -> None:
    bomb = pdf_bomb(twice=twice)
    assert len(bomb) < files.MOST_BYTES
    with pytest.raises(FileRefused, match="PDF太大"):
        clean(app, bomb)


def test_a_photo_that_bursts_is_refused(app: Flask) -> None:
    with pytest.raises(FileRefused, match="像素太多"):
        clean(app, pixel_bomb())


def test_a_pdf_with_a_password_is_refused(app: Flask) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as source:
        source.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(FileRefused, match="密码"):
        clean(app, out.getvalue())


def test_a_second_bad_file_is_named(app: Flask) -> None:
    with pytest.raises(FileRefused, match="第2个文件"):
        clean(app, photo(), HTML)


def test_six_are_too_many_and_empty_fields_are_none(app: Flask) -> None:
    assert clean(app, b"", b"") == ()
    with pytest.raises(FileRefused, match="最多5个"):
        clean(app, *[photo(size=(20, 20))] * 6)


def test_files_wait_where_the_disk_is_nearly_full(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 10**6))
    with pytest.raises(FileRefused, match="只收文字"):
        clean(app, photo())
    assert clean(app, b"") == ()


def test_decoding_is_counted_also_where_it_refuses_and_words_go_through(
    demo_client: PageClient,
) -> None:
    def post(data: bytes, status: int) -> Page:
        fields: dict[str, Any] = {**form(demo_client), "files": (io.BytesIO(data), "a.jpg")}
        return demo_client.send("/report/new", fields, status)

    for _ in range(int(FILES_PER_CLIENT.partition("/")[0])):
        page = post(HTML, 422)
    assert "不是照片" in page.words
    page = post(photo(size=(20, 20)), 422)
    assert "先不带文件发送" in page.words
    assert TEXT in page.words
    assert receipt_of(post(b"", 200))


def padded(length: int) -> io.BytesIO:
    data = photo(size=(20, 20))
    return io.BytesIO(data + bytes(length - len(data)))


def test_the_bound_is_what_the_form_says(demo_client: PageClient) -> None:
    fields: dict[str, Any] = {**form(demo_client)}
    page = demo_client.send("/report/new", fields | {"step": "preview"})
    (chosen,) = page.tree.xpath("//input[@type='file']")
    assert (int(chosen.get("data-each")), int(chosen.get("data-count"))) == (
        files.MOST_BYTES, files.MOST_AT_ONCE,
    )  # fmt: skip
    assert files.MOST_UPLOAD > files.MOST_AT_ONCE * files.MOST_BYTES


def test_too_much_is_refused_and_the_words_are_kept(
    demo_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_views, "MOST_UPLOAD", 100_000)

    def two() -> list[tuple[io.BytesIO, str]]:
        return [(padded(60_000), f"{n}.jpg") for n in range(2)]

    fields: dict[str, Any] = {**form(demo_client)}
    page = demo_client.send("/report/new", fields | {"files": two()}, 422)
    assert "超过了60MB" in page.words
    assert TEXT in page.words
    code = receipt_of(demo_client.send("/report/new", fields))
    token = demo_client.visit("/receipt").token()
    answer: dict[str, Any] = {"csrf_token": token, "code": code, "text": "还有一件事"}
    page = demo_client.send("/receipt/answer", answer | {"files": two()}, 422)
    assert "超过了60MB" in page.words
    assert "还有一件事" in page.text


def test_few_uploads_cannot_hold_the_site(demo_client: PageClient) -> None:
    fields: dict[str, Any] = form(demo_client)

    def post(status: int) -> Page:
        upload = (io.BytesIO(photo(size=(20, 20))), "a.jpg")
        return demo_client.send("/report/new", fields | {"files": upload}, status)

    with contextlib.ExitStack() as others:
        for _ in range(4):
            others.enter_context(files._rooms)
        page = post(422)
        assert "先不带文件发送" in page.words
        assert TEXT in page.words
    assert receipt_of(post(200))


OPENINGS = {
    "a file of the server": "open('/etc/passwd')",
    "a file to write": "os.open(target, os.O_CREAT | os.O_WRONLY)",
    "a connection": "socket.socket()",
    "a name": "socket.getaddrinfo('localhost', 80) and socket.create_connection(('localhost', 80))",
    "a copy of what is open": "os.dup(1)",
    "after closing what is open": "os.close(0) or open('/etc/passwd')",
    "a higher bound": "resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9)) or open('/etc/passwd')",
}


def test_the_process_can_open_nothing(tmp_path: Path) -> None:
    """Asked from inside, after it cleaned a photo: its bounds are its own lines."""
    target = tmp_path / "written"
    probe = (
        "import io, os, resource, socket, sys\n"
        f"sys.path.insert(0, {str(files._CLEANER.parent)!r})\n"
        "import cleaner; cleaner.main()\n"
        f"target, openings = {str(target)!r}, {OPENINGS!r}\n"
        "if os.geteuid() == 0: del openings['a higher bound']  # root may\n"
        "for name, opening in openings.items():\n"
        "    try: eval(opening)\n"
        "    except (OSError, ValueError): continue\n"
        "    print(name, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", probe], input=photo(), capture_output=True, env={}, check=True
    )
    assert done.stdout.startswith(b'{"kind": "image"')
    assert done.stderr.decode() == ""
    assert not target.exists()
