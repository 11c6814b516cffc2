"""What the institution page shows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from doorcodes.codes import codes_of
from portal.templating import date_cn
from register.cards import card
from register.institutions import open_standing
from register.models import Institution, Premises, Standing
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


def institution_page(session: Session, institution: Institution) -> InstitutionPage:
    """Put the page together."""
    shown = card(session, institution)
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
                institution.standings, key=lambda s: (s.since, s.id), reverse=True
            )
        ],
    )


def _place(institution: Institution, premises: Premises, code: str) -> Place:
    name = premises.name if premises.name != institution.name else ""
    return Place(name, premises.address, code)


def _facts(institution: Institution) -> list[tuple[str, str]]:
    standing = open_standing(institution)
    rows = [
        ("办学许可证", institution.licence_number),
        ("有效期", _validity(institution)),
        ("信用代码", institution.uscc),
        ("培训内容", institution.scope),
        ("培训对象", institution.stages),
        ("办学性质", institution.nature),
        ("主管部门", institution.approved_by),
        ("协管部门", institution.supervised_by),
    ]
    return [(label, value) for label, value in rows if value] + decision_facts(standing)


def _validity(institution: Institution) -> str:
    start, end = date_cn(institution.valid_from), date_cn(institution.valid_to)
    if start and end:
        return f"{start}至{end}"
    return f"至{end}" if end else f"{start}起" if start else ""


def _line(institution: Institution, standing: Standing) -> HistoryLine:
    edition = standing.edition_in
    return HistoryLine(
        on=standing.since,
        standing=standing.status.value,
        title=WORDS[standing.status.value][0],
        reason=standing.reason or "",
        document=standing.decision_number or "",
        authority=standing.authority or "",
        edition=edition.number if edition else None,
        area_code=institution.area_code,
    )
