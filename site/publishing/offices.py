"""Full names of departments: 区文体旅局 is 临江区文化体育和旅游局, where the file says so."""

import re
from collections import Counter
from collections.abc import Iterable

_PLACES = re.compile(
    r"(?:[^省市区县]{2,8}(?:省|自治区))?([^省市区县镇乡街路号]{1,8}市)?([^省市区县镇乡街路号]{1,8}[区县旗])?"
)
_LEVELS = "区县市旗"
_NO_LEVEL = ("市场监", "市容")  # 市 in 市场监督管理局 is no city


class Offices:
    """Knows the district and its departments from the cells of one file."""

    def __init__(self, departments: Iterable[str], addresses: Iterable[str]) -> None:
        self._known = set(departments)
        counts: Counter[str] = Counter()
        for text in (*self._known, *addresses):
            if found := _PLACES.match(text):
                counts.update(filter(None, found.groups()))
        self._places: dict[str, str] = {}  # 区 → 临江区
        for place, _ in counts.most_common():
            self._places.setdefault(place[-1], place)

    def full(self, text: str) -> str:
        """Return the full name, or the text itself where the file does not give the district."""
        if any(text.startswith(place) for place in self._places.values()):
            return text
        level = text[:1] if text[:1] in _LEVELS and not text.startswith(_NO_LEVEL) else ""
        if level:
            place = self._places.get(level, "")
            return self._spelled_out(place, text[1:]) or (place + text[1:] if place else text)
        places = (self._places.get(level, "") for level in _LEVELS)
        spelled = (self._spelled_out(place, text) for place in places if place)
        return next(filter(None, spelled), text)

    def _spelled_out(self, place: str, short: str) -> str | None:
        if place + short in self._known:
            return place + short
        candidates = [
            name
            for name in self._known
            if name.startswith(place) and _abbreviates(short, name[len(place) :])
        ]
        return candidates[0] if len(candidates) == 1 and place else None


def _abbreviates(short: str, full: str) -> bool:
    if not short or not full or (short[0], short[-1]) != (full[0], full[-1]):
        return False
    rest = iter(full)
    return all(character in rest for character in short)
