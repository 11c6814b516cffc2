"""Taking a tip: routed, sealed, written with its notice row in one transaction, once."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from departments.deadlines import deadlines
from departments.models import Category
from departments.routing import (
    COORDINATING_ROLE,
    UNKNOWN_KIND,
    NoRoute,
    Route,
    filled_roles,
    resolve,
)
from outbox.delivery import notify
from outbox.models import MessageKind
from portal.clock import china_day, now, rounded
from portal.codes import new_code
from register.models import Institution
from reports.files import CleanFile
from reports.models import Act, Attachment, Report, ReportStep, State
from reports.notice import VERSION
from reports.receipts import receipt_hash
from reports.sealing import new_content_key, seal, seal_file, wrap_for_reporter
from reports.wraps import wrap_for


@dataclass(frozen=True, slots=True)
class Tip:
    """What a reporter sends."""

    category: Category
    institution: Institution | None
    area_code: str
    content: dict[str, str]  # text, place_name, place_address, answers by name: all sealed
    files: tuple[CleanFile, ...] = ()
    stage: str = "ANY"  # the age group, where the rules ask for it


def is_open(session: Session, area_code: str) -> bool:
    """Tell whether tips can be taken: only when the coordinating office can read them."""
    coordinating = filled_roles(session, area_code).get(COORDINATING_ROLE)
    return coordinating is not None and coordinating.public_key is not None


def main_kind(institution: Institution | None) -> str:
    """Return the kind that decides the lead department."""
    if institution is None or not institution.kinds:
        return UNKNOWN_KIND
    return institution.kinds[0].kind_code


def route_of(
    session: Session,
    category: Category,
    institution: Institution | None,
    area_code: str,
    stage: str = "ANY",
) -> Route:
    """Return where a tip goes; raises NoRoute, also where the office that must read it cannot."""
    route = resolve(session, category.code, main_kind(institution), area_code, stage)
    if route.coordinating.public_key is None:
        raise NoRoute(f"{area_code}: no coordinating key")
    return route


def is_known(session: Session, receipt: str) -> bool:
    """Tell whether the tip of this receipt is written already."""
    return _by_receipt(session, receipt_hash(receipt)) is not None


def take(session: Session, tip: Tip, receipt: str, desk_link: str, cluster: str) -> Report:
    """Write a tip and commit; the same receipt again returns the report already written."""
    hashed = receipt_hash(receipt)
    known = _by_receipt(session, hashed)
    if known is not None:
        return known
    route = route_of(session, tip.category, tip.institution, tip.area_code, tip.stage)
    report = _report(tip, route, receipt, cluster)
    session.add(report)
    mailbox = route.inbox.mailbox or route.coordinating.mailbox
    notify(session, MessageKind.NEW_REPORT, mailbox, desk_link, cluster, urgent=route.urgent)
    if route.second is not None and route.second.mailbox:
        second = route.second.mailbox
        notify(session, MessageKind.NEW_REPORT, second, desk_link, cluster, urgent=True)
    try:
        session.commit()
    except IntegrityError:  # the same form arrived twice at once; the first one counts
        session.rollback()
        known = _by_receipt(session, hashed)
        if known is None:
            raise
        return known
    return report


def _report(tip: Tip, route: Route, receipt: str, cluster: str) -> Report:
    received = now()
    due = deadlines(china_day(received), urgent=route.urgent)
    number, key = new_code(8), new_content_key()
    second = route.second
    readers = {
        department.id: department.public_key
        for department in (route.inbox, route.coordinating, second)
        if department is not None and department.public_key is not None
    }
    acts = [(Act.SENT, route.lead), *([(Act.ASSISTED, second)] if second else [])]
    return Report(
        number=number,
        category_code=tip.category.code,
        kind_code=main_kind(tip.institution),
        area_code=tip.area_code,
        institution_id=tip.institution.id if tip.institution else None,
        department_id=route.lead.id,
        inbox_id=route.inbox.id,
        received_at=rounded(received),
        accept_by=due.accept_by,
        finish_by=due.finish_by,
        state=State.RECEIVED,
        body=seal(key, tip.content, number),
        receipt_hash=receipt_hash(receipt),
        cluster=cluster,
        notice=VERSION,
        reporter_wrap=wrap_for_reporter(key, receipt, number),
        wraps=[
            wrap_for(d, p, key, number, assists=second is not None and d == second.id)
            for d, p in readers.items()
        ],
        steps=[
            ReportStep(at=rounded(received), act=act, department_id=who.id, after=State.RECEIVED)
            for act, who in acts
        ],
        attachments=[
            Attachment(kind=file.kind, sealed=seal_file(key, file.data, number))
            for file in tip.files
        ],
    )


def _by_receipt(session: Session, hashed: str) -> Report | None:
    return session.scalar(sa.select(Report).filter_by(receipt_hash=hashed))
