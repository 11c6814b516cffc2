"""The few questions of a category, each of which may be skipped; the answers are sealed."""

from collections.abc import Mapping
from typing import Any

from portal.i18n import gettext, lazy_gettext
from reports.choices import STAGES

_ = lazy_gettext

ANSWER_LENGTH = 60

QUESTIONS: dict[str, Any] = {
    "amount": _("多少钱"),
    "months": _("一次收几个月"),
    "class_hours": _("一次收多少课时"),
    "payee": _("钱付给谁"),
    "hours": _("星期几、几点上课"),
    "people": _("大约多少学生"),
    "subject": _("教什么"),
    "slogan": _("广告怎么说的，在哪看到"),
    "school": _("老师是哪所学校的"),
    "since": _("从什么时候开始"),
}
ASKED: dict[str, tuple[str, ...]] = {
    "A01": ("subject", "hours", "people"),
    "A02": ("subject", "hours"),
    "A03": ("subject", "hours"),
    "A05": ("subject", "hours", "people"),
    "A06": ("subject", "hours", "since"),
    "A08": ("subject", "people"),
    "B01": ("subject", "hours", "amount"),
    "B02": ("subject", "hours", "people"),
    "B03": ("subject", "hours"),
    "B04": ("subject",),
    "B07": ("subject", "hours"),
    "C01": ("school", "subject", "amount"),
    "D01": ("amount", "months", "class_hours"),
    "D02": ("payee", "amount"),
    "D03": ("amount", "class_hours", "since"),
    "D04": ("amount", "payee"),
    "D05": ("amount",),
    "D06": ("amount",),
    "D07": ("amount", "since"),
    "E01": ("slogan",),
    "E02": ("slogan",),
    "E03": ("slogan", "amount"),
    "F05": ("people",),
    "G01": ("people", "hours"),
    "G02": ("people", "hours"),
}


def answered(content: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return question and answer, in words, of what a report's content has beside its text."""
    rows = [(str(QUESTIONS[name]), said) for name, said in content.items() if name in QUESTIONS]
    if content.get("stage") in STAGES:
        rows.insert(0, (gettext("教多大的"), str(STAGES[content["stage"]])))
    return rows


def questions_of(category_code: str) -> dict[str, Any]:
    """Return name → words of the questions that a category asks, at most three."""
    return {name: QUESTIONS[name] for name in ASKED.get(category_code, ())}
