"""Institutions planted beside the demo district's, and indexed."""

from datetime import date

from portal.database import db
from portal.revision import bump_public_revision
from register.indexing import documents, follow, index
from register.models import FormerName, Institution, KindOfInstitution, Premises, Standing, Status

AREA = "359901"
_number = iter(range(10_000, 100_000))


def plant(
    name: str,
    status: Status = Status.WHITE,
    address: str = "临江区青石街道学府路118号",
    kind: str = "WY",
    former: str = "",
) -> Institution:
    """Add one institution; `indexed` must follow."""
    decided = {"basis": "依据", "decision_number": "文号", "authority": "教育局"}
    institution = Institution(
        code=f"P{next(_number)}",
        area_code=AREA,
        name=name,
        canonical_name=name,
        kinds=[KindOfInstitution(kind_code=kind, position=0)],
        former_names=[FormerName(name=former)] if former else [],
        premises=[Premises(area_code=AREA, name=name, address=address, canonical_address=address)],
        standings=[
            Standing(
                status=status,
                since=date(2024, 1, 1),
                **(decided if status is Status.BLACK else {}),
            )
        ],
    )
    db.session.add(institution)
    return institution


def indexed(*names: str) -> None:
    """Plant white-listed institutions of these names, and have everything planted indexed."""
    for name in names:
        plant(name)
    bump_public_revision(db.session)
    db.session.commit()
    follow()
    with db.reading() as session:  # no edition tells of them, so everything is indexed anew
        index().rebuild(documents(session), index().revision or 0)
