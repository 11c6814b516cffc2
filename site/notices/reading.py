"""Reading public notices."""

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import Session

from notices.models import Notice, NoticeKind, NoticeState
from portal.i18n import lazy_gettext as _

KINDS = {
    NoticeKind.ANNOUNCEMENT: _("通知公告"),
    NoticeKind.CASE: _("典型案例"),
    NoticeKind.POLICY: _("政策文件"),
}


def public_notices(kind: str = "") -> sa.Select[Notice]:
    """Return the query for what is published, newest first; 404 for a kind there is not."""
    query = sa.select(Notice).filter_by(state=NoticeState.PUBLISHED)
    if kind:
        if kind not in set(NoticeKind):
            abort(404)
        query = query.filter_by(kind=NoticeKind(kind))
    return query.order_by(Notice.number.desc())


def newest(session: Session, limit: int) -> list[Notice]:
    """Return the newest published notices."""
    return list(session.scalars(public_notices().limit(limit)))
