"""The officers' words for closed sets: kinds, nature, stages, status; and names of institutions."""

import re
from functools import lru_cache

from publishing.grids import REPEATED

_PARTS = re.compile(r"[、,，;；/+＋\n\r\t ]+|以?及|和|与")
_LINES = re.compile(r"[、,，;；/\n\r\t ]+")

# Names as departments.InstitutionKind publishes them.
_KINDS = (
    ("体育类", re.compile("体育|运动|体适能")),
    ("文化艺术类", re.compile("艺术|文艺|美育|音乐|美术|舞蹈")),
    ("科技类", re.compile("科技|科创|科学|编程|创客|机器人")),
    ("职业培训", re.compile("职业")),
    ("早教", re.compile("早教|早期教育|托育")),
    ("托管", re.compile("托管")),
    ("学科类", re.compile("学科|文化课")),
)
_NOT_SUBJECT = re.compile("非学科(?:类)?")

_NON_PROFIT = re.compile("非营利|非盈利|民非|民办非|社会服务机构|事业")
_PROFIT = re.compile("营利|盈利|公司|企业|个体|合伙|工商")

_DASH = r"[-—–―~～－至到]+"
_AGES = re.compile(rf"(\d+){_DASH}(\d+)周?岁(?:儿童|少儿|青少年)?")
_GRADES = re.compile(
    rf"(\d+|[一二三四五六七八九十]+)(?:年级)?{_DASH}(\d+|[一二三四五六七八九十]+)年级"
)
_GRADE_STAGES = {
    ("1", "6"): "小学",
    ("7", "9"): "初中",
    ("1", "9"): "义务教育阶段",
    ("10", "12"): "普通高中",
}
_CHINESE = dict(zip("一二三四五六七八九", "123456789", strict=True)) | {"十": "10", "十二": "12"}
_STAGES = (
    ("3-6岁", re.compile("幼儿园?|学前|学龄前(?:儿童|教育)?|幼教")),
    ("义务教育阶段", re.compile("(?:九年)?(?:制)?义务(?:教育)?(?:阶段|学段)?|义教(?:阶段)?")),
    ("小学", re.compile("小学(?:生|阶段|学段)?")),
    ("初中", re.compile("初中(?:生|阶段|学段)?")),
    ("高中", re.compile("高中(?:生|阶段|学段)?")),
    ("普通高中", re.compile("普通高中(?:阶段|学段)?|普高")),
)

_SUBJECT_CONTENT = re.compile(
    "语文|数学|英语|外语|日语|俄语|物理|化学|生物|历史|地理|政治|道德与法治|作文|写作|阅读|拼音|识字"
    "|奥数|思维训练|数理|幼小衔接|文化课|学科|升学|中考|高考"
)

_NEGATED = r"(?<!未)(?<!未被)(?<!没有)(?<!不再)(?<!无)(?<!曾)(?<!解除)(?<!撤销)(?<!恢复)"
_RECOVERED = re.compile(
    "恢复(?:办学|招生|营业|正常)|整改(?:已)?(?:到位|完成|完毕|合格)|已整改|已复课"
)
# The first that fits; what is final comes before what is passing.
_WHITE_HINTS = (
    ("black", re.compile(_NEGATED + "(?:列入|纳入|转入|移入|进入)(?:了)?黑名单|^黑名单")),
    (
        "closed",
        re.compile(
            _NEGATED
            + "(?:注销|吊销|终止办学|停止办学|取缔|关停|关闭|停办|(?:撤销|收回)(?:办学)?许可)"
        ),
    ),
    ("removed", re.compile(_NEGATED + "(?:移出|移除|退出|清除出?)(?:了)?白?名单")),
    ("suspended", re.compile(_NEGATED + "(?:停业|停课|停止招生|暂停(?:办学|招生|营业|培训))")),
    ("rectifying", re.compile(_NEGATED + "(?:灰名单|限期整改|责令整改|责令改正|整改中|正在整改)")),
)
_PASSING = ("suspended", "rectifying")
_WITHDRAWN = re.compile("误列|误登|误报|错列|撤销(?:列入|公布|公示)")
_REMOVED = re.compile(r"(?<!未)(?<!应)(?:已移出|已移除|已退出黑?名单|移出黑?名单)")
_FROM_WHITE = re.compile(
    "从?白名单(?:上|中|内|里)?.{0,4}(?:清除|移出|移除|删除|除名)|(?:清除|移出|移除)出?白名单"
)
_AGAIN = re.compile(
    "屡教不改|屡查屡犯|屡次|累犯|(?:再次|多次|重复)(?:违法|违规|被查|查处|开展)|拒不改正"
)

_FORMER = re.compile(
    r"[（(](?:原名称?|曾用名|旧名|更名前|前身|原)(?:[:：为是]|叫)*([^（）()]{2,60})[）)]"
)
_TITLE_MARKS = re.compile(r"《([^《》]+)》")
_EDGES = "@=+-*＊※★☆▲△●○◆◇#·.。,，、;；:： "
_ADDRESS_LABEL = re.compile(
    r"^(?:办学|培训|经营|教学|注册|详细|现)?(?:地址|地点|住址|校址|住所)[:：]"
)
_BRACKETED = re.compile(r"（[^（）]*）|\([^()]*\)")


def split_departments(text: str) -> list[str]:
    """Return the departments of a cell. 文化体育和旅游局 is one: 和 does not part them."""
    return [part for part in _LINES.split(text.strip()) if part]


@lru_cache(REPEATED)
def read_kinds(text: str) -> tuple[str, ...]:
    """Return the kinds named in a cell, a section or a title, in their order."""
    parts = _PARTS.split(_NOT_SUBJECT.sub("", text))
    found = (next((kind for kind, words in _KINDS if words.search(part)), None) for part in parts)
    return tuple(dict.fromkeys(kind for kind in found if kind))


def read_nature(text: str) -> str:
    """Return 非营利性 or 营利性, or the officer's own word."""
    if _NON_PROFIT.search(text):
        return "非营利性"
    return "营利性" if _PROFIT.search(text) else text


@lru_cache(REPEATED)
def read_stages(text: str) -> str:
    """Return stages and ages in one form: 义务教育阶段, 3-6岁、小学, 4-12岁."""
    return "、".join(dict.fromkeys(_stage(part) for part in _LINES.split(text) if part))


def _stage(part: str) -> str:
    if grades := _GRADES.fullmatch(part):
        key = (_CHINESE.get(grades[1], grades[1]), _CHINESE.get(grades[2], grades[2]))
        return _GRADE_STAGES.get(key, "-".join(key) + "年级")
    if ages := _AGES.fullmatch(part):
        return f"{ages[1]}-{ages[2]}岁"
    return next((stage for stage, words in _STAGES if words.fullmatch(part)), part)


@lru_cache(REPEATED)
def teaches_subjects(content: str) -> bool:
    """Tell whether a content names a school subject. Source: 教监管厅函〔2021〕3号."""
    return _SUBJECT_CONTENT.search(content) is not None


def white_hint(text: str) -> str | None:
    """Return the status a remark on a white list speaks of, if it is another one."""
    hint = next((status for status, words in _WHITE_HINTS if words.search(text)), None)
    return None if hint in _PASSING and _RECOVERED.search(text) else hint


def is_withdrawn(text: str) -> bool:
    """Tell whether a remark says the entry was a mistake."""
    return _WITHDRAWN.search(text) is not None


def is_removed(text: str) -> bool:
    """Tell whether a remark says the entry has left the list."""
    return _REMOVED.search(text) is not None


def leaves_white(text: str) -> bool:
    """Tell whether a decision takes an institution off the white list."""
    return _FROM_WHITE.search(text) is not None


def is_repeated(text: str) -> bool:
    """Tell whether an entry speaks of an earlier offence."""
    return _AGAIN.search(text) is not None


def split_names(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the name and the former names: 甲（原名：乙） is 甲, once 乙."""
    former = tuple(name.strip(_EDGES) for name in _FORMER.findall(text))
    name = _TITLE_MARKS.sub(r"\1", _FORMER.sub("", text)).strip(_EDGES)
    return name, tuple(filter(None, former))


def clean_address(text: str) -> str:
    """Return an address without its label and final stop."""
    return _ADDRESS_LABEL.sub("", text).rstrip("。.；;，,")


def base_name(name: str) -> str:
    """Return a name without brackets: the institution to which 甲（分教点） belongs."""
    return _BRACKETED.sub("", name) or name
