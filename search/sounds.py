"""How characters are read, without tones: 朝 is zhao and chao; and what letters spell."""

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product

_COMBINATIONS = 16  # readings of one text that are kept, the usual ones of each character first
_LONGEST = 6  # letters of a syllable: zhuang
_SPELLINGS = 12  # ways to cut letters into syllables that are looked at, the shortest first
_SYLLABLE = re.compile("[a-z]*[aeiouv][a-z]*")  # not hm, ng, as interjections are written


@lru_cache(maxsize=1 << 14)
def readings(character: str) -> tuple[str, ...]:
    """Return every reading of a folded character; of one that is no Hanzi, itself."""
    return _dictionary().get(ord(character), (character,)) if len(character) == 1 else (character,)


@lru_cache(maxsize=1)
def _dictionary() -> dict[int, tuple[str, ...]]:
    # On first use only: the dictionary takes a tenth of a second. Its phrases, for which nobody
    # asks here, would take 44 MB more.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.constants import PINYIN_DICT

    same: dict[tuple[str, ...], tuple[str, ...]] = {}  # a tenth as many as characters
    found: dict[int, tuple[str, ...]] = {}
    for code, marked in PINYIN_DICT.items():
        ways = tuple(dict.fromkeys(map(_without_tone, marked.split(","))))
        found[code] = same.setdefault(ways, ways)
    return found


def _without_tone(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in letters if "a" <= letter <= "z")


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Return every syllable that some character is read as."""
    found = {reading for ways in _dictionary().values() for reading in ways}
    return frozenset(s for s in found if _SYLLABLE.fullmatch(s) and len(s) <= _LONGEST)


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


@lru_cache(maxsize=1 << 11)
def sound_class(syllable: str) -> str:
    """Return the class of syllables that are often taken for one another.

    zh z, ch c, sh s, n l, f h at the front, -ng -n at the end, ü and u.
    """
    first, rest = syllable[:1], syllable[1:]
    if first in "zcs" and rest[:1] == "h":
        rest = rest[1:]
    return {"l": "n", "h": "f"}.get(first, first) + rest.replace("v", "u").removesuffix("g")


@lru_cache(maxsize=1 << 14)
def sound_classes(character: str) -> tuple[str, ...]:
    """Return the class of every reading of a folded character."""
    return tuple(dict.fromkeys(map(sound_class, readings(character))))


@lru_cache(maxsize=1 << 14)
def initials(character: str) -> str:
    """Return the first letter of every reading of a folded character."""
    return "".join(dict.fromkeys(reading[:1] for reading in readings(character)))


def spellings(letters: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut letters into syllables, fewest first, at most 12; xian is xi an, too.

    None where letters are left over.
    """
    return tuple(islice(_spellings(letters), _SPELLINGS))


def _spellings(letters: str) -> Iterator[tuple[str, ...]]:
    known = syllables()
    ends: list[list[int]] = [
        [end for end in range(min(at + _LONGEST, len(letters)), at, -1) if letters[at:end] in known]
        for at in range(len(letters))
    ]
    fewest = _fewest(ends, len(letters))
    if fewest[0] is None:
        return
    for count in range(fewest[0], len(letters) + 1):
        yield from _cut(letters, ends, fewest, 0, count)


def _fewest(ends: list[list[int]], length: int) -> list[int | None]:
    """Return for every place how few syllables make up the rest; None if none do."""
    fewest: list[int | None] = [None] * length + [0]
    for at in range(length - 1, -1, -1):
        rests = [rest for end in ends[at] if (rest := fewest[end]) is not None]
        fewest[at] = 1 + min(rests) if rests else None
    return fewest


def _cut(
    letters: str, ends: list[list[int]], fewest: list[int | None], at: int, count: int
) -> Iterator[tuple[str, ...]]:
    """Yield the ways to cut the letters from a place on into exactly so many syllables."""
    if at == len(letters):
        if count == 0:
            yield ()
        return
    for end in ends[at]:
        rest = fewest[end]
        if rest is not None and rest < count:
            for following in _cut(letters, ends, fewest, end, count - 1):
                yield (letters[at:end], *following)


_signs: dict[str, str] = {}


def sign(sound: str) -> str:
    """Return one character that stands for a sound, so that sounds compare like text."""
    return _signs.get(sound) or _signs.setdefault(sound, chr(0xF0000 + len(_signs) % 0xFFFE))
