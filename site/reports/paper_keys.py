"""The paper key: what a department can still read with when nobody holds its key any more.

A phrase of 135 random bits wraps the department's private key. It is shown once, printed, and
kept in a safe. Typed in later by an officer of the department, it opens what was sealed to the key
of its day and seals it anew to today's.
"""

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
    """Wrap a department's key under a new phrase and return the phrase; an earlier one is void."""
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
    """Return the paper key of today's key; None where there is none or it is of an earlier key."""
    paper = session.get(PaperKey, department.id)
    current = department.public_key and key_id(department.public_key)
    return paper if paper is not None and paper.key_id == current else None


def recover(session: Session, department: Department, typed: str) -> int:
    """Open what was sealed to the paper's key and seal it to today's; returns how many reports.

    Raises WrongPhrase.
    """
    phrase, paper = normalised(typed), session.get(PaperKey, department.id)
    if not is_well_formed(phrase, LENGTH):
        raise WrongPhrase("写得不对：应是28位，再对照纸上看一遍。")
    if paper is None or department.public_key is None:
        raise WrongPhrase("本部门没有纸质密钥。")
    try:
        private = unwrap_under(phrase, paper.wrapped, f"paper key {department.id}")
    except CannotOpen:
        raise WrongPhrase("不是本部门现在这一张纸。") from None
    current = key_id(department.public_key)
    stale = sa.select(ReportWrap, Report.number).join(Report).where(
        ReportWrap.department_id == department.id, ReportWrap.key_id == paper.key_id
    )  # fmt: skip
    found = session.execute(stale).all() if paper.key_id != current else []
    for wrap_, number in found:
        rewrap(wrap_, number, private, department.public_key)
    return len(found)
