"""How characters are read, without tones: 朝 is zhao and chao."""

from functools import lru_cache
from itertools import islice, product

_COMBINATIONS = 16  # readings of one text that are kept, the usual ones of each character first


@lru_cache(maxsize=1 << 14)
def readings(character: str) -> tuple[str, ...]:
    """Return every reading of a folded character; of one that is no Hanzi, itself."""
    # On first use only: the dictionary takes a sixth of a second and 20 MB.
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="default")
    return tuple(dict.fromkeys(found[0])) if found else (character,)


def sounds(text: str) -> tuple[str, ...]:
    """Return how a short text may be read, syllables apart, at most 16 ways."""
    ways = islice(product(*map(readings, text)), _COMBINATIONS)
    return tuple(" ".join(way) for way in ways)


def sound_alike(one: str, other: str) -> bool:
    """Tell whether two texts have a reading in common, character by character."""
    return len(one) == len(other) and all(
        not set(readings(mine)).isdisjoint(readings(theirs))
        for mine, theirs in zip(one, other, strict=True)
    )
