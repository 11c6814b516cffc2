"""Making an edition: the whole state of an area as frozen files, chained and signed.

`compose` needs no lock and takes its time; `seal` dates, chains and signs in a moment.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.clock import now
from publishing.copies import InstitutionCopy
from publishing.files import canonical, list_csv, list_json, list_xlsx, listed
from publishing.signing import Signing
from register.freshness import complete_as_of
from register.models import Edition


@dataclass(frozen=True, slots=True)
class Head:
    """The newest edition of an area, as far as the next one needs it."""

    id: int
    number: int
    as_of: date
    complete_as_of: date
    sha256: str  # of its manifest


@dataclass(frozen=True, slots=True)
class Composed:
    """The next edition before it is dated and signed."""

    area_code: str
    number: int
    as_of: date
    complete_as_of: date  # of the last complete list: an addition makes no old list young
    previous_sha256: str | None
    files: dict[str, bytes]
    sha256: dict[str, str]  # of the files
    counts: dict[str, int]  # by status
    reason: str = ""
    supplement: bool = False

    def manifest(self, published_at: datetime, key_id: str) -> bytes:
        """Return the bytes that are signed; `reason`, `supplement` and `complete_as_of` only where
        there is one, or it is another day than `as_of`."""
        said = {"reason": self.reason} if self.reason else {}
        if self.supplement:
            said["supplement"] = True  # type: ignore[assignment]
        if self.complete_as_of != self.as_of:
            said["complete_as_of"] = self.complete_as_of.isoformat()
        return canonical(
            {
                **said,
                "area": self.area_code,
                "as_of": self.as_of.isoformat(),
                "number": self.number,
                "published_at": published_at.isoformat().replace("+00:00", "Z"),
                "previous_sha256": self.previous_sha256,
                "files": self.sha256,
                "key_id": key_id,
                "counts": self.counts,
            }
        )


def head_of(session: Session, area_code: str) -> Head | None:
    """Return the newest edition of an area."""
    newest = session.scalar(
        sa.select(Edition).filter_by(area_code=area_code).order_by(Edition.number.desc()).limit(1)
    )
    if newest is None:
        return None
    return Head(
        newest.id, newest.number, newest.as_of, complete_as_of(newest), sha256(newest.manifest)
    )


def compose(
    area_code: str,
    head: Head | None,
    as_of: date,
    institutions: Iterable[InstitutionCopy],
    *,
    complete: date | None = None,
    reason: str = "",
    supplement: bool = False,
) -> Composed:
    """Return the area's next edition with all its bytes. The whole state is as of `as_of`, or of
    the newest sheet already in it; `complete` is the day of the newest complete list among them."""
    number = head.number + 1 if head else 1
    as_of = max(as_of, head.as_of) if head else as_of
    # A first edition says all there is.
    whole = as_of if head is None else max(complete or date.min, head.complete_as_of)
    header = {"area": area_code, "as_of": as_of.isoformat(), "number": number}
    pairs = listed(institutions)
    files = {
        "list.json": list_json(header, pairs),
        "list.csv": list_csv(pairs),
        "list.xlsx": list_xlsx(pairs),
    }
    return Composed(
        area_code=area_code,
        number=number,
        as_of=as_of,
        complete_as_of=whole,
        previous_sha256=head.sha256 if head else None,
        files=files,
        sha256={name: sha256(content) for name, content in files.items()},
        counts=dict(Counter(standing.status.value for _, standing in pairs)),
        reason=reason,
        supplement=supplement,
    )


def moment() -> datetime:
    """Return now as a manifest writes it: whole seconds."""
    return now().replace(microsecond=0)


def sealed(composed: Composed, published_at: datetime, signing: Signing) -> Edition:
    """Return the edition as it is kept, its files not yet with it."""
    manifest = composed.manifest(published_at, signing.key_id)
    return Edition(
        area_code=composed.area_code,
        number=composed.number,
        as_of=composed.as_of,
        published_at=published_at,
        manifest=manifest,
        signature=signing.sign(manifest),
        key_id=signing.key_id,
    )


def sha256(content: bytes) -> str:
    """Return the hash in lower-case hex, as sha256sum prints it."""
    return hashlib.sha256(content).hexdigest()
