"""Editions: frozen, chained, signed; checked with the real openssl and sha256sum."""

import hashlib
import io
import json
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.database import db
from publishing.copies import InstitutionCopy, StandingCopy
from publishing.files import canonical, list_csv, list_json, list_xlsx, listed
from register.models import Edition, Standing, Status
from tests.pages import PageClient

AREA = "359901"
WRITTEN_DOWN = ["a9446849144fe280", "ab36a9d664eb095b", "a21d84dcca63224c"]
FILES = ("manifest.json", "manifest.sig", "list.json", "list.csv", "list.xlsx")


@pytest.fixture
def fetched(demo_client: PageClient, tmp_path: Path) -> Path:
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in FILES:
            response = demo_client.raw.get(f"/editions/{AREA}/{number}/{name}")
            assert response.status_code == 200
            (folder / name).write_bytes(response.data)
        key_id = json.loads((folder / "manifest.json").read_bytes())["key_id"]
        key = demo_client.raw.get(f"/keys/{key_id}.pem")
        (folder / "key.pem").write_bytes(key.data)
    return tmp_path


def openssl_accepts(folder: Path) -> bool:
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json"
    done = subprocess.run(
        [*command.split(), "-sigfile", "manifest.sig"], cwd=folder, capture_output=True, check=False
    )
    return done.returncode == 0


def sha256sum(path: Path) -> str:
    return subprocess.run(
        ["sha256sum", path], capture_output=True, check=True, text=True
    ).stdout.split()[0]


def test_openssl_and_sha256sum_accept_every_edition(fetched: Path) -> None:
    previous = None
    for number in (1, 2):
        folder = fetched / str(number)
        assert openssl_accepts(folder)
        manifest = json.loads((folder / "manifest.json").read_bytes())
        assert set(manifest["files"]) == {"list.json", "list.csv", "list.xlsx"}
        for name, digest in manifest["files"].items():
            assert sha256sum(folder / name) == digest
        assert manifest["previous_sha256"] == previous
        previous = sha256sum(folder / "manifest.json")


def test_one_flipped_byte_is_noticed(fetched: Path) -> None:
    manifest = fetched / "2" / "manifest.json"
    content = bytearray(manifest.read_bytes())
    content[20] ^= 1
    manifest.write_bytes(content)
    assert not openssl_accepts(fetched / "2")


def test_an_edition_holds_every_open_standing(demo_client: PageClient, fetched: Path) -> None:
    listed = json.loads((fetched / "2" / "list.json").read_bytes())["institutions"]
    standing = db.session.scalar(sa.select(sa.func.count(Standing.id)).filter_by(until=None))
    assert len(listed) == standing
    assert [entry["code"] for entry in listed] == sorted(entry["code"] for entry in listed)


def test_the_csv_is_for_excel(fetched: Path) -> None:
    content = (fetched / "2" / "list.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "晨曦湾" in content.decode("utf-8-sig")


def test_the_pages_link_every_edition_and_file(demo_client: PageClient) -> None:
    page = demo_client.visit("/editions")
    assert f"/editions/{AREA}/1" in page.links("/editions/")
    page = demo_client.visit(f"/editions/{AREA}/2")
    for name in FILES:
        assert page.links(f"/editions/{AREA}/2/{name}"), name


def test_the_chart_says_what_the_manifest_says(demo_client: PageClient) -> None:
    page = demo_client.visit(f"/editions/{AREA}/2")
    said = [int(cell.text) for cell in page.tree.xpath("//table[@class='bars']//td[@class='n']")]
    manifest = demo_client.raw.get(f"/editions/{AREA}/2/manifest.json").get_json()
    assert sorted(said) == sorted(manifest["counts"].values())


def test_bytes_may_be_kept_and_are_not_sent_twice(demo_client: PageClient) -> None:
    first = demo_client.raw.get(f"/editions/{AREA}/1/list.json")
    assert "immutable" in first.headers["Cache-Control"]
    again = demo_client.raw.get(
        f"/editions/{AREA}/1/list.json", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_canonical_bytes_do_not_depend_on_order() -> None:
    one = {"b": [1, {"y": "文", "x": None}], "a": True}
    other = {"a": True, "b": [1, {"x": None, "y": "文"}]}
    assert canonical(one) == canonical(other) == '{"a":true,"b":[1,{"x":null,"y":"文"}]}'.encode()


def test_nothing_in_a_spreadsheet_is_run_or_cut() -> None:
    from openpyxl import load_workbook

    pair = copied()
    pair[0].name, pair[0].scope = "=HYPERLINK(1)", "-1"
    pair[0].uscc, pair[0].licence_number = "913501001234567890", "0123"
    csv = list_csv([pair]).decode("utf-8-sig").splitlines()[1]
    assert "'=HYPERLINK(1)" in csv
    assert "'913501001234567890" in csv
    assert "'0123" in csv
    assert "'-1" in csv
    sheet = load_workbook(io.BytesIO(list_xlsx([pair]))).active
    assert sheet is not None
    cells = {cell.value: cell for cell in sheet[2] if cell.value is not None}
    assert {cell.data_type for cell in cells.values()} == {"s"}
    assert {"=HYPERLINK(1)", "913501001234567890", "0123", "-1"} <= set(cells)


def copied(code: str = "AAAA") -> tuple[InstitutionCopy, StandingCopy]:
    standing = StandingCopy(Status.WHITE, date(2026, 1, 1))
    return InstitutionCopy(code, "甲", "甲", standings=[standing]), standing


def test_the_bytes_do_not_depend_on_the_order_of_rows() -> None:
    one = [copied(code)[0] for code in ("AAAA", "BBBB", "CCCC")]
    header = {"area": AREA, "as_of": "2026-06-30", "number": 1}
    made = [
        [list_json(header, pairs), list_csv(pairs), list_xlsx(pairs)]
        for pairs in (listed(one), listed(reversed(one)))
    ]
    assert made[0] == made[1]
    parsed = json.loads(made[0][0])
    assert canonical(parsed) == made[0][0]
    assert [each["code"] for each in parsed["institutions"]] == ["AAAA", "BBBB", "CCCC"]


def test_the_bytes_are_the_same_on_every_python() -> None:
    """Written down once; CI runs this on every Python the site supports."""
    header = {"area": AREA, "as_of": "2026-06-30", "number": 1}
    pairs = [copied("AAAA"), copied("BBBB")]
    pairs[1][0].former_names, pairs[1][0].scope = ["乙", "=丙"], "美术、书法\U00020000"
    book = zipfile.ZipFile(io.BytesIO(list_xlsx(pairs)))
    parts = b"".join(name.encode() + book.read(name) for name in book.namelist())
    made = [list_json(header, pairs), list_csv(pairs), parts]  # how well zlib packs is its own
    assert [hashlib.sha256(content).hexdigest()[:16] for content in made] == WRITTEN_DOWN
    assert {info.date_time for info in book.infolist()} == {(1980, 1, 31, 0, 0, 0)}


def test_the_demo_has_two_editions_of_this_month_and_the_last(demo: Flask) -> None:
    from demo.loading import this_month

    editions = db.session.scalars(sa.select(Edition).order_by(Edition.number)).all()
    assert [edition.number for edition in editions] == [1, 2]
    assert editions[1].as_of == this_month()
    assert editions[0].as_of < editions[1].as_of
