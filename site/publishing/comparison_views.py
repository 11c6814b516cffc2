"""/editions/<area>/<from>..<to>: what differs between any two editions of an area."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from areas.divisions import full_name
from portal.database import db
from portal.i18n import gettext
from publishing.fields import PARTS
from publishing.views import withheld_page
from register.comparison import Difference, differences
from register.editions import edition_or_404
from register.frozen import Withheld, entries, list_bytes
from register.models import Edition

bp = Blueprint("comparison", __name__)

SHOWN = 500  # lines on the page; the API has them all


@dataclass(frozen=True, slots=True)
class Line:
    """One institution that differs, as the lists of changes show it."""

    name: str
    code: str
    before: str | None
    after: str | None
    label: str


@bp.get("/editions/<area>/<int(max=999999):earlier>..<int(max=999999):later>")
def comparison(area: str, earlier: int, later: int) -> ResponseReturnValue:
    """Show what one edition has otherwise than another."""
    both = [edition_or_404(db.session, area, number) for number in (earlier, later)]
    try:
        found = between(db.session, *both)
    except Withheld as fault:
        return withheld_page(fault)
    moved: list[Line] = []
    amended: list[Line] = []
    counts: Counter[str] = Counter()
    for difference in found:
        counts[difference.kind] += 1
        lines = amended if difference.statuses == (None, None) else moved
        if len(lines) < SHOWN:
            lines.append(_line(difference))
    return render_template(
        "publishing/comparison.html",
        earlier=both[0],
        later=both[1],
        area_name=full_name(db.session, area),
        changes=(moved + amended)[:SHOWN],  # from list to list first: it matters most to a parent
        counts=counts,
        total=counts.total(),
    )


def between(session: Session, earlier: Edition, later: Edition) -> Iterator[Difference]:
    """Yield what differs between two editions; raises Withheld."""
    was, now = (list_bytes(session, edition) for edition in (earlier, later))
    return differences(entries(io.BytesIO(was)), entries(io.BytesIO(now)))


def _line(difference: Difference) -> Line:
    before, after = difference.statuses
    match difference.kind:
        case "gone":  # withdrawn: the line stays, the name does not
            return Line(gettext("（已撤销）"), "", before, None, gettext("误列，已撤销"))
        case "added":
            return Line(difference.name, difference.code, None, after, gettext("新公布"))
    parts = [str(PARTS[name]) for name in difference.fields if name in PARTS]
    return Line(difference.name, difference.code, before, after, gettext("、").join(parts))
