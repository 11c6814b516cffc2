"""The verdict: one word for where an institution stands today, the same on every page.

Words: the plain wording of the work plans' lists; 许可证已到期 is computed, never a list decision.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.clock import today
from portal.i18n import gettext
from portal.i18n import lazy_gettext as _
from portal.templating import date_cn
from register.models import Standing, Status
from register.terms import rectifying_until

EXPIRED, NOT_FOUND = "expired", "not_found"

# standing: word on a page, word on a chip
WORDS = {
    "white": (_("在白名单内"), _("白名单")),
    "expired": (_("许可证已到期"), _("许可到期")),
    "rectifying": (_("正在限期整改"), _("限期整改")),
    "suspended": (_("正在停业整改"), _("停业整改")),
    "black": (_("已列入黑名单"), _("黑名单")),
    "removed": (_("已移出名单"), _("已移出")),
    "closed": (_("已注销"), _("已注销")),
    NOT_FOUND: (_("未在名单中查到"), _("未查到")),
}


def is_list(standing: str) -> bool:
    """Tell whether there is a list of those who have it: of who was not found there is none."""
    return standing in WORDS and standing != NOT_FOUND


class AsOf(Protocol):
    """An edition, as far as a verdict speaks of it."""

    @property
    def number(self) -> int:
        """Its number in its area."""

    @property
    def as_of(self) -> date:
        """The day whose state it gives."""

    @property
    def area_code(self) -> str:
        """Of the area that published it."""


class HasLicence(Protocol):
    """An institution, as far as a verdict speaks of it."""

    @property
    def valid_to(self) -> date | None:
        """The last day of its licence."""


class Stands(Protocol):
    """A standing, as far as a verdict speaks of it."""

    @property
    def status(self) -> Status:
        """On which list."""

    @property
    def since(self) -> date:
        """From which day."""

    @property
    def reason(self) -> str | None:
        """Why it was black-listed."""

    @property
    def decision_number(self) -> str | None:
        """By which document."""

    @property
    def authority(self) -> str | None:
        """By whom."""

    @property
    def term_ends(self) -> date | None:
        """The last day of a term."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page says about an institution, and as of which edition."""

    standing: str  # a key of WORDS
    detail: str = ""
    as_of: date | None = None
    edition: int | None = None
    area_code: str = ""

    @property
    def word(self) -> str:
        """The words on a page."""
        return str(WORDS[self.standing][0])

    @property
    def chip(self) -> str:
        """The short word on a list."""
        return str(WORDS[self.standing][1])


def verdict(
    institution: HasLicence, standing: Stands, edition: AsOf | None, on: date | None = None
) -> Verdict:
    """Return the verdict of an institution from the standing of an edition, today or on a day."""
    day = on or today()
    return Verdict(
        standing=shown_standing(institution, standing, day),
        detail=_detail(institution, standing, day),
        as_of=edition.as_of if edition else None,
        edition=edition.number if edition else None,
        area_code=edition.area_code if edition else "",
    )


def not_found(latest: AsOf | None) -> Verdict:
    """Return the verdict on a name that no list holds: neither illegal nor fit."""
    return Verdict(
        NOT_FOUND,
        gettext("不等于违法，也不等于合格"),
        latest.as_of if latest else None,
        latest.number if latest else None,
        latest.area_code if latest else "",
    )


def shown_standing(institution: HasLicence, standing: Stands, on: date | None = None) -> str:
    """Return the status, or `expired` for a white one whose licence ran out."""
    if standing.status is Status.WHITE and is_expired(institution, on or today()):
        return EXPIRED
    return standing.status.value


def is_expired(institution: HasLicence, on: date) -> bool:
    """Tell whether the licence ended before a day; without an end date it has not."""
    return institution.valid_to is not None and institution.valid_to < on


def decision_facts(standing: Standing | None) -> list[tuple[str, str]]:
    """Return label and value of the act behind a standing, as far as the list names it."""
    if standing is None or standing.status is Status.WHITE:
        return []
    black = standing.status is Status.BLACK
    rows = [
        (gettext("列入原因") if black else gettext("原因"), standing.reason),
        (gettext("依据"), standing.basis),
        (gettext("决定文号"), standing.decision_number),
        (gettext("认定单位"), standing.authority),
        (gettext("告知日期"), date_cn(standing.notified_on) if standing.notified_on else None),
        (gettext("列入日期"), date_cn(standing.listed_on) if standing.listed_on else None),
        (gettext("公布期限"), standing.term),
    ]
    return [(label, value) for label, value in rows if value]


def _detail(institution: HasLicence, standing: Stands, on: date) -> str:
    match standing.status:
        case Status.WHITE if is_expired(institution, on):
            return gettext(
                "许可证已于%(day)s到期，请向主管部门核实。", day=date_cn(institution.valid_to)
            )
        case Status.WHITE:
            return gettext("列在本期白名单上。报名前仍请核对许可证和收费。")
        case Status.RECTIFYING:
            return _rectifying_detail(standing, on)
        case Status.SUSPENDED:
            return gettext("停业整改期间不得招生、上课、收费。")
        case Status.BLACK:
            return _black_detail(standing, on)
        case Status.REMOVED:
            return gettext("%(day)s移出名单。", day=date_cn(standing.since))
        case Status.CLOSED:
            return gettext("办学许可已注销，不再具备培训资格。")


def _rectifying_detail(standing: Stands, on: date) -> str:
    until = rectifying_until(standing.since)
    since, ends = date_cn(standing.since), date_cn(until)
    if until < on:
        said = gettext(
            "%(since)s开始整改，%(ends)s已到期，还没有公布结果。", since=since, ends=ends
        )
    else:
        said = gettext("%(since)s开始整改，最迟到%(ends)s。", since=since, ends=ends)
    return said + gettext("整改期间请先问清楚，再交费。")


def _black_detail(standing: Stands, on: date) -> str:
    parts = [standing.reason, standing.decision_number, standing.authority]
    if standing.term_ends and standing.term_ends < on:
        ends = date_cn(standing.term_ends)
        parts.append(gettext("公布期限至%(day)s，期满待移出", day=ends))
    return gettext("%(facts)s。", facts=gettext("，").join(part for part in parts if part))
