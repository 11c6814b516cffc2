"""What of a query is no part of a name: 正规吗, 电话, and the areas it names beside it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from search.areas import short_forms
from search.brand import own_words
from search.columns import Mask, Numbers
from search.query import Query
from search.reading import Reader

_STREET = ".{0,2}(?:路|街|巷|弄|道)"
# How people ask about a place. What may well be in a name (教育, 中心, 老师) is not here: a name
# that is listed is found before any of these is left out.
_ASKING = (
    "统一社会信用代码 社会信用代码 信用代码 办学许可证号 办学许可证 许可证编号 许可证号 "
    "许可证 机构代码 机构名称 机构编号 编号 证号 是不是黑名单 是黑名单吗 在黑名单吗 "
    "在不在黑名单 黑名单 白名单 是不是正规的 是不是正规 是正规的吗 正规不正规 正规吗 "
    "正不正规 正规 靠谱吗 靠不靠谱 靠谱 怎么样 怎样 好不好 好吗 可以吗 合法吗 合不合法 "
    "是否合法 合法 违法 有没有资质 有资质吗 资质 有没有证 有证吗 有执照吗 营业执照 电话号码 "
    "电话多少 电话 联系方式 地址在哪里 地址在哪 地址 在哪里 在哪儿 在哪 位置 哪里 怎么走 "
    "多少钱 收费标准 收费多少 收费 学费多少 学费 价格 费用 退费 退款 退钱 跑路了吗 跑路 "
    "倒闭了吗 倒闭 关门了吗 关门 投诉 举报 骗子 骗人 是骗人的吗 评价 口碑 查询 查一下 查查 "
    "搜索 请问 想问 我想查 帮我查 有没有 是不是 是吗 存在吗 能报吗 可以报吗 报名 官网 招生 "
    "可靠吗 可靠不可靠 可不可靠 是骗子吗 是不是骗子 有办学许可证吗 有没有办学许可证 在白名单吗 "
    "在白名单里吗 在不在白名单 想了解一下 想了解 是不是正规机构 是正规机构吗 正规机构吗 这个机构 "
    "这家机构 被罚过吗 被罚过没有 被查过吗 有牌照吗 有没有牌照 "
    "师资 老师怎么样 老师好吗 被处罚 处罚 备案吗 备案 审批 资格 吗 呢 么 啊"
)
_ASKED = re.compile("|".join(sorted(_ASKING.split(), key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Wording:
    """A query without what is no part of a name."""

    pieces: tuple[str, ...]  # what is left, in its order
    areas: tuple[str, ...]  # names of areas that were taken out

    @property
    def text(self) -> str:
        """What is left in one piece."""
        return "".join(self.pieces)

    @property
    def generic(self) -> bool:
        """Whether there are only words in common use: area, trade, legal form."""
        return bool(self.areas or self.text) and not (self.text and own_words(self.text))

    def standing_there(self, reader: Reader, numbers: Numbers) -> Mask:
        """Return for each of these documents whether it stands in all the areas named."""
        there: Mask = np.ones(len(numbers), np.bool_)
        for area in self.areas:
            there &= reader.columns.places.among(numbers, _within(area))
        return there


def _within(area: str) -> Callable[[tuple[str, ...]], bool]:
    return lambda places: any(place.startswith(area) for place in places)


def wording(reader: Reader, query: Query) -> Wording:
    """Take out of a query the words of asking and the names of areas; raises nothing."""
    pieces, areas = list[str](), list[str]()
    pattern = _areas(reader.places)
    for part in query.parts_typed:
        for asked in _ASKED.split(part):
            last = 0
            for match in pattern.finditer(asked) if pattern else ():
                pieces.append(asked[last : match.start()])
                areas.append(match[0])
                last = match.end()
            pieces.append(asked[last:])
    return Wording(tuple(filter(None, pieces)), tuple(dict.fromkeys(areas)))


@lru_cache(maxsize=8)
def _areas(places: frozenset[str]) -> re.Pattern[str] | None:
    short = {form for place in places for form in short_forms(place)} - places
    if not places:
        return None
    # 青禾 is the district 青禾区, but not in 青禾北路.
    either = [_either(places), f"(?:{_either(short)})(?!{_STREET})"] if short else [_either(places)]
    return re.compile("|".join(either))


def _either(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name))))
