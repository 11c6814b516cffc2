"""Loading the divisions and walking up and down their tree."""

import csv
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from areas.models import Area
from portal.revision import bump_public_revision

DATA = Path(__file__).parent / "data" / "areas.csv"


def load_areas(session: Session, path: Path = DATA) -> int:
    """Insert the divisions of a CSV (code, name, level, parent, kind) that are not there yet.

    Returns how many were new. Source of the default file: statistics bureau codes to 2023-06-30
    with the codes retired between 2021 and 2023; 3,374 rows for 3,371 codes.
    """
    known = set(session.scalars(sa.select(Area.code)))
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            {
                "code": row["code"],
                "name": row["name"],
                "level": int(row["level"]),
                "parent_code": row["parent"] or None,
                "kind": row["kind"],
            }
            for row in csv.DictReader(file)
            # 东莞, 中山, 儋州 have no counties: the file names each a second time as its own child.
            if row["code"] not in known and row["code"] != row["parent"]
        ]
    if rows:
        rows.sort(key=lambda row: int(str(row["level"])))  # parents first
        session.execute(sa.insert(Area), rows)
        bump_public_revision(session)
    return len(rows)


def area_names(session: Session) -> dict[str, str]:
    """Return code → name of every area, some 3,400."""
    return dict(session.execute(sa.select(Area.code, Area.name)).all())


def lineage(session: Session, code: str) -> list[Area]:
    """Return the area and its parents, nearest first; empty for an unknown code."""
    return list(session.scalars(_LINEAGE, {"code": code}))


def _lineage() -> sa.Select[Area]:
    above = (
        sa.select(Area.code, Area.parent_code, sa.literal(0).label("height"))
        .where(Area.code == sa.bindparam("code"))
        .cte(recursive=True)
    )
    above = above.union_all(
        sa.select(Area.code, Area.parent_code, above.c.height + 1).join(
            above, Area.code == above.c.parent_code
        )
    )
    return sa.select(Area).join(above, Area.code == above.c.code).order_by(above.c.height)


_LINEAGE = _lineage()  # every page asks for it: making such a statement costs more than running it


def full_name(session: Session, code: str) -> str:
    """Return 云浦市临江区 for a county: prefecture and county, without province."""
    names = [area.name for area in lineage(session, code) if area.level > 1] or [
        area.name for area in lineage(session, code)
    ]
    return "".join(reversed([name.removesuffix("（虚构）") for name in names if name != "市辖区"]))


def subtree(session: Session, code: str) -> list[str]:
    """Return the codes of an area and everything below it."""
    below = sa.select(Area.code).where(Area.code == code).cte(recursive=True)
    below = below.union_all(sa.select(Area.code).join(below, Area.parent_code == below.c.code))
    return list(session.scalars(sa.select(below.c.code)))
