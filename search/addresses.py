"""One way of writing for a building, a floor, a room: 二层 and 2楼, 3号楼 and 3幢.

Never instead of what was published, always beside it: whatever LIKE finds stays found.
"""

import re

from search.analysis import fold

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMBER = "[零一二两三四五六七八九十]{1,3}"
_COUNTED = re.compile(f"({_NUMBER})(?=号楼|号|幢|栋|座|楼|层|单元|室|期|区)")
_BUILDING = re.compile(r"(\d+|[a-z])(?:号楼|幢|栋|座|#楼)")
_FLOOR = re.compile(r"(\d+)(?:楼层|楼|层|f(?![a-z]))")


def standard_address(text: str) -> str:
    """Return a folded address with numbers in digits, 栋 for a building and 层 for a floor."""
    folded = _COUNTED.sub(lambda match: _digits(match[1]), fold(text))
    return _FLOOR.sub(r"\1层", _BUILDING.sub(r"\1栋", folded))


def _digits(number: str) -> str:
    """Return 十二 as 12; what is no number under a hundred stays as it is."""
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return "".join(str(_DIGITS[digit]) for digit in number)
    if len(tens) > 1 or len(ones) > 1 or tens == "十":
        return number
    return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))


_PIECE = re.compile(
    r"\d+(?:栋|层|室|单元|期)|.*?(?:\d+号(?!楼)|[楼城座]|广场|中心|大厦|花园|大楼|商城|新村)|.+$"
)
_NUMBERED = re.compile(r"\d(?:号|栋|层|室)")


def address_pieces(text: str) -> list[str]:
    """Return street and number, building, floor and room of an address; none if it has no number.

    People leave some of them out, or put the building before the street.
    """
    standard = standard_address(text)
    return _PIECE.findall(standard) if _NUMBERED.search(standard) else []
