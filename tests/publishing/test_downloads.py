"""What anyone may take away: the same lists in files that other programs read right."""

import csv
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from portal.database import db
from publishing.downloads import FILES, Dataset, Making, folder_of, for_people
from publishing.fields import FIELDS, JSON_ONLY, VERSION
from publishing.files import COLUMNS, canonical
from register.frozen import list_bytes
from register.models import Edition, EditionFile, Institution
from tests.pages import PageClient
from tests.services import need

AREA = "359901"
TRAPS = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def newest() -> Edition:
    edition = db.session.scalars(sa.select(Edition).order_by(Edition.number.desc())).first()
    assert edition is not None
    return edition


def listed() -> list[dict[str, Any]]:
    institutions: list[dict[str, Any]] = json.loads(list_bytes(db.session, newest()))[
        "institutions"
    ]
    return institutions


def fetch(client: PageClient, path: str, **headers: str) -> TestResponse:
    """Fetch a file whole, as a client that reads to the end and hangs up."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.raw.get(path, headers=given)
    response.get_data()
    response.close()
    return response


def rows_of(client: PageClient, name: str, encoding: str) -> list[dict[str, str]]:
    response = fetch(client, f"/data/{AREA}/{name}")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.data.decode(encoding), newline="")))


def test_every_file_holds_every_institution_and_says_as_of_when(demo_client: PageClient) -> None:
    edition, entries = newest(), listed()
    plain = rows_of(demo_client, "list-plain.csv", "utf-8")
    assert [row["code"] for row in plain] == [entry["code"] for entry in entries]
    assert {(r["area"], r["edition"], r["as_of"]) for r in plain} == {
        (AREA, "2", edition.as_of.isoformat())
    }
    people = rows_of(demo_client, "list.csv", "utf-8-sig")
    assert [row["编号"].strip() for row in people] == [entry["code"] for entry in entries]
    assert {row["截至日期"] for row in people} == {edition.as_of.isoformat()}
    whole = fetch(demo_client, f"/data/{AREA}/list.json").get_json()
    assert whole["editions"] == [{"area": AREA, "edition": 2, "as_of": edition.as_of.isoformat()}]
    own = [{k: v for k, v in i.items() if k not in {"area", "edition", "as_of"}}
           for i in whole["institutions"]]  # fmt: skip
    assert own == entries
    book = openpyxl.load_workbook(
        io.BytesIO(fetch(demo_client, f"/data/{AREA}/list.xlsx").data), read_only=True
    )
    table = list(book["名单"].iter_rows(values_only=True))
    assert [row[3] for row in table[1:]] == [entry["code"] for entry in entries]
    assert {cell for row in table for cell in row if not isinstance(cell, str | None)} == set()
    about = " ".join(str(cell) for row in book["说明"].iter_rows(values_only=True) for cell in row)
    assert f"第2期 截至{edition.as_of}" in about


def test_only_the_file_for_people_has_a_byte_order_mark(demo_client: PageClient) -> None:
    marked = {
        name: fetch(demo_client, f"/data/{AREA}/{name}").data.startswith(b"\xef\xbb\xbf")
        for name in FILES
    }
    assert [name for name, yes in marked.items() if yes] == ["list.csv"]


def trapped(demo: Flask) -> Edition:
    """Put hostile words and long codes into the newest edition's bytes."""
    edition, entries = newest(), listed()
    for entry, trap in zip(entries, TRAPS, strict=False):
        entry["name"] = trap
        entry["uscc"], entry["licence_number"] = "009350900000000001", "1350990170000001"
    file = db.session.get(EditionFile, (edition.id, "list.json"))
    assert file is not None
    file.content = canonical(
        {"area": AREA, "as_of": "2026-01-01", "number": 2, "institutions": entries}
    )
    db.session.commit()
    return edition


def test_no_cell_made_for_people_is_run_and_machines_get_the_words(
    demo: Flask, demo_client: PageClient
) -> None:
    trapped(demo)
    people = rows_of(demo_client, "list.csv", "utf-8-sig")
    assert [row["机构名称"] for row in people[: len(TRAPS)]] == ["'" + trap for trap in TRAPS]
    book = openpyxl.load_workbook(io.BytesIO(fetch(demo_client, f"/data/{AREA}/list.xlsx").data))
    cells = [book["名单"].cell(row, 5) for row in range(2, len(TRAPS) + 2)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert {str(cell.value)[0] for cell in cells} == {"'"}
    plain = rows_of(demo_client, "list-plain.csv", "utf-8")
    assert [row["name"] for row in plain[: len(TRAPS)]] == TRAPS


def test_libreoffice_opens_the_csv_with_its_codes_whole(
    demo: Flask, demo_client: PageClient, tmp_path: Path
) -> None:
    need("libreoffice-calc-nogui")
    trapped(demo)
    (tmp_path / "list.csv").write_bytes(fetch(demo_client, f"/data/{AREA}/list.csv").data)
    (tmp_path / "book.xlsx").write_bytes(fetch(demo_client, f"/data/{AREA}/list.xlsx").data)
    # 44 , 34 " 76 UTF-8: what its dialogue offers; all else as it would guess.
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--infilter=CSV:44,34,76,1", "--convert-to", "fods", "--outdir", tmp_path,
         tmp_path / "list.csv"], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", tmp_path,
         tmp_path / "book.xlsx"], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    opened = (tmp_path / "list.fods").read_text("utf-8")
    assert "table:formula" not in opened
    for entry in listed():
        for code in (entry["code"], entry["uscc"], entry["licence_number"]):
            if code:
                assert re.search(f"<text:p>{code}(<text:tab/>)?</text:p>", opened), code
    again = list(csv.reader(io.StringIO((tmp_path / "book.csv").read_text("utf-8"))))
    assert [row[3] for row in again[1:]] == [entry["code"] for entry in listed()]
    assert [row[9] for row in again[1:]] == [entry["uscc"] or "" for entry in listed()]


def test_a_client_that_has_the_file_is_sent_nothing(demo_client: PageClient) -> None:
    for encoding in ("identity", "br"):
        first = fetch(demo_client, f"/data/{AREA}/list.csv", Accept_Encoding=encoding)
        again = fetch(
            demo_client,
            f"/data/{AREA}/list.csv",
            Accept_Encoding=encoding,
            If_None_Match=first.headers["ETag"],
        )
        assert (again.status_code, again.data) == (304, b""), encoding


def test_a_broken_download_goes_on_where_it_stopped(demo_client: PageClient) -> None:
    whole = fetch(demo_client, f"/data/{AREA}/list.csv", Accept_Encoding="identity")
    part = fetch(demo_client,
        f"/data/{AREA}/list.csv",
        Range="bytes=100-199", If_Range=whole.headers["ETag"], Accept_Encoding="br",
    )  # fmt: skip
    assert (part.status_code, part.data) == (206, whole.data[100:200])
    assert "Content-Encoding" not in part.headers
    other = fetch(
        demo_client,
        f"/data/{AREA}/list.csv",
        Range="bytes=100-199",
        If_Range='"another"',
        Accept_Encoding="identity",
    )
    assert (other.status_code, other.data) == (200, whole.data)
    beyond = fetch(demo_client, f"/data/{AREA}/list.csv", Range="bytes=99999999-")
    assert beyond.status_code == 416


def test_the_worker_makes_the_files_before_anybody_asks(demo: Flask) -> None:
    assert demo.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0
    made = [path.name for path in folder_of(demo.config["MINGDAN"]).iterdir()]
    assert len(made) == len(FILES)
    assert all(name.startswith(AREA) for name in made)


def test_files_follow_the_edition_and_old_ones_go(demo: Flask, demo_client: PageClient) -> None:
    folder = demo.config["MINGDAN"].instance / "cache" / "data"
    first = fetch(demo_client, f"/data/{AREA}/list.csv").headers["ETag"]
    newest().manifest += b" "
    db.session.commit()
    assert fetch(demo_client, f"/data/{AREA}/list.csv").headers["ETag"] != first
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("cookie", ["lang=en", "lang=zh-Hant"])
def test_a_file_is_the_same_for_every_reader(demo_client: PageClient, cookie: str) -> None:
    asked = fetch(demo_client, f"/data/{AREA}/list.csv", Cookie=cookie)
    assert "机构名称" in asked.data.decode("utf-8-sig").splitlines()[0]


@pytest.mark.parametrize("path", ["000000/list.csv", f"{AREA}/list.pdf", "x/list.csv", "all/"])
def test_what_is_not_offered_is_not_there(demo_client: PageClient, path: str) -> None:
    demo_client.visit(f"/data/{path}", status=404)


def test_every_address_on_the_page_is_a_file(demo_client: PageClient) -> None:
    links = demo_client.visit("/data").links(f"/data/{AREA}/")
    assert len(links) == len(FILES)
    assert {fetch(demo_client, link).status_code for link in links} == {200}
    assert fetch(demo_client, "/data/all/list-plain.csv").status_code == 200


def paths_in(value: Any, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return set().union(*(paths_in(v, f"{path}.{k}".strip(".")) for k, v in value.items()))
    if isinstance(value, list):
        return set().union(*(paths_in(v, f"{path}[]") for v in value))
    return {path}


def test_the_dictionary_describes_every_field_and_no_other(demo_client: PageClient) -> None:
    whole = fetch(demo_client, "/data/all/list.json").get_json()
    found = set().union(*(paths_in(entry) for entry in whole["institutions"]))
    lists = {"former_names", "kinds"}
    said = {f.path or f.name + "[]" * (f.name in lists) for f in (*FIELDS, *JSON_ONLY)}
    assert found <= said
    assert said - found <= {"disclosure.fee[].note"}  # allowed, but not in the demo
    page = demo_client.visit("/data/fields")
    assert [name for field in (*FIELDS, *JSON_ONLY) if (name := field.name) not in page.words] == []


def test_the_columns_of_version_one_are_frozen() -> None:
    assert VERSION == 1
    assert [field.name for field in FIELDS] == ["area", "edition", "as_of", *COLUMNS]


def test_words_for_people_are_words(demo: Flask) -> None:
    institution = db.session.scalars(sa.select(Institution).limit(1)).one()
    row: dict[str, Any] = {field.name: None for field in FIELDS}
    row |= {"status": "black", "kinds": ["TY", "??"], "name": institution.name}
    nothing = Dataset(AREA, ())
    cells = for_people(row, Making(nothing, {"TY": "体育类"}, {"black": "黑名单"}, lambda _: b""))
    assert "黑名单" in cells
    assert "体育类；??" in cells
    assert not re.search("None", "".join(cells))
