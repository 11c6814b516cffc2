"""Whether a licence, as the list words it, covers a subject for a school year.

Never more certain than the text: what is not written is not written, and what is written in words
this module does not know is unclear. School subjects: 教监管厅函〔2021〕3号.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize


class Covers(StrEnum):
    """The four answers."""

    YES = "yes"
    NO = "no"
    NOT_WRITTEN = "not_written"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer for subject and year together, and for each alone."""

    subject: Covers
    year: Covers

    @property
    def together(self) -> Covers:
        """NO if either is NO, YES only if both are."""
        both = (self.subject, self.year)
        order = (Covers.NO, Covers.UNCLEAR, Covers.NOT_WRITTEN, Covers.YES)
        return next(answer for answer in order if answer in both)


# What a parent may ask about, by group. A licence may also use the words after it.
SUBJECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "学科": {
        "语文": (),
        "数学": (),
        "英语": ("外语",),
        "日语": ("外语",),
        "俄语": ("外语",),
        "物理": (),
        "化学": (),
        "生物": ("生物学",),
        "历史": (),
        "地理": (),
        "道德与法治": ("政治", "思想政治"),
    },
    "体育": {
        **dict.fromkeys(("足球", "篮球", "排球", "羽毛球", "乒乓球", "网球"), ()),
        **dict.fromkeys(("游泳", "跆拳道", "武术", "轮滑", "体适能", "围棋", "象棋"), ()),
    },
    "文化艺术": {
        **dict.fromkeys(("美术", "书法", "舞蹈", "声乐", "钢琴", "古筝", "小提琴"), ()),
        **dict.fromkeys(("吉他", "架子鼓", "播音主持", "戏剧表演"), ()),
        "音乐": (),
    },
    "科技": {
        **dict.fromkeys(("机器人", "科学实验", "航模", "无人机", "创客"), ()),
        "编程": ("信息学编程",),
    },
}
# Further words whose meaning is clear enough to say that they are not one of the above.
_OTHERS = {
    *("硬笔书法", "软笔书法", "国画", "素描", "绘画", "写字", "击剑", "田径", "体能"),
    *("街舞", "拉丁舞", "民族舞", "中国舞"),
}
# 0 before school, 1–9 compulsory, 10–12 senior secondary.
YEARS: tuple[str, ...] = (
    "学龄前", "一年级", "二年级", "三年级", "四年级", "五年级", "六年级",
    "初一", "初二", "初三", "高一", "高二", "高三",
)  # fmt: skip
_KNOWN = _OTHERS.union(
    *({subject, *words} for group in SUBJECTS.values() for subject, words in group.items())
)

_PARTS = re.compile(r"[、,，;；/+\s]+|以?及|和|与(?!法治)")
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_OPEN_END = re.compile(r"等(?:课程|项目|内容|科目)?$|其他|相关|及以下")
_AROUND = re.compile(
    r"^(?:少儿|儿童|青少年|中小学生?)|(?:培训|课程|教学|辅导|学科)?(?:培训|课程|教学|辅导|学科|项目)$|类$"
)
_STAGE_WORD = re.compile("小学|初中|高中|中学|年级|岁|幼儿|学前|学龄前|义务教育")

_STAGES: tuple[tuple[re.Pattern[str], range], ...] = (
    (re.compile("(?:九年)?(?:制)?义务教育(?:阶段)?"), range(1, 10)),
    (re.compile("小学(?:生|阶段|学段)?"), range(1, 7)),
    (re.compile("初中(?:生|阶段|学段)?"), range(7, 10)),
    (re.compile("(?:普通)?高中(?:生|阶段|学段)?|普高"), range(10, 13)),
    (re.compile("中小学(?:生|阶段)?"), range(1, 13)),
    (re.compile("中学(?:生|阶段)?|初高中"), range(7, 13)),
    (re.compile("幼儿园?|学(?:龄)?前(?:儿童|教育|阶段)?|3-6周?岁(?:儿童|幼儿)?"), range(1)),
    (re.compile("成人|大学生?|职业"), range(0)),
)
_AGES = re.compile(r"(\d{1,2})周?岁?[-—–―~～－至到]+(\d{1,2})周?岁(?:儿童|少儿|青少年)?")
_NUMBERS = {c: n for n, c in enumerate("一二三四五六七八九", start=1)}
_YEAR = r"(\d{1,2}|[一二三四五六七八九])"
_GRADES = re.compile(rf"{_YEAR}(?:年级)?[-—–―~～－至到]+{_YEAR}年级")
_GRADE = re.compile(rf"{_YEAR}年级")
_NAMED_YEAR = re.compile("[初高][一二三]")


def may_teach(scope: str | None, stages: str | None, subject: str, year: int) -> Answer:
    """Return what 培训内容 and 培训对象 of a licence say about a subject and a school year.

    `subject` is a name in SUBJECTS, `year` a place in YEARS; KeyError or IndexError for others.
    """
    names = next(group[subject] for group in SUBJECTS.values() if subject in group)
    return Answer(
        _covers_subject(scope or "", {subject, *names}, subject in SUBJECTS["学科"]),
        _covers_year(stages or "", scope or "", range(len(YEARS))[year]),
    )


def _covers_subject(scope: str, names: set[str], is_school_subject: bool) -> Covers:
    parts = list(_subject_parts(scope))
    if not parts:
        return Covers.NOT_WRITTEN
    if names & set(parts):
        return Covers.YES
    if any(name in part for part in parts for name in names):
        return Covers.UNCLEAR  # 数学思维 is not 数学
    if not all(part in _KNOWN for part in parts):
        return Covers.UNCLEAR
    # Every word is another one. For a school subject that settles it: 严禁超审批范围经营.
    return Covers.NO if is_school_subject else Covers.NOT_WRITTEN


def _subject_parts(scope: str) -> Iterator[str]:
    text = normalize("NFKC", scope)
    inner = [words for words in _BRACKETS.findall(text) if not _STAGE_WORD.search(words)]
    for part in _PARTS.split("、".join([_BRACKETS.sub("", text), *inner])):
        open_ended = _OPEN_END.search(part) is not None
        named = _OPEN_END.sub("", part).strip("。. :")
        if named:
            yield _AROUND.sub("", _AROUND.sub("", named)) or named
        if open_ended:
            yield "等"


def _covers_year(stages: str, scope: str, year: int) -> Covers:
    # A stage written beside a subject, 美术（小学）, narrows what the licence says elsewhere.
    brackets = _BRACKETS.findall(normalize("NFKC", scope))
    beside = [words for words in brackets if _STAGE_WORD.search(words)]
    written = [text for text in (stages, *beside) if text.strip()]
    answers = {_year_in(text, year) for text in written}
    if not answers:
        return Covers.UNCLEAR if _STAGE_WORD.search(scope) else Covers.NOT_WRITTEN
    return answers.pop() if len(answers) == 1 else Covers.UNCLEAR


def _year_in(text: str, year: int) -> Covers:
    answers = {_part_covers(part, year) for part in _PARTS.split(_flat(text)) if part}
    order = (Covers.YES, Covers.UNCLEAR, Covers.NO)
    return next((answer for answer in order if answer in answers), Covers.NOT_WRITTEN)


def _flat(text: str) -> str:
    return normalize("NFKC", text).strip("。. ")


def _part_covers(part: str, year: int) -> Covers:
    for words, years in _STAGES:
        if words.fullmatch(part):
            return _certain(year in years)
    if ages := _AGES.fullmatch(part):
        return _age_covers(int(ages[1]), int(ages[2]), year)
    if grades := _GRADES.fullmatch(part):
        return _certain(_number(grades[1]) <= year <= _number(grades[2]))
    if grade := _GRADE.fullmatch(part):
        return _certain(_number(grade[1]) == year)
    if _NAMED_YEAR.fullmatch(part):
        return _certain(YEARS[year] == part)
    return Covers.UNCLEAR


def _age_covers(youngest: int, oldest: int, year: int) -> Covers:
    # Children of year 1 are 6 to 7, of year 9 14 to 15; before school they are 3 to 6.
    starts, ends = (3, 6) if year == 0 else (year + 5, year + 6)
    if youngest <= starts and ends <= oldest:
        return Covers.YES
    return Covers.NO if oldest < starts or ends < youngest else Covers.UNCLEAR


def _number(text: str) -> int:
    return _NUMBERS[text] if text in _NUMBERS else int(text)


def _certain(covered: bool) -> Covers:
    return Covers.YES if covered else Covers.NO
