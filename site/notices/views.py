"""/notices: what departments announce, as pages and as a feed."""

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from areas.divisions import full_name
from departments.models import Department
from notices.markdown import to_html, to_plain
from notices.models import Notice, NoticeKind, NoticeState
from notices.reading import KINDS, public_notices
from portal.addresses import public_address
from portal.atom import BORN, PAGE, Entry, Feed, atom, tag
from portal.clock import CHINA, china_day
from portal.database import db
from portal.i18n import gettext, source_language
from portal.pager import page_of
from portal.settings import Settings
from register.editions import head_hash, newest_at

bp = Blueprint("notices", __name__)

PAGE_SIZE = 20


@bp.get("/notices")
def index() -> ResponseReturnValue:
    """List what is published, newest first."""
    kind = request.args.get("kind", "")
    query = public_notices(kind)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = page_of(total, PAGE_SIZE)
    found = db.session.scalars(query.offset(page.offset).limit(PAGE_SIZE)).all()
    return render_template(
        "notices/index.html",
        notices=[(notice, china_day(notice.published_at)) for notice in found
                 if notice.published_at],
        kinds=KINDS,
        kind=kind,
        page=page,
    )  # fmt: skip


@bp.get("/notices/<int(max=999999):number>")
def notice(number: int) -> ResponseReturnValue:
    """Show one notice; of a withdrawn one, that it was withdrawn and why."""
    found = db.session.scalar(sa.select(Notice).filter_by(number=number))
    if found is None or found.published_at is None:
        abort(404)
    shown = {"notice": found, "kind": KINDS[found.kind]}
    if found.state is NoticeState.WITHDRAWN:
        return render_template("notices/withdrawn.html", **shown), 410
    department = db.session.get_one(Department, found.department_id)
    edition = newest_at(db.session, department.area_code, found.published_at)
    return render_template(
        "notices/notice.html",
        **shown,
        edition=edition,
        head_hash=head_hash(edition) if edition else "",
        published_at=found.published_at.astimezone(CHINA),
        body=to_html(found.body),
    )


@bp.get("/feeds/notices.atom")
def feed() -> ResponseReturnValue:
    """Give the newest 100 notices; all older ones stand at /notices."""
    kind = request.args.get("kind", "")
    settings: Settings = current_app.config["MINGDAN"]
    found = db.session.scalars(public_notices(kind).limit(PAGE))
    itself = public_address("notices.feed", **({"kind": kind} if kind else {}))
    with source_language():
        return atom(
            Feed(
                id=tag(BORN, itself.removeprefix(settings.base_url)),
                title=str(KINDS[NoticeKind(kind)]) if kind else gettext("通知、案例和政策"),
                author=settings.authority or full_name(db.session, settings.area)
                or gettext("明单"),
                link=public_address("notices.index"),
                itself=itself,
                first=itself,
            ),
            [_entry(each) for each in found],
        )  # fmt: skip


def _entry(found: Notice) -> Entry:
    assert found.published_at is not None  # noqa: S101 - the database sees to it
    path = f"/notices/{found.number}"
    return Entry(
        id=tag(china_day(found.published_at), path),
        title=found.title,
        updated=found.published_at,
        link=public_address("notices.notice", number=found.number),
        summary=gettext(
            "%(source)s：%(words)s", source=found.source, words=to_plain(found.body, 200)
        ),
        categories=[(found.kind.value, str(KINDS[found.kind]))],
    )
