"""The paper key: what a department can still read with when nobody holds its key any more.

A phrase of 135 random bits wraps the department's private key. It is shown once, printed, and
kept in a safe. Typed in later by an officer of the department, it opens what was sealed to the key
of its day and seals it anew to today's.
"""

from collections.abc import Sequence
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.orm import Session

from departments.models import Department
from portal.clock import today
from portal.codes import is_well_formed, new_code, normalised
from reports.models import PaperKey, Report, ReportWrap
from reports.sealing import CannotOpen, key_id, unwrap_under, wrap_under
from reports.wraps import rewrap

LENGTH = 28  # seven groups of four, the last character a check


class WrongPhrase(ValueError):
    """The phrase opens nothing; the message says why."""


def make(session: Session, department: Department, private_key: bytes) -> str:
    """Wrap a department's key under a new phrase and return the phrase.

    An earlier phrase of the same key is void; that of a lost key still opens what it opened.
    """
    if department.public_key is None:
        raise WrongPhrase("本部门还没有密钥。")
    phrase = new_code(LENGTH)
    session.merge(
        PaperKey(
            department_id=department.id,
            key_id=key_id(department.public_key),
            wrapped=wrap_under(phrase, private_key, f"paper key {department.id}"),
            made_on=today(),
        )
    )
    return phrase


def of_department(session: Session, department: Department) -> PaperKey | None:
    """Return the paper key of today's key; None where there is none."""
    return next((p for p in _papers(session, department) if _is_current(p, department)), None)


def of_lost_keys(session: Session, department: Department) -> list[PaperKey]:
    """Return the paper keys of earlier keys, the newest first."""
    return [p for p in _papers(session, department) if not _is_current(p, department)]


def _papers(session: Session, department: Department) -> Sequence[PaperKey]:
    of = sa.select(PaperKey).filter_by(department_id=department.id)
    return session.scalars(of.order_by(PaperKey.made_on.desc())).all()


def _is_current(paper: PaperKey, department: Department) -> bool:
    return department.public_key is not None and paper.key_id == key_id(department.public_key)


def recover(session: Session, department: Department, typed: str) -> int:
    """Open what was sealed to the paper's key and seal it to today's; returns how many reports.

    Raises WrongPhrase.
    """
    phrase, papers = normalised(typed), _papers(session, department)
    if not is_well_formed(phrase, LENGTH):
        raise WrongPhrase("写得不对：应是28位，再对照纸上看一遍。")
    if not papers or department.public_key is None:
        raise WrongPhrase("本部门没有纸质密钥。")
    paper, private = _opened(papers, phrase)
    stale = sa.select(ReportWrap, Report.number).join(Report).where(
        ReportWrap.department_id == department.id, ReportWrap.key_id == paper.key_id
    )  # fmt: skip
    found = session.execute(stale).all() if not _is_current(paper, department) else []
    for wrap_, number in found:
        rewrap(wrap_, number, private, department.public_key)
    return len(found)


def _opened(papers: Sequence[PaperKey], phrase: str) -> tuple[PaperKey, bytes]:
    for paper in papers:
        with suppress(CannotOpen):
            purpose = f"paper key {paper.department_id}"
            return paper, unwrap_under(phrase, paper.wrapped, purpose)
    raise WrongPhrase("不是本部门的纸，或已经换过新的一张。")
