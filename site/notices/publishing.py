"""A notice's way: written, submitted, published by somebody else, perhaps withdrawn."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.models import Officer
from notices.models import Notice, NoticeKind, NoticeState
from portal.clock import now
from portal.text import printable
from publishing.persons import masked


class NotAllowed(ValueError):
    """An act that the notice's state or the person does not allow; the message says why."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What an officer wrote."""

    kind: NoticeKind
    title: str
    source: str
    body: str
    unmask_ground: str = ""


def write(session: Session, officer: Officer, department_id: int, wording: Wording) -> Notice:
    """Add a draft."""
    notice = Notice(state=NoticeState.DRAFT, department_id=department_id)
    session.add(notice)
    _put(notice, officer, wording)
    return notice


def rewrite(notice: Notice, officer: Officer, wording: Wording) -> None:
    """Change a draft; raises NotAllowed once it is on its way."""
    _require(notice, NoticeState.DRAFT, "只有草稿能改。已提交的先退回，已公布的另发一则更正。")
    _put(notice, officer, wording)


def submit(notice: Notice, officer: Officer) -> None:
    """Hand a draft to a second person; who submits answers for the words."""
    _require(notice, NoticeState.DRAFT, "只有草稿能提交。")
    notice.state, notice.written_by_id = NoticeState.SUBMITTED, officer.id


def send_back(notice: Notice) -> None:
    """Give a submitted notice back to be rewritten."""
    _require(notice, NoticeState.SUBMITTED, "只有待公布的能退回。")
    notice.state = NoticeState.DRAFT


def publish(session: Session, notice: Notice, officer: Officer) -> None:
    """Make it public under the next number; raises NotAllowed for whoever wrote it."""
    _require(notice, NoticeState.SUBMITTED, "只有待公布的能公布。")
    if officer.id == notice.written_by_id:
        raise NotAllowed("自己写的不能自己公布，请另一位同事来。")
    highest = session.scalar(sa.select(sa.func.max(Notice.number))) or 0
    notice.state, notice.number = NoticeState.PUBLISHED, highest + 1
    notice.published_by_id, notice.published_at = officer.id, now().replace(microsecond=0)


def withdraw(notice: Notice, reason: str) -> None:
    """Take a published notice back; its address goes on saying so, with the reason."""
    _require(notice, NoticeState.PUBLISHED, "只有已公布的能撤回。")
    if not reason.strip():
        raise NotAllowed("请写明撤回的原因。")
    notice.state, notice.withdrawn_at = NoticeState.WITHDRAWN, now()
    notice.withdrawn_reason = masked(printable(reason).strip())[:200]


def _put(notice: Notice, officer: Officer, wording: Wording) -> None:
    names = bool(wording.unmask_ground.strip())
    notice.kind = wording.kind
    notice.title = masked(printable(wording.title).strip(), names=names)[:100]
    notice.source = printable(wording.source).strip()
    notice.body = masked(printable(wording.body).strip(), names=names)
    notice.unmask_ground = printable(wording.unmask_ground).strip()
    notice.written_by_id, notice.written_at = officer.id, now()


def _require(notice: Notice, state: NoticeState, sentence: str) -> None:
    if notice.state is not state:
        raise NotAllowed(sentence)
