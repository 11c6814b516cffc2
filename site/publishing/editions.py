"""Making an edition: the whole state of an area as frozen files, chained and signed."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.clock import now
from publishing.proposals import Proposal
from publishing.signing import Signer
from register.editions import bump_public_revision
from register.events import publication
from register.institutions import FOR_CARDS, open_standing
from register.models import (
    Change,
    ChangeKind,
    Edition,
    EditionFile,
    Institution,
    ItemKind,
    Premises,
    Standing,
)

BATCH = 2000
CSV_COLUMNS = (
    "code",
    "name",
    "former_names",
    "status",
    "since",
    "listed_on",
    "uscc",
    "licence_number",
    "valid_from",
    "valid_to",
    "kinds",
    "nature",
    "stages",
    "scope",
    "approved_by",
    "supervised_by",
    "addresses",
    "reason",
    "basis",
    "decision_number",
    "authority",
    "term",
    "term_ends",
)


def canonical(value: Any) -> bytes:
    """Return canonical JSON: keys sorted, no white space, UTF-8, no floats.

    For the strings, integers, lists and objects used here this equals RFC 8785 (JCS): all keys are
    ASCII, so code-point order is UTF-16 order.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def make_edition(
    session: Session, area_code: str, as_of: date, proposals: list[Proposal], signer: Signer
) -> Edition:
    """Write the area's next edition into the session: files, manifest, signature, changes."""
    publication.send(session)
    session.flush()
    previous = session.scalar(
        sa.select(Edition).filter_by(area_code=area_code).order_by(Edition.number.desc()).limit(1)
    )
    number = previous.number + 1 if previous else 1
    if previous is not None:
        as_of = max(as_of, previous.as_of)  # the whole state is as of the newest sheet in it
    entries = list(_entries(session, area_code))
    header = {"area": area_code, "as_of": as_of.isoformat(), "number": number}
    files = {
        "list.json": canonical({**header, "institutions": entries}),
        "list.csv": _csv(entries),
    }
    published_at = now().replace(microsecond=0)
    manifest = canonical(
        {
            **header,
            "published_at": published_at.isoformat().replace("+00:00", "Z"),
            "previous_sha256": _sha256(previous.manifest) if previous else None,
            "files": {name: _sha256(content) for name, content in files.items()},
            "key_id": signer.key_id,
            "counts": dict(Counter(entry["standing"]["status"] for entry in entries)),
        }
    )
    edition = Edition(
        area_code=area_code,
        number=number,
        as_of=as_of,
        published_at=published_at,
        manifest=manifest,
        signature=signer.sign(manifest),
        key_id=signer.key_id,
        files=[
            EditionFile(name=name, sha256=_sha256(content), size=len(content), content=content)
            for name, content in files.items()
        ],
        changes=[_change(proposal) for proposal in proposals],
    )
    session.add(edition)
    session.flush()
    _stamp(session, edition, proposals)
    bump_public_revision(session)
    return edition


def _change(proposal: Proposal) -> Change:
    return Change(
        institution_id=proposal.institution.id,
        kind=proposal.kind,
        before=proposal.before,
        after=proposal.after,
        name=proposal.institution.name,
        fields={} if proposal.kind is ChangeKind.ADDED else proposal.fields,
    )


def _stamp(session: Session, edition: Edition, proposals: list[Proposal]) -> None:
    for proposal in proposals:
        for standing in proposal.institution.standings:
            if standing.edition_in_id is None:
                standing.edition_in_id = edition.id
            if standing.until is not None and standing.edition_out_id is None:
                standing.edition_out_id = edition.id
        for item in proposal.institution.items:
            if item.edition_id is None:
                item.edition_id = edition.id


def _entries(session: Session, area_code: str) -> Iterator[dict[str, Any]]:
    last = ""
    while batch := session.scalars(
        sa.select(Institution)
        .where(Institution.area_code == area_code, Institution.code > last)
        .order_by(Institution.code)
        .limit(BATCH)
        .options(*FOR_CARDS, selectinload(Institution.items))
    ).all():
        last = batch[-1].code
        for institution in batch:
            standing = open_standing(institution)
            if standing is not None:
                yield _entry(institution, standing)


def _entry(institution: Institution, standing: Standing) -> dict[str, Any]:
    more = {"disclosure": _disclosure(institution)} if institution.items else {}
    return more | {
        "code": institution.code,
        "name": institution.name,
        "former_names": [former.name for former in institution.former_names],
        "uscc": institution.uscc,
        "licence_number": institution.licence_number,
        "valid_from": _iso(institution.valid_from),
        "valid_to": _iso(institution.valid_to),
        "kinds": [kind.kind_code for kind in institution.kinds],
        "nature": institution.nature,
        "stages": institution.stages,
        "scope": institution.scope,
        "approved_by": institution.approved_by,
        "supervised_by": institution.supervised_by,
        "premises": [_place(p) for p in institution.premises if p.closed_on is None],
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
            **(
                {"reply": standing.reply, "replied_on": _iso(standing.replied_on)}
                if standing.reply
                else {}
            ),
        },
    }


def _disclosure(institution: Institution) -> dict[str, list[dict[str, str | int]]]:
    """Return kind → items, kinds without any left out; money is an integer of fen."""
    by_kind = {
        kind.value: [item.content for item in institution.items if item.kind is kind]
        for kind in ItemKind
    }
    return {kind: contents for kind, contents in by_kind.items() if contents}


def _place(premises: Premises) -> dict[str, str]:
    return {"name": premises.name, "address": premises.address}


def _csv(entries: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for entry in entries:
        flat = {**entry, **entry["standing"]}
        flat["addresses"] = [place["address"] for place in entry["premises"]]
        writer.writerow([_cell(flat[column]) for column in CSV_COLUMNS])
    return out.getvalue().encode("utf-8-sig")  # Excel on Chinese Windows reads it right


def _cell(value: Any) -> str:
    text = "；".join(value) if isinstance(value, list) else "" if value is None else str(value)
    # A spreadsheet would run these as formulas (OWASP: CSV injection).
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
