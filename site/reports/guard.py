"""What in a text could give a person away: shown to its writer, masked on request, never decided.

A phone number may be the evidence; so the writer says what stays.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.i18n import lazy_gettext

_ = lazy_gettext

_DIGITS = str.maketrans("０１２３４５６７８９Ｘｘ－", "0123456789XX-")
_GAP = r"[ \-–—.\u3000]?"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}\d){{8}}(?!\d)")
_SPOKEN = "〇零幺一二三四五六七八九"
_IN_WORDS = re.compile(rf"(?<![{_SPOKEN}])[幺一][三四五六七八九][{_SPOKEN}]{{9}}(?![{_SPOKEN}])")
_LANDLINE = re.compile(
    r"(?<!\d)(?:0\d{2,3}[ -]?|[（(]0\d{2,3}[）)] ?)\d{7,8}(?!\d)"
    r"|(?<=电话|座机)[是号:： ]{0,3}[2-8]\d{6,7}(?!\d)"
)
# Also with a mistyped digit: whoever knows the person reads it all the same.
_ID_NUMBER = re.compile(
    rf"(?<!\d)\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXx](?![\dA-Za-z])"
    r"|(?<=学号)[是:： ]{0,2}\d{4,20}"
)
_ACCOUNT = re.compile(
    r"(?:微信号?|[vw]x|[v薇]信|加[v微薇]|qq号?|邮箱)[是:： ]{0,2}[a-z0-9][\w.@+-]{4,40}",
    re.ASCII | re.IGNORECASE,
)
_HOME = re.compile(
    r"(?<=我住|家住|们住)在?[^，。！？\s]{0,16}?\d+(?:号|栋|幢|座|单元|室)[^，。！？\s]{0,12}"
)
_MAIL = re.compile(r"[\w.+-]{1,60}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_NUMBER = r"[0-9〇零一二两三四五六七八九十]"
_GRADE = "(?:小学|初中|高中|中学|[一二三四五六七八九初高][年一二三]级?)"
_CLASS = re.compile(
    rf"{_GRADE}[ （(]{{0,2}}{_NUMBER}{{1,2}}[）)]?班"
    rf"|[一二三四五六七八九]?[（(]{_NUMBER}{{1,2}}[）)]班|{_NUMBER}{{1,2}}年级{_NUMBER}{{1,2}}班"
    rf"|[大中小托]{_NUMBER}班|20\d\d级[（(]?{_NUMBER}{{1,2}}[）)]?班"
)
# The hundred commonest surnames and the double ones, so that 孩子叫苦 is no name.
_SURNAME = (
    "(?:欧阳|上官|诸葛|司马|司徒|夏侯|皇甫|令狐|慕容|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤])"
)
_NO_NAME = (
    "高[一二三中考烧年]|马上|方[便面法]|白[天领]|金[额牌]|程度|万一|于是|夏[天令]|钱[款都]|付[费款钱]"
    "|黄[色昏]|周[一二三四五六日末围]|常常|任[何课教]|田里|许多|余下|谢谢|严[重格厉]|武术|戴口罩"
    "|向(?:我|你|他|她|其|所|全|各|这|那)|石家庄|龙岩"
)
_CHILD = r"(?:孩子|儿子|女儿|闺女|宝宝|娃娃?|小孩|学生|小朋友|外甥女?|侄[子女]|孙[子女]|我)"
_NAMED = re.compile(
    rf"{_CHILD}(?:的名字|名字)?(?:叫做?|名叫|名字是)?(?!{_NO_NAME})(?P<name>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)"
    r"(?=[，。,. 、；;！!？?（(\s]|在|上|被|从|今|报|就|读|去|，|$)"
)
_CALLED = re.compile(rf"(?P<name>{_SURNAME}[\u4e00-\u9fff]{{1,2}})(?=小朋友|同学)")
_STOP = r"，。,.、；;：:！!？?（()）\s"
_I_AM = re.compile(rf"我是(?!{_NO_NAME})(?P<name>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=[{_STOP}]|$)")
# Only where a name can begin, so that 老板向其他家长收钱 has none.
_PARENT_OF = re.compile(
    rf"(?:^|(?<=[{_STOP}是叫班级生和跟]))(?!{_NO_NAME})(?P<name>{_SURNAME}[\u4e00-\u9fff]{{1,2}}?)"
    r"(?=的?(?:妈妈?|爸爸?|母亲|父亲|奶奶|爷爷|外婆|外公)|的家长)"
)
_OWN = re.compile(
    r"只有我[^，。！？\n]{0,12}|[只单]独?[跟对和]我[^，。！？\n]{0,12}|当着我[^，。！？\n]{0,10}"
    r"|我[和跟与](?:老师|老板|校长|前台|他|她|对方|机构)[^，。！？\n]{0,3}[吵闹谈聊说][^，。！？\n]{0,8}"
    r"|我(?:昨天|前天|今天|上周|刚刚?)[^，。！？\n]{0,14}|我是第一个[^，。！？\n]{0,8}"
    r"|(?:昨天|前天|今天|刚才)[^，。！？\n]{0,6}[跟和对给叫让]我[^，。！？\n]{0,10}"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Something that could give a person away, and where it stands."""

    start: int
    end: int
    kind: Any
    words: str


_KINDS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (_ID_NUMBER, _("证件号码")),
    (_MOBILE, _("电话")),
    (_LANDLINE, _("电话")),
    (_IN_WORDS, _("电话")),
    (_MAIL, _("账号")),
    (_ACCOUNT, _("账号")),
    (_CLASS, _("班级")),
    (_NAMED, _("姓名")),
    (_CALLED, _("姓名")),
    (_I_AM, _("姓名")),
    (_PARENT_OF, _("姓名")),
    (_HOME, _("住址")),
)


def personal_data(text: str) -> list[Found]:
    """Return everything found, in the order of the text; nothing overlaps."""
    found: list[Found] = []
    for one in sorted(_all(text.translate(_DIGITS), text), key=lambda f: (f.start, -f.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def _all(plain: str, text: str) -> Iterator[Found]:
    for pattern, kind in _KINDS:
        for match in pattern.finditer(plain):
            group = "name" if "name" in pattern.groupindex else 0
            start, end = match.span(group)
            yield Found(start, end, kind, text[start:end])


def masked(text: str) -> str:
    """Return the text with everything found replaced by what it is."""
    for one in reversed(personal_data(text)):
        text = f"{text[: one.start]}（{one.kind}）{text[one.end :]}"
    return text


def known_only_to_one(text: str) -> list[str]:
    """Return passages that tell of something which perhaps only their writer can know."""
    return [match[0] for match in _OWN.finditer(text)]
