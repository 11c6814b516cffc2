"""“这里能不能教 数学 给 初二？”: the question on an institution's page and its honest answer."""

from dataclasses import dataclass

from portal.i18n import gettext, translated
from portal.i18n import lazy_gettext as _
from register.models import Institution
from register.scope import SUBJECTS, YEARS, Answer, Covers, may_teach

_YEAR_LABELS = (
    _("学龄前"),
    _("小学一年级"), _("小学二年级"), _("小学三年级"),
    _("小学四年级"), _("小学五年级"), _("小学六年级"),
    _("初一"), _("初二"), _("初三"),
    _("高一"), _("高二"), _("高三"),
)  # fmt: skip
# For the catalogues: a test holds them against SUBJECTS.
_SUBJECT_WORDS = (
    _("语文"), _("数学"), _("英语"), _("日语"), _("俄语"), _("物理"), _("化学"), _("生物"),
    _("历史"), _("地理"), _("道德与法治"),
    _("足球"), _("篮球"), _("排球"), _("羽毛球"), _("乒乓球"), _("网球"), _("游泳"), _("跆拳道"),
    _("武术"), _("轮滑"), _("体适能"), _("围棋"), _("象棋"),
    _("美术"), _("书法"), _("舞蹈"), _("声乐"), _("钢琴"), _("古筝"), _("小提琴"), _("吉他"),
    _("架子鼓"), _("播音主持"), _("戏剧表演"), _("音乐"),
    _("机器人"), _("科学实验"), _("航模"), _("无人机"), _("创客"), _("编程"),
)  # fmt: skip
_GROUP_LABELS = {
    "学科": _("学科"), "体育": _("体育"), "文化艺术": _("文化艺术"), "科技": _("科技"),
}  # fmt: skip
_WORDS = {
    Covers.YES: _("能"),
    Covers.NO: _("不能"),
    Covers.NOT_WRITTEN: _("许可里没有写"),
    Covers.UNCLEAR: _("许可里没有写清楚"),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer in words, and the words of the licence it rests on."""

    covers: str
    word: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Question:
    """The form with what was chosen, and the answer where something was."""

    subject: str
    year: str
    groups: list[tuple[str, list[tuple[str, str]]]]
    years: list[tuple[str, str]]
    scope: str
    stages: str
    answered: Answered | None


def question(institution: Institution, subject: str, year: str) -> Question:
    """Return the form; words that are not on it are as if nothing had been asked."""
    subject = subject if any(subject in group for group in SUBJECTS.values()) else ""
    year = year if year.isascii() and year.isdecimal() and int(year) < len(YEARS) else ""
    answer = None
    if subject and year:
        answer = may_teach(institution.scope, institution.stages, subject, int(year))
    return Question(
        subject=subject,
        year=year,
        groups=_groups(),
        years=[(str(place), str(label)) for place, label in enumerate(_YEAR_LABELS)],
        scope=institution.scope or "",
        stages=institution.stages or "",
        answered=_answered(answer) if answer else None,
    )


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (str(_GROUP_LABELS[name]), [(subject, translated(subject)) for subject in group])
        for name, group in SUBJECTS.items()
    ]


def _answered(answer: Answer) -> Answered:
    reasons = [_about_subject(answer.subject), _about_year(answer.year)]
    if answer.together is Covers.NO:  # what settles it is enough
        said = (answer.subject, answer.year)
        reasons = [why for why, part in zip(reasons, said, strict=True) if part is Covers.NO]
    return Answered(answer.together.value, str(_WORDS[answer.together]), reasons)


def _about_subject(covers: Covers) -> str:
    match covers:
        case Covers.YES:
            return gettext("许可的培训内容里写了这门课。")
        case Covers.NO:
            return gettext("许可的培训内容里没有这门课。学科课没有写进许可，就不能教。")
        case Covers.NOT_WRITTEN:
            return gettext("名单上登记的许可没有写这门课。")
        case Covers.UNCLEAR:
            return gettext("培训内容的写法，看不准包不包括这门课。")


def _about_year(covers: Covers) -> str:
    match covers:
        case Covers.YES:
            return gettext("培训对象包括这个年级。")
        case Covers.NO:
            return gettext("培训对象不包括这个年级。")
        case Covers.NOT_WRITTEN:
            return gettext("名单上登记的许可没有写培训对象。")
        case Covers.UNCLEAR:
            return gettext("培训对象的写法，看不准包不包括这个年级。")
