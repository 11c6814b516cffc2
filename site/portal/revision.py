"""One number grows with everything the public can see; index and memory follow it."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.database import Base, only_reads

Plain = TypeVar("Plain")


class PublicRevision(Base):
    """One row: grows with everything the public can see."""

    __tablename__ = "public_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


_MOST = 10_000  # things a process remembers: readers choose some of the arguments
_READ = sa.select(PublicRevision.__table__.c.value)  # made once, a plain row: every page asks


def public_revision(session: Session) -> int:
    """Return the number that grows with everything the public can see."""
    return session.connection().scalar(_READ) or 0


def bump_public_revision(session: Session) -> None:
    """Let index and memory know, when this transaction commits."""
    changed = session.execute(sa.update(PublicRevision).values(value=PublicRevision.value + 1))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        session.add(PublicRevision(id=1, value=1))


def remembered(session: Session, read: Callable[..., Plain], *arguments: Hashable) -> Plain:
    """Return `read(session, *arguments)`; who only reads does so anew only after a public change.

    What is read must be plain values in no language: rows belong to their session. A request that
    writes reads for itself, because what it sees may be undone.
    """
    if not only_reads():
        return read(session, *arguments)
    memory: dict[Hashable, Any] | None = g.get("remembered")
    if memory is None:
        memory = g.remembered = _memory_of(public_revision(session))
    key = (read, *arguments)
    if key not in memory:
        memory[key] = read(session, *arguments)
    found: Plain = memory[key]
    return found


def _memory_of(revision: int) -> dict[Hashable, Any]:
    memory: tuple[int, dict[Hashable, Any]] = current_app.extensions.get("remembered", (-1, {}))
    if memory[0] != revision or len(memory[1]) > _MOST:
        memory = current_app.extensions["remembered"] = (revision, {})
    return memory[1]
