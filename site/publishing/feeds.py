"""Atom feeds of what the editions changed: of an area, a kind, a standing, an institution."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, selectinload

from areas.divisions import full_name, subtree
from departments.models import InstitutionKind
from portal.addresses import public_address
from portal.atom import BORN, PAGE, Entry, Feed, atom, tag
from portal.clock import china_day
from portal.database import db
from portal.i18n import gettext, source_language
from portal.settings import Settings
from portal.templating import date_cn
from publishing.fields import PARTS
from register.changes import change_lines
from register.editions import why
from register.frozen import withheld_editions
from register.institutions import institution_or_404
from register.models import (
    Change,
    ChangeKind,
    Edition,
    Institution,
    KindOfInstitution,
    Status,
)
from register.verdict import WORDS

bp = Blueprint("feeds", __name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes a reader subscribed to; empty is all."""

    area: str = ""
    kind: str = ""
    standing: str = ""

    def given(self) -> dict[str, str]:
        """Return the filters that are set."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}


@bp.get("/feeds/changes.atom")
def changes() -> ResponseReturnValue:
    """Give what the editions changed, newest first, 100 on a page."""
    wanted = Wanted(*(request.args.get(f.name, "") for f in fields(Wanted)))
    query = _chosen(db.session, wanted)
    with source_language():
        return _feed(query, gettext("名单变化"), "feeds.changes", wanted.given(), "lookup.home")


@bp.get("/institutions/<code>/changes.atom")
def of_institution(code: str) -> ResponseReturnValue:
    """Give what the editions changed about one institution."""
    found = institution_or_404(db.session, code)
    query = sa.select(Change).where(Change.institution_id == found.id)
    with source_language():
        title = gettext("%(name)s的名单变化", name=found.name)
        return _feed(query, title, "feeds.of_institution", {"code": found.code},
                     "lookup.institution")  # fmt: skip


def _chosen(session: Session, wanted: Wanted) -> sa.Select[Change]:
    query = sa.select(Change).join(Edition).where(Edition.id.not_in(withheld_editions()))
    if wanted.area:
        codes = subtree(session, wanted.area) or abort(400)
        query = query.where(Edition.area_code.in_(codes))
    if wanted.kind:
        if session.get(InstitutionKind, wanted.kind) is None:
            abort(400)
        of_kind = sa.select(KindOfInstitution.institution_id).filter_by(kind_code=wanted.kind)
        query = query.where(Change.institution_id.in_(of_kind))
    if wanted.standing:
        if wanted.standing not in set(Status):
            abort(400)
        standing = Status(wanted.standing)
        query = query.where(sa.or_(Change.before == standing, Change.after == standing))
    return query


def _feed(
    query: sa.Select[Change], title: str, endpoint: str, values: dict[str, str], page: str
) -> Response:
    before = request.args.get("before", "")
    if before.isdecimal() and len(before) < 10:
        query = query.where(Change.id < int(before))
    found = db.session.scalars(
        query.order_by(Change.id.desc())
        .limit(PAGE + 1)
        .options(selectinload(Change.institution).selectinload(Institution.kinds))
    ).all()
    shown = found[:PAGE]
    older = {"before": str(shown[-1].id)} if len(found) > PAGE else None
    here = {"before": before} if before else {}
    first = public_address(endpoint, **values)
    feed = Feed(
        id=tag(BORN, first.removeprefix(_settings().base_url)),
        title=title,
        author=_author(),
        link=public_address(page, **(values if "code" in values else {})),
        itself=public_address(endpoint, **values, **here),
        first=first,
        next=public_address(endpoint, **values, **older) if older else "",
    )
    return atom(feed, _entries(shown))


def _entries(found: Sequence[Change]) -> Iterator[Entry]:
    ids = {change.edition_id for change in found}
    editions = {e.id: e for e in db.session.scalars(sa.select(Edition).where(Edition.id.in_(ids)))}
    for change, line in zip(found, change_lines(found), strict=True):
        edition, withdrawn = editions[change.edition_id], change.kind is ChangeKind.WITHDRAWN
        area, number = edition.area_code, edition.number
        path = f"/editions/{area}/{number}/changes/{change.institution.code}"
        words = _words(line.before), _words(line.after)
        moved = "→".join(filter(None, words)) if words[0] != words[1] else line.label
        parts = gettext("、").join(str(PARTS.get(name, name)) for name in change.fields)
        supplement, reason = why(edition)
        said = [
            gettext("第%(number)s期名单", number=number),
            *([gettext("增刊")] if supplement else []),
            gettext("截至%(day)s", day=date_cn(edition.as_of)),
            *([line.label] if line.label != moved else []),
            *([parts] if parts and not withdrawn else []),
            *([gettext("理由：%(reason)s", reason=reason.rstrip("。"))] if reason else []),
        ]
        yield Entry(
            id=tag(china_day(edition.published_at), path),
            title=gettext("%(name)s：%(what)s", name=line.name, what=moved or line.label),
            updated=edition.published_at,
            link=public_address("publishing.edition", area=area, number=number)
            if withdrawn
            else public_address("lookup.institution", code=line.code),
            summary=gettext("%(facts)s。", facts=gettext("，").join(said)),
            categories=[
                (status, _words(status))
                for status in dict.fromkeys(filter(None, (line.before, line.after)))
            ],
        )


def _words(status: str | None) -> str:
    return str(WORDS[status][1]) if status else ""


def _author() -> str:
    settings = _settings()
    return settings.authority or full_name(db.session, settings.area) or gettext("明单")


def _settings() -> Settings:
    settings: Settings = current_app.config["MINGDAN"]
    return settings
