"""States and acts as officers say them; what the reporter reads is in `reports/words.py`."""

from reports.models import Act, Report, State
from reports.words import ACTS, state_words

_STATES = {State.ASKED: "等举报人补充", State.REOPENED: "复核"}
_ACTS = {
    Act.OPENED: "已打开",
    Act.ASKED: "问举报人",
    Act.ANSWERED: "举报人补充",
    Act.TRANSFERRED: "转办",
    Act.RULED: "指定承办",
    Act.HANDED_OVER: "交接",
    Act.ASSISTED: "请求协助",
    Act.NOTED: "内部说明",
    Act.RAISED: "过期没人打开，提请督促",
    Act.OBJECTED: "举报人不同意，转复核",
}


def state_label(report: Report) -> str:
    """Return where a report stands."""
    return _STATES.get(report.state) or state_words(report)


def act_label(act: Act) -> str:
    """Return what was done."""
    return _ACTS.get(act) or str(ACTS[act])
