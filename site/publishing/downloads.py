"""The files of /data: made from the editions' bytes, once per edition, kept in the instance.

One institution at a time goes from the bytes to the file, so a list of any length needs no more
memory than its list.json.
"""

import csv
import hashlib
import io
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from portal.i18n import source_language
from portal.settings import Settings
from publishing.fields import FIELDS, JSON_ONLY, LICENCE, TYPES, VERSION, Field
from publishing.textsheet import TextSheet
from register.editions import latest_by_area
from register.frozen import Entry, Withheld, entries, list_bytes, withheld_by
from register.kinds import load_kinds
from register.models import Edition
from register.verdict import WORDS

WHOLE = "all"
_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP: CSV injection
# In a CSV a spreadsheet would read these as numbers, and show a code without its zeros and last
# digits. A tab at the end, which nobody sees, makes it text.
_LOOKS_LIKE_NUMBER = re.compile(r"0\d+|\d{12,}|\d+[Ee]\d+", re.ASCII)

Row = dict[str, Any]  # field → value as the edition has it


@dataclass(frozen=True, slots=True)
class Dataset:
    """The newest editions of one area, or of all of them."""

    scope: str  # an area's code, or WHOLE
    editions: tuple[Edition, ...]  # whose lists are in the files
    withheld: tuple[Withheld, ...] = ()  # those left out, each with the decision

    @property
    def mark(self) -> str:
        """What changes when the files do."""
        said = [str(VERSION), *(hashlib.sha256(e.manifest).hexdigest() for e in self.editions)]
        said += [f"without {each.note.id}" for each in self.withheld]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Making:
    """What the files say beside the rows: the words for kinds and for statuses."""

    dataset: Dataset
    kinds: dict[str, str]
    statuses: dict[str, str]
    content: Callable[[Edition], bytes]

    def rows(self) -> Iterator[tuple[Edition, Entry]]:
        """Yield every institution of every edition."""
        for edition in self.dataset.editions:
            for entry in entries(io.BytesIO(self.content(edition))):
                yield edition, entry


def dataset(session: Session, scope: str) -> Dataset | None:
    """Return the newest editions of a scope, or None where nothing was published for it."""
    newest = latest_by_area(session)
    if scope != WHOLE:
        newest = {code: edition for code, edition in newest.items() if code == scope}
    return _dataset(scope, [e for _, e in sorted(newest.items())]) if newest else None


def folder_of(settings: Settings) -> Path:
    """Return the folder of the files."""
    return settings.instance / "cache" / "data"


def file_of(session: Session, found: Dataset, name: str, folder: Path) -> Path:
    """Return the file of a dataset, made where it is not there yet; `name` is a key of FILES.

    Raises Withheld where nothing is left to hand out.
    """
    if not found.editions:
        raise found.withheld[0]
    path = folder / f"{found.scope}-{found.mark}-{name}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{secrets.token_hex(8)}.part"
    try:
        with source_language():  # a file is the same for every reader
            FILES[name].write(unfinished, _making(session, found))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    for old in folder.glob(f"{found.scope}-*-{name}"):
        if old != path:
            old.unlink(missing_ok=True)
    return path


def make_files(session: Session, folder: Path) -> None:
    """Make every file that is not there yet, so that nobody who downloads has to wait for it."""
    whole = dataset(session, WHOLE)
    if whole is None:
        return
    for each in whole.withheld:
        for path in folder.glob(f"{each.edition.area_code}-*"):
            path.unlink(missing_ok=True)
    for path in folder.glob(f"{WHOLE}-*"):  # it may hold what is withheld by now
        if not path.name.startswith(f"{WHOLE}-{whole.mark}-"):
            path.unlink(missing_ok=True)
    for edition in whole.editions:
        for name in FILES:
            file_of(session, _dataset(edition.area_code, [edition]), name, folder)


def _dataset(scope: str, editions: Iterable[Edition]) -> Dataset:
    given = [(edition, withheld_by(edition)) for edition in editions]
    return Dataset(
        scope,
        tuple(edition for edition, note in given if note is None),
        tuple(Withheld(edition, note) for edition, note in given if note is not None),
    )


def _making(session: Session, found: Dataset) -> Making:
    statuses = {status: str(words[1]) for status, words in WORDS.items()}
    return Making(found, load_kinds(session).names, statuses, partial(list_bytes, session))


def row_of(edition: Edition, entry: Entry) -> Row:
    """Return an institution as one row, a value per field."""
    flat = {**entry, **entry["standing"]}
    flat["area"], flat["edition"] = edition.area_code, edition.number
    flat["as_of"] = edition.as_of.isoformat()
    flat["addresses"] = [place["address"] for place in entry["premises"]]
    return {field.name: flat[field.name] for field in FIELDS}


def for_people(row: Row, making: Making) -> list[str]:
    """Return the cells of a row in words, none of which a spreadsheet would run."""
    words = row | {
        "status": making.statuses[row["status"]],
        "kinds": [making.kinds.get(code, code) for code in row["kinds"]],
    }
    return [_harmless(_text(words[field.name])) for field in FIELDS]


def _text(value: Any) -> str:
    return "；".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(_RUN_AS_FORMULA) else text


def _as_text(cell: str) -> str:
    return cell + "\t" if _LOOKS_LIKE_NUMBER.fullmatch(cell) else cell


def _write_csv(path: Path, making: Making, *, people: bool) -> None:
    # The byte order mark tells Excel on Chinese Windows that this is UTF-8.
    with path.open("w", encoding="utf-8-sig" if people else "utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([str(field.label) if people else field.name for field in FIELDS])
        for edition, entry in making.rows():
            row = row_of(edition, entry)
            words = for_people(row, making) if people else []
            writer.writerow(map(_as_text, words) if people else map(_text, row.values()))


def _write_xlsx(path: Path, making: Making) -> None:
    options = {
        "constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False,
        "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        newest = max(edition.published_at for edition in making.dataset.editions)
        book.set_properties({"title": "校外培训机构名单", "created": newest.replace(tzinfo=None)})
        as_text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet("名单", TextSheet)
        sheet.set_column(0, len(FIELDS) - 1, 18, as_text)
        sheet.freeze_panes(1, 0)
        for column, field in enumerate(FIELDS):
            sheet.write_string(0, column, str(field.label), bold)
        for number, (edition, entry) in enumerate(making.rows(), start=1):
            sheet.write_texts(number, for_people(row_of(edition, entry), making), as_text)
        about = book.add_worksheet("说明")
        about.set_column(0, 3, 30, as_text)
        for number, line in enumerate(_about(making.dataset)):
            for column, cell in enumerate(line):
                about.write_string(number, column, cell, as_text)


def _about(dataset: Dataset) -> Iterator[tuple[str, ...]]:
    for edition in dataset.editions:
        yield (edition.area_code, f"第{edition.number}期", f"截至{edition.as_of}")
    for each in dataset.withheld:
        number, decision = each.edition.number, each.note.decision_number
        yield (each.edition.area_code, f"第{number}期", f"按{decision}停止提供，不在本文件内")
    yield (str(LICENCE),)
    for field in FIELDS:
        yield (str(field.label), field.name, str(field.meaning), str(TYPES[field.type]))


def _write_json(path: Path, making: Making) -> None:
    head = {
        "version": VERSION,
        "licence": str(LICENCE),
        "editions": [
            {"area": e.area_code, "edition": e.number, "as_of": e.as_of.isoformat()}
            for e in making.dataset.editions
        ],
        "withheld": [
            {
                "area": each.edition.area_code,
                "edition": each.edition.number,
                "decision_number": each.note.decision_number,
            }
            for each in making.dataset.withheld
        ],
    }
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "institutions": [')
        between = "\n"
        for edition, entry in making.rows():
            said = {"area": edition.area_code, "edition": edition.number}
            said["as_of"] = edition.as_of.isoformat()
            file.write(between + json.dumps(said | entry, ensure_ascii=False))
            between = ",\n"
        file.write("\n]}\n")


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file."""

    mimetype: str
    write: Callable[[Path, Making], None]


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {
    "list.xlsx": FileKind(_XLSX, _write_xlsx),
    "list.csv": FileKind("text/csv", partial(_write_csv, people=True)),
    "list-plain.csv": FileKind("text/csv", partial(_write_csv, people=False)),
    "list.json": FileKind("application/json", _write_json),
}


def documented() -> tuple[Field, ...]:
    """Return every field there is, those of the rows first."""
    return FIELDS + JSON_ONLY
