"""How characters sound, told apart from the engine's own view of it: all readings count."""

from functools import cache

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PINYIN_DICT

# The first level of GB 2312: the 3,755 most usual characters.
COMMON = b"".join(
    bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
).decode("gb2312", "ignore")


@cache
def readings(character: str) -> frozenset[str]:
    """Return every reading without tone; none for what is no Hanzi."""
    if not "㐀" <= character <= "鿿":
        return frozenset()
    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def spelled(text: str) -> list[str]:
    """Return how a text is usually read, a syllable each, phrases considered."""
    return lazy_pinyin(text)


@cache
def syllables() -> frozenset[str]:
    """Return every syllable that some character of the basic block is read as."""
    return frozenset(
        s for code in PINYIN_DICT if 0x4E00 <= code < 0xA000 for s in readings(chr(code))
    )


@cache
def loose(syllable: str) -> str:
    """Return a syllable with what is often confused made one: zhuang and zuan are zuan."""
    start, end = syllable[:2], syllable
    if start in ("zh", "ch", "sh"):
        end = syllable[0] + syllable[2:]
    if end.endswith("ng"):
        end = end[:-1]
    return {"l": "n", "f": "h"}.get(end[0], end[0]) + end[1:]


@cache
def sounding_like(character: str) -> tuple[str, ...]:
    """Return the common characters that are usually read the same."""
    return tuple(c for c in _by_sound().get(spelled(character)[0], ()) if c != character)


@cache
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for character in COMMON:
        found.setdefault(spelled(character)[0], []).append(character)
    return found


def splits(letters: str, longest: int = 6) -> list[tuple[str, ...]]:
    """Return every way to read letters as syllables: xian is xian, and xi an."""
    ways: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(letters) + 1):
        here = [
            (*way, letters[start:end])
            for start in range(max(0, end - longest), end)
            if letters[start:end] in syllables()
            for way in ways[start]
        ]
        ways.append(here)
    return ways[-1]
