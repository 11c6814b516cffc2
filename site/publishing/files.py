"""The three files of an edition: list.json for machines, list.csv and list.xlsx for people.

The same institutions give the same bytes, in whatever order they come: sorted by code, no date of
making inside. Written row by row, so only the finished bytes are held.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from publishing.copies import InstitutionCopy, StandingCopy
from publishing.textsheet import TextSheet
from register.models import ItemKind

COLUMNS = (
    "code", "name", "former_names", "status", "since", "listed_on", "uscc", "licence_number",
    "valid_from", "valid_to", "kinds", "nature", "stages", "scope", "approved_by", "supervised_by",
    "addresses", "reason", "basis", "decision_number", "authority", "term", "term_ends",
)  # fmt: skip
# A spreadsheet would run these as formulas (OWASP: CSV injection), and take codes for numbers:
# beyond 15 digits the rest would be gone.
_ACTS = re.compile(r"[=+\-@\t\r\n]|\d{12,}$|0\d+$")
_BOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST_CELL = 32_767  # characters; Excel refuses a workbook with more


def canonical(value: Any) -> bytes:
    """Return canonical JSON: keys sorted, no white space, UTF-8, no floats.

    For the strings, integers, lists and objects used here this equals RFC 8785 (JCS): all keys are
    ASCII, so code-point order is UTF-16 order.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def listed(institutions: Iterable[InstitutionCopy]) -> list[tuple[InstitutionCopy, StandingCopy]]:
    """Return the institutions with a standing in force and that standing, by code."""
    found = [(each, standing) for each in institutions if (standing := each.standing) is not None]
    return sorted(found, key=lambda pair: pair[0].code)


def list_json(
    header: dict[str, Any], pairs: Iterable[tuple[InstitutionCopy, StandingCopy]]
) -> bytes:
    """Return canonical JSON: the keys of the header and `institutions`."""
    frame = canonical({**header, "institutions": []})
    before, after = frame.split(b'"institutions":[]')
    out = io.BytesIO()
    out.write(before + b'"institutions":[')
    for place, (institution, standing) in enumerate(pairs):
        out.write(b"," if place else b"")
        out.write(canonical(_entry(institution, standing)))
    out.write(b"]" + after)
    return out.getvalue()


def list_csv(pairs: Iterable[tuple[InstitutionCopy, StandingCopy]]) -> bytes:
    """Return CSV that Excel opens safely: BOM, CRLF, `'` before what would be run or cut."""
    binary = io.BytesIO()
    out = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")  # a BOM: Excel reads it right
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(pairs):
        writer.writerow(["'" + text if _ACTS.match(text) else text for text in row])
    out.flush()
    return binary.getvalue()


def list_xlsx(pairs: Iterable[tuple[InstitutionCopy, StandingCopy]]) -> bytes:
    """Return a workbook in which every cell is text."""
    binary = io.BytesIO()
    with xlsxwriter.Workbook(binary, _BOOK) as book:
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        sheet = book.add_worksheet("list", TextSheet)
        sheet.set_column(0, len(COLUMNS) - 1, 18, text)
        sheet.freeze_panes(1, 2)
        sheet.write_row(0, 0, COLUMNS, head)
        for number, row in enumerate(_rows(pairs), start=1):
            sheet.write_texts(number, [value[:_LONGEST_CELL] for value in row], text)
    return binary.getvalue()


def _rows(pairs: Iterable[tuple[InstitutionCopy, StandingCopy]]) -> Iterator[list[str]]:
    for each, standing in pairs:
        entry = _entry(each, standing)
        flat = {**entry, **entry["standing"]}
        flat["addresses"] = [place["address"] for place in entry["premises"]]
        yield [_text(flat[column]) for column in COLUMNS]


def _entry(each: InstitutionCopy, standing: StandingCopy) -> dict[str, Any]:
    reply = (
        {"reply": standing.reply, "replied_on": _iso(standing.replied_on)} if standing.reply else {}
    )
    more = {"disclosure": _disclosure(each)} if each.items else {}
    return more | {
        "code": each.code,
        "name": each.name,
        "former_names": each.former_names,
        "uscc": each.uscc,
        "licence_number": each.licence_number,
        "valid_from": _iso(each.valid_from),
        "valid_to": _iso(each.valid_to),
        "kinds": each.kinds,
        "nature": each.nature,
        "stages": each.stages,
        "scope": each.scope,
        "approved_by": each.approved_by,
        "supervised_by": each.supervised_by,
        "premises": [
            {"name": place.name, "address": place.address}
            for place in each.premises
            if place.closed_on is None
        ],
        "standing": {
            "status": standing.status.value,
            "since": _iso(standing.since),
            "listed_on": _iso(standing.listed_on),
            "reason": standing.reason,
            "basis": standing.basis,
            "decision_number": standing.decision_number,
            "authority": standing.authority,
            "term": standing.term,
            "term_ends": _iso(standing.term_ends),
            **reply,
        },
    }


def _disclosure(each: InstitutionCopy) -> dict[str, list[dict[str, str | int]]]:
    """Return kind → items, kinds without any left out; money is an integer of fen."""
    by_kind = {
        kind.value: [item.content for item in each.items if item.kind is kind] for kind in ItemKind
    }
    return {kind: contents for kind, contents in by_kind.items() if contents}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(value)
    return "" if value is None else str(value)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
