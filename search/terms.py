"""The terms a document is indexed under; how they begin tells the sorts apart.

Folded text has neither spaces nor punctuation, so no sort is taken for another: characters and
pairs (晨, 晨曦), pairs with one left out (晨 湾), parts of codes (four characters), sounds
(:cen xi), initials (.cxwm, .^cxw); those of `lookalike` begin with a space.
"""

from collections.abc import Iterable
from itertools import islice, pairwise, product

from search.sounds import initials, sound_classes

CODE_PART = 4  # the shortest part of a code that finds it
INITIALS = 4  # letters of the runs of initials that are kept, and
INITIALS_START = (2, 3)  # of those at the start of a name's distinctive part
_INITIALS_REACH = 12  # characters from that start that initials are kept of
_WAYS = 16  # of reading a run of characters that are kept
_ENDS = frozenset("省市区县旗州镇乡盟")


def text_terms(run: str) -> set[str]:
    """Return every character and every pair of neighbours in one folded run of text."""
    return {*run, *map("".join, pairwise(run))}


def near_pairs(run: str) -> list[str]:
    """Return the pairs with one character left out between them, as "晨 湾" of 晨曦湾."""
    return [f"{first} {second}" for first, second in zip(run, run[2:], strict=False)]


def code_terms(code: str) -> set[str]:
    """Return every four neighbouring characters of one folded code."""
    return {code[i : i + CODE_PART] for i in range(len(code) - CODE_PART + 1)}


def sound_terms(run: str, start: int = 0) -> set[str]:
    """Return how every pair of neighbours in a folded name may sound, in classes.

    What ends an area's name before the distinctive part is read as usual: 区 is Ou as a surname
    only, and would make a district's every 盛 sound like 欧盛.
    """
    classes = [
        sound_classes(character)[: 1 if at < start and character in _ENDS else None]
        for at, character in enumerate(run)
    ]
    return {
        sound_pair(one, other)
        for first, second in pairwise(classes)
        for one in first
        for other in second
    }


def sound_pair(one: str, other: str) -> str:
    """Return the term for two neighbouring sounds, each the class of a syllable."""
    return f":{one} {other}"


def initial_terms(run: str) -> set[str]:
    """Return the runs of initials in a folded text that begins with its distinctive part."""
    letters = [initials(character) for character in run[:_INITIALS_REACH]]
    found = set()
    for length in INITIALS_START:
        if len(letters) >= length:
            found |= {f".^{way}" for way in _ways(letters[:length])}
    for at in range(len(letters) - INITIALS + 1):
        found |= {f".{way}" for way in _ways(letters[at : at + INITIALS])}
    return found


def _ways(letters: list[str]) -> Iterable[str]:
    return islice(map("".join, product(*letters)), _WAYS)
