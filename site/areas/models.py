"""Administrative divisions."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, closed_set


class AreaKind(StrEnum):
    """What a row of the table is."""

    CURRENT = "current"
    PLACEHOLDER = "placeholder"  # 市辖区 and the like
    STAT_ZONE = "stat-zone"  # statistics-only development zone
    RETIRED = "retired"  # gone, but old credit codes hold it for good
    LOCAL = "local"  # 新区, 管委会: used in lists, no GB/T 2260 code


class Area(Base):
    """One division of GB/T 2260, or a local pseudo-area."""

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[int]  # 1 province, 2 prefecture, 3 county
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("areas.code"), index=True)
    kind: Mapped[AreaKind] = mapped_column(closed_set(AreaKind, "kind"))
