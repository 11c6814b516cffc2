"""States and findings in words for the reporter and for the desk."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from reports.models import Finding, Report, State

STATES = {
    State.RECEIVED: _("已收到"),
    State.ACCEPTED: _("已受理"),
    State.DECLINED: _("不予受理"),
    State.CHECKING: _("正在核查"),
    State.CLOSED: _("已办结"),
}
FINDINGS = {
    Finding.TRUE_AND_DEALT_WITH: _("情况属实，已处理"),
    Finding.PARTLY_TRUE: _("部分属实"),
    Finding.NOT_FOUND: _("经核查未发现所反映的情况"),
    Finding.TOO_LITTLE: _("线索不足，无法核查"),
}
EXPLAINED = {
    State.RECEIVED: _("已转给经办部门，等待受理。"),
    State.ACCEPTED: _("部门已受理，将安排核查。"),
    State.DECLINED: _("不属于校外培训监管的事项。紧急或其他问题请拨打12345。"),
    State.CHECKING: _("部门正在核查。"),
    State.CLOSED: _("部门已办结。"),
}


def state_words(report: Report) -> str:
    """Return the state, with the finding where it is closed."""
    if report.finding is not None:
        return gettext(
            "%(state)s：%(finding)s",
            state=STATES[report.state],
            finding=FINDINGS[report.finding],
        )
    return str(STATES[report.state])
