"""How telling each character of a name is: 培训学校 says nothing, 晨曦湾 says it all.

What a register repeats tells its members apart badly, so the measure is how many documents hold a
pair of neighbours: streets, the area's own names and trade words grow dull by themselves.
"""

from collections.abc import Callable
from itertools import pairwise
from math import log

TELLING = 0.8  # from here on a character counts as part of the distinctive name

# Dull in any register, also in one too small for counting.
_WORDS = (
    "培训 学校 教育 中心 有限公司 有限责任公司 机构 咨询 科技 文化 艺术 发展 服务 俱乐部 少儿 "
    "个体 民办 分公司 分校 校区 校外"
)
_DULL = frozenset(map("".join, pairwise(_WORDS)))  # those with a space in them meet nothing


def rarity(pair: str, frequency: int, documents: int) -> float:
    """Return 1 for a pair that few documents hold, 0 for one that many hold.

    Few is a fiftieth and many a fifth, falling with the logarithm in between. A small register
    needs more than a share: eight may be one chain, and only what half of them hold is dull.
    """
    few = max(1.0, min(documents / 4, max(8.0, documents / 50)))
    many = max(3.0, min(documents / 2, max(20.0, documents / 5)))
    if pair in _DULL or frequency >= many:
        return 0.0
    return 1.0 if frequency <= few else 1 - log(frequency / few) / log(many / few)


def weights(run: str, rarity_of: Callable[[str], float]) -> list[float]:
    """Return 0 to 1 for each character: that of the duller of the two pairs it stands in."""
    pairs = [1.0, *(rarity_of(first + second) for first, second in pairwise(run)), 1.0]
    return [min(left, right) for left, right in pairwise(pairs)] if run else []


def packed(values: list[float]) -> str:
    """Return one digit for each weight, so that they are kept beside their text."""
    return "".join(str(round(value * 9)) for value in values)


def unpacked(digits: str) -> list[float]:
    """Return the weights from their digits."""
    return [int(digit) / 9 for digit in digits]


def distinctive_start(values: list[float]) -> int:
    """Return where the distinctive part begins: past the area's names; 0 if nothing stands out."""
    return next((at for at, value in enumerate(values) if value >= TELLING), 0)
