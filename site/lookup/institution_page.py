"""What the institution page shows."""

from dataclasses import dataclass
from datetime import date

from flask import current_app, url_for
from sqlalchemy.orm import Session

from doorcodes.codes import codes_of
from lookup.asking import Question, question
from portal.clock import today
from portal.i18n import gettext
from portal.settings import Settings
from portal.templating import date_cn
from register.cards import card
from register.disclosure import Wall, is_teaching, wall_of
from register.frozen import Entry
from register.institutions import open_standing
from register.models import Institution, Premises, Standing, Status
from register.verdict import WORDS, Verdict, decision_facts


@dataclass(frozen=True, slots=True)
class Place:
    """One place of teaching and its door code."""

    name: str
    address: str
    door_code: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One dated standing."""

    on: date
    standing: str
    title: str
    reason: str
    document: str
    authority: str
    edition: int | None
    area_code: str
    reply: str
    replied_on: date | None


@dataclass(frozen=True, slots=True)
class InstitutionPage:
    """Everything the lists say of an institution."""

    code: str
    name: str
    former_names: list[str]
    kinds: str
    verdict: Verdict
    facts: list[tuple[str, str]]
    premises: list[Place]
    history: list[HistoryLine]
    uscc: str
    wall: Wall
    question: Question | None  # not where nothing may be taught
    share: str


def institution_page(
    session: Session, institution: Institution, subject: str = "", year: str = ""
) -> InstitutionPage:
    """Put the page together, with the answer where a subject and a school year are asked for."""
    shown = card(session, institution.code)
    standing = shown.verdict.standing
    places = [premises for premises in institution.premises if premises.closed_on is None]
    codes = codes_of(session, [premises.id for premises in places])
    return InstitutionPage(
        code=institution.code,
        name=institution.name,
        former_names=[former.name for former in institution.former_names],
        kinds=shown.kinds,
        verdict=shown.verdict,
        facts=_facts(institution),
        premises=[_place(institution, place, codes.get(place.id, "")) for place in places],
        history=[
            _line(institution, standing)
            for standing in sorted(
                (s for s in institution.standings if not s.withdrawn),
                key=lambda s: (s.since, s.id),
                reverse=True,
            )
        ],
        uscc=institution.uscc or "",
        wall=wall_of(session, institution, standing),
        question=question(institution, subject, year) if is_teaching(standing) else None,
        share=_share(institution, shown.verdict),
    )


def past_facts(entry: Entry) -> list[tuple[str, str]]:
    """Return label and value of what a past edition wrote of an institution."""
    said = entry["standing"]
    black = said["status"] == Status.BLACK
    rows = [
        (gettext("名称"), entry["name"]),
        (gettext("办学许可证"), entry["licence_number"]),
        (gettext("有效期至"), _written(entry["valid_to"])),
        (gettext("培训内容"), entry["scope"]),
        (gettext("教学点"), gettext("；").join(place["address"] for place in entry["premises"])),
        (gettext("主管部门"), entry["approved_by"]),
        (gettext("列入原因") if black else gettext("原因"), said["reason"]),
        (gettext("依据"), said["basis"]),
        (gettext("决定文号"), said["decision_number"]),
        (gettext("认定单位"), said["authority"]),
        (gettext("列入日期"), _written(said["listed_on"])),
        (gettext("公布期限"), said["term"]),
    ]
    return [(label, value) for label, value in rows if value]


def _written(day: str | None) -> str:
    return date_cn(date.fromisoformat(day)) if day else ""


def _share(institution: Institution, verdict: Verdict) -> str:
    """Return a message that says by itself when it has grown old."""
    settings: Settings = current_app.config["MINGDAN"]
    return gettext(
        "%(name)s：%(word)s。名单截至%(as_of)s，第%(number)s期；%(today)s查询。现在怎样，请看%(url)s",
        name=institution.name,
        word=verdict.word,
        as_of=date_cn(verdict.as_of),
        number=verdict.edition or "",
        today=date_cn(today()),
        url=settings.base_url + url_for("lookup.institution", code=institution.code),
    )


def _place(institution: Institution, premises: Premises, code: str) -> Place:
    name = premises.name if premises.name != institution.name else ""
    return Place(name, premises.address, code)


def _facts(institution: Institution) -> list[tuple[str, str]]:
    standing = open_standing(institution)
    rows = [
        (gettext("办学许可证"), institution.licence_number),
        (gettext("有效期"), _validity(institution)),
        (gettext("信用代码"), institution.uscc),
        (gettext("培训内容"), institution.scope),
        (gettext("培训对象"), institution.stages),
        (gettext("办学性质"), institution.nature),
        (gettext("主管部门"), institution.approved_by),
        (gettext("协管部门"), institution.supervised_by),
    ]
    return [(label, value) for label, value in rows if value] + decision_facts(standing)


def _validity(institution: Institution) -> str:
    start, end = date_cn(institution.valid_from), date_cn(institution.valid_to)
    if start and end:
        return gettext("%(start)s至%(end)s", start=start, end=end)
    if end:
        return gettext("至%(end)s", end=end)
    return gettext("%(start)s起", start=start) if start else ""


def _line(institution: Institution, standing: Standing) -> HistoryLine:
    edition = standing.edition_in
    return HistoryLine(
        on=standing.since,
        standing=standing.status.value,
        title=str(WORDS[standing.status.value][0]),
        reason=standing.reason or "",
        document=standing.decision_number or "",
        authority=standing.authority or "",
        edition=edition.number if edition else None,
        area_code=institution.area_code,
        reply=standing.reply or "",
        replied_on=standing.replied_on,
    )
