"""Names of areas, in full and as people say them: 临江区, 临江."""

from collections.abc import Iterator

_ENDINGS = (
    *("自治区", "自治州", "自治县", "地区", "新区", "街道"),
    *("省", "市", "区", "县", "旗", "盟", "镇", "乡"),
)
_SHORTEST = 2  # characters without the ending


def short_forms(place: str) -> Iterator[str]:
    """Yield the name of an area, then the shorter ways to say it."""
    yield place
    for ending in _ENDINGS:
        if place.endswith(ending) and len(place) - len(ending) >= _SHORTEST:
            yield place.removesuffix(ending)
