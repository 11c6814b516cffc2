"""States and findings in words for the reporter and for the desk."""

from reports.models import Finding, Report, State

STATES = {
    State.RECEIVED: "已收到",
    State.ACCEPTED: "已受理",
    State.DECLINED: "不予受理",
    State.CHECKING: "正在核查",
    State.CLOSED: "已办结",
}
FINDINGS = {
    Finding.TRUE_AND_DEALT_WITH: "情况属实，已处理",
    Finding.PARTLY_TRUE: "部分属实",
    Finding.NOT_FOUND: "经核查未发现所反映的情况",
    Finding.TOO_LITTLE: "线索不足，无法核查",
}
EXPLAINED = {
    State.RECEIVED: "已转给经办部门，等待受理。",
    State.ACCEPTED: "部门已受理，将安排核查。",
    State.DECLINED: "不属于校外培训监管的事项。紧急或其他问题请拨打12345。",
    State.CHECKING: "部门正在核查。",
    State.CLOSED: "部门已办结。",
}


def state_words(report: Report) -> str:
    """Return the state, with the finding where it is closed."""
    if report.finding is not None:
        return f"{STATES[report.state]}：{FINDINGS[report.finding]}"
    return STATES[report.state]
