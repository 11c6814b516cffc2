"""An urgent single change, in short form: the sheet of one row that says it, as a supplement.

It goes the same way as every sheet: findings, difference, two persons.
"""

import csv
import io
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from departments.models import Department
from portal.clock import today
from publishing.leading import others
from publishing.models import Submission
from publishing.persons import PERSONAL_WORDS, has_personal_data
from publishing.planning import ImportOrder
from publishing.sheet import ListKind
from publishing.submissions import Refused, add_sheet, new_submission
from register.institutions import open_standing
from register.models import Institution, Standing, Status


class UrgentAct(StrEnum):
    """What cannot wait for the monthly list."""

    SUSPEND = "suspend"
    WITHDRAW = "withdraw"  # take a wrongful black entry back
    REPLY = "reply"  # publish the institution's own words beside an act


_SUSPENDED, _WITHDRAWN = "停业整顿", "误列，已撤销（{}）"
_MAY_BE_SUSPENDED = (Status.WHITE, Status.RECTIFYING)


def urgent(
    session: Session,
    institution: Institution,
    act: UrgentAct,
    department_id: int | None,
    reason: str,
    reply: str = "",
    decision_number: str = "",
) -> Submission:
    """Return a draft with the sheet of one change; the caller commits. Raises Refused.

    Only the department that leads the institution, or made the act, and the coordinating office.
    """
    standing = open_standing(institution)
    on = today()
    if not reason.strip():
        raise Refused("请写明理由，它会随这一期公开。")
    if has_personal_data(reason):
        raise Refused(f"理由{PERSONAL_WORDS}")
    _check_whose(session, institution, standing, department_id)
    if act is UrgentAct.SUSPEND:
        if standing is None or standing.status not in _MAY_BE_SUSPENDED:
            raise Refused("这家不在白名单上，也不在整改，不能按停业处理。")
        own = session.get(Department, department_id) if department_id else None
        kind, row = (
            ListKind.WHITE,
            {
                **_who(institution),
                "备注": _SUSPENDED,
                "原因": reason.strip(),
                "处理决定文号": decision_number.strip(),
                "认定单位": own.name if own else "",
            },
        )
    elif standing is None or standing.status is not Status.BLACK:
        raise Refused("这家现在不在黑名单上。")
    elif act is UrgentAct.WITHDRAW:
        kind, row = ListKind.BLACK, _act(institution, standing)
        row["备注"] = _WITHDRAWN.format(on)
    else:
        if not reply.strip():
            raise Refused("请填写申辩意见。")
        kind, row = ListKind.BLACK, _act(institution, standing)
        row |= {"申辩意见": reply, "申辩日期": on.isoformat()}
    submission = new_submission(
        session, institution.area_code, department_id, supplement=True, reason=reason.strip()
    )
    add_sheet(session, submission, _order(institution, kind, row, on))
    return submission


def _check_whose(
    session: Session,
    institution: Institution,
    standing: Standing | None,
    department_id: int | None,
) -> None:
    led = others(session, institution.area_code, department_id)
    lead = led.get(institution.kinds[0].kind_code) if institution.kinds else None
    if lead is None:
        return
    own = session.get_one(Department, department_id)
    if standing is None or own.name not in (standing.authority or ""):  # an act of its own is
        raise Refused(f"这家由{lead.name}主管，请由该部门或协调机制办公室办理。")


def _order(institution: Institution, kind: ListKind, row: dict[str, str], on: date) -> ImportOrder:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    name = f"{on}-{institution.code}.csv"
    return ImportOrder(out.getvalue().encode(), name, kind, institution.area_code, on)


def _who(institution: Institution) -> dict[str, str]:
    address = next((p.address for p in institution.premises if p.closed_on is None), "")
    return {
        "机构名称": institution.name,
        "统一社会信用代码": institution.uscc or "",
        "办学许可证号": institution.licence_number or "",
        "办学地址": address,
    }


def _act(institution: Institution, standing: Standing) -> dict[str, str]:
    who = _who(institution)
    return {
        "机构名称": who["机构名称"],
        "统一社会信用代码": who["统一社会信用代码"],
        "办学地点": who["办学地址"],
        "列入黑名单原因": standing.reason or "",
        "违法依据": standing.basis or "",
        "处理决定文号": standing.decision_number or "",
        "告知日期": standing.notified_on.isoformat() if standing.notified_on else "",
        "列入时间": standing.listed_on.isoformat() if standing.listed_on else "",
        "公布期限": standing.term or "",
        "认定单位": standing.authority or "",
    }
