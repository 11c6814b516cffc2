"""Editions: frozen, chained, signed; checked with the real openssl and sha256sum."""

import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.database import db
from portal.settings import ROOT
from portal.templating import file_size
from publishing.files import canonical, list_csv, list_json, list_xlsx, listed
from register.models import Edition, Standing
from tests.pages import PageClient
from tests.publishing.every_python import copied, hashes, workbook

AREA = "359901"
SUPPORTED = (11, 12, 13)
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


def pythons() -> dict[str, str]:
    """Return version → program of each supported Python on this machine but this one."""
    found = {}
    kept = [*map(str, Path.home().glob(".pyenv/versions/*/bin/python")),
            *filter(None, (shutil.which(f"python3.{minor}") for minor in SUPPORTED))]  # fmt: skip
    for program in kept:
        asked = subprocess.run([program, "-V"], capture_output=True, text=True, check=False)
        version = asked.stdout.removeprefix("Python ").strip().rpartition(".")[0]
        if asked.returncode == 0 and version in {f"3.{minor}" for minor in SUPPORTED}:
            found[version] = program
    found.pop(f"3.{sys.version_info.minor}", None)
    return found


def test_the_bytes_are_those_written_down() -> None:
    assert hashes() == WRITTEN_DOWN
    assert {info.date_time for info in workbook().infolist()} == {(1980, 1, 31, 0, 0, 0)}


def test_the_bytes_are_the_same_on_every_python_there_is() -> None:
    """On each other supported Python of this machine, with this one's libraries."""
    others = pythons()
    if not others:
        pytest.skip("only one supported Python on this machine")
    libraries = sysconfig.get_paths()["purelib"]
    env = {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), libraries]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for version, program in others.items():
        command = [program, str(Path(__file__).with_name("every_python.py"))]
        made = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert made.stdout.split() == WRITTEN_DOWN, (version, made.stderr)


def test_the_demo_has_two_editions_of_this_month_and_the_last(demo: Flask) -> None:
    from demo.loading import this_month

    editions = db.session.scalars(sa.select(Edition).order_by(Edition.number)).all()
    assert [edition.number for edition in editions] == [1, 2]
    assert editions[1].as_of == this_month()
    assert editions[0].as_of < editions[1].as_of


def test_sizes_are_in_words_of_the_page(demo_client: PageClient) -> None:
    sizes = demo_client.visit(f"/editions/{AREA}/2").tree.xpath(
        "//ul[contains(@class, 'files')]//span/text()"
    )
    assert "64字节" in sizes  # the signature
    assert [size for size in sizes if not size.endswith(("字节", " KB", " MB"))] == []
    assert [file_size(n) for n in (0, 1023, 1024, 2**20 * 3)] == [
        "0字节", "1023字节", "1.0 KB", "3.0 MB",
    ]  # fmt: skip
