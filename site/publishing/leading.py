"""Whose institution it is: the main kind names a role, and a department of the area fills it."""

from collections import Counter
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from departments.models import Department, InstitutionKind
from departments.routing import COORDINATING_ROLE, filled_roles
from publishing.findings import Finding, note
from publishing.proposals import Proposal
from register.models import ChangeKind

Others = dict[str, Department]


def others(session: Session, area_code: str, department_id: int | None) -> Others:
    """Return the kinds that other departments lead, code → department.

    Empty for the coordinating office, which answers for all, and for the command line.
    """
    filled = filled_roles(session, area_code)
    office = filled.get(COORDINATING_ROLE)
    if department_id is None or (office is not None and office.id == department_id):
        return {}
    kinds = session.execute(sa.select(InstitutionKind.code, InstitutionKind.role_code))
    leads = {code: filled.get(role) for code, role in kinds}
    return {code: lead for code, lead in leads.items() if lead and lead.id != department_id}


def asked(proposals: Iterable[Proposal], main: dict[int, str], led: Others) -> Iterator[Finding]:
    """Yield a question per other department whose institutions are changed or removed.

    `main` is id → main kind before the sheet: it must not take an institution by renaming its kind.
    """
    touched = Counter(
        led[kind].name
        for each in proposals
        if each.kind is not ChangeKind.ADDED and (kind := main.get(each.institution.id or 0)) in led
    )
    for name, count in touched.items():
        yield note("other_department", "", "", count, name)
