"""States, acts and findings in words for the reporter and for the desk."""

from portal.i18n import gettext
from portal.i18n import lazy_gettext as _
from reports.models import Act, Finding, Rating, Report, ReportStep, State

STATES = {
    State.RECEIVED: _("已收到"),
    State.ACCEPTED: _("已受理"),
    State.DECLINED: _("不予受理"),
    State.CHECKING: _("正在核查"),
    State.ASKED: _("等您补充"),
    State.CLOSED: _("已办结"),
    State.REOPENED: _("换部门复核"),
}
FINDINGS = {
    Finding.TRUE_AND_DEALT_WITH: _("情况属实，已处理"),
    Finding.PARTLY_TRUE: _("部分属实"),
    Finding.NOT_FOUND: _("经核查未发现所反映的情况"),
    Finding.TOO_LITTLE: _("线索不足，无法核查"),
}
RATINGS = {Rating.GOOD: _("满意"), Rating.FAIR: _("基本满意"), Rating.BAD: _("不满意")}
ACTS = {
    Act.SENT: _("已收到"),
    Act.OPENED: _("部门已打开"),
    Act.ACCEPTED: _("已受理"),
    Act.DECLINED: _("不予受理"),
    Act.CHECKING: _("正在核查"),
    Act.ASKED: _("部门有问题想问您"),
    Act.ANSWERED: _("您补充了情况"),
    Act.TRANSFERRED: _("转给另一个部门"),
    Act.RULED: _("统筹协调的办公室指定了承办部门"),
    Act.HANDED_OVER: _("交给承办部门"),
    Act.ASSISTED: _("请另一个部门协助"),
    Act.NOTED: _("内部记录"),
    Act.RAISED: _("部门过期没有打开，已提请督促"),
    Act.CLOSED: _("已办结"),
    Act.OBJECTED: _("您不同意，换部门复核"),
}
EXPLAINED = {
    Act.ACCEPTED: _("部门已受理，将安排核查。"),
    Act.DECLINED: _("不属于校外培训监管的事项。紧急或其他问题请拨打12345。"),
    Act.CHECKING: _("部门正在核查。"),
}
# What the reporter need not see: notes stay among officers.
UNSEEN = {Act.NOTED}


def state_words(report: Report) -> str:
    """Return the state, with the finding where it is closed."""
    if report.state is State.CLOSED and report.finding is not None:
        state = gettext("复核办结") if report.objected_on else STATES[State.CLOSED]
        return gettext("%(state)s：%(finding)s", state=state, finding=FINDINGS[report.finding])
    return str(STATES[report.state])


def step_words(step: ReportStep) -> tuple[str, str]:
    """Return what happened in a step: title and detail."""
    title, detail = str(ACTS[step.act]), str(EXPLAINED.get(step.act, ""))
    if step.act is Act.CLOSED and step.finding is not None:
        detail = str(FINDINGS[step.finding])
    elif step.department is not None:
        name = step.department.name
        detail = {
            Act.SENT: gettext("转给%(department)s。", department=name),
            Act.OBJECTED: gettext("由%(department)s重新看。", department=name),
        }.get(step.act, gettext("%(department)s。", department=name))
    return title, detail
