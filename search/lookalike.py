"""Names that are taken for one another: 青禾 and 青荷, 晨曦湾 and 晨希湾, 小新星 and 小星星.

Two names look alike when their distinctive parts sound the same or are one edit apart; what they
share with everybody (area, trade, legal form) does not count. The index keeps keys that only such
names have in common; the names themselves then decide.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from search.analysis import owners
from search.brand import Brand, brand_of
from search.documents import Filters
from search.filtering import admitted, has
from search.reading import Reader
from search.sounds import sound_alike, sounds

MOST = 40
SHORT = 2  # brands of two characters are many: one of them in common is nothing in common
LATIN = 5  # letters a Latin brand needs before one of them may be a slip
_BUDGET = 500  # records looked at for one name, those under the rarest keys first


class Alike(StrEnum):
    """How two names are alike, the most confusing first."""

    SOUND = "sound"
    CHARACTER = "character"
    BRAND = "brand"  # the same distinctive part, another institution


class Lookalike(NamedTuple):
    """A record with a name like another one."""

    key: str
    name: str  # folded; the name or a former one
    how: Alike
    standing: str


def keys(name: str) -> set[str]:
    """Return the terms that a name has in common with all names it may be taken for.

    They begin with a space, which no other term does; sounds begin with two.
    """
    brand = brand_of(name)
    text, rest = brand.text, brand.rest
    if len(text) < SHORT:
        return set()
    shorter = {text[:at] + text[at + 1 :] for at in range(len(text))}
    found = {f"  {sound}" for sound in sounds(text)} | {f" {text}", _whole(brand)}
    if len(text) > SHORT:
        found |= {f" {part}" for part in shorter}
    if len(text) <= SHORT + 1:
        found |= {f" {part}{rest}" for part in shorter}
    return found


def alike(one: Brand, other: Brand) -> Alike | None:
    """Tell how two names are alike, if they are."""
    mine, theirs = one.text, other.text
    if min(len(mine), len(theirs)) < SHORT:
        return None
    if mine == theirs:
        return Alike.BRAND
    if not _latin(mine) and sound_alike(mine, theirs):
        return Alike.SOUND
    if not _one_edit(mine, theirs) or (_latin(mine) and min(len(mine), len(theirs)) < LATIN):
        return None
    short = min(len(mine), len(theirs)) == SHORT
    return Alike.CHARACTER if not short or one.rest == other.rest else None


def lookalikes(
    reader: Reader, name: str, filters: Filters, always: str, *, admit_brand: bool
) -> list[Lookalike]:
    """Return at most 40 records with a name like this one, those of standing `always` first.

    These come whatever the filters and however many share a key. The same distinctive part
    counts for them alone, unless `admit_brand`: a chain has one on every door.
    """
    brand, found = brand_of(name), []
    for number, first in _candidates(reader, brand, filters, always):
        best = _best(brand, reader, number)
        if best and (best.how is not Alike.BRAND or first or admit_brand):
            found.append((not first, list(Alike).index(best.how), best.key, best))
    return [best for *_, best in sorted(found)[:MOST]]


def differing(one: str, other: str) -> tuple[list[bool], list[bool]]:
    """Return for each character of two names as published whether the other name lacks it there.

    Only the distinctive parts are compared. Both names must look alike.
    """
    mine, theirs = brand_of(one), brand_of(other)
    left, right = _unmatched(mine.text, theirs.text)
    return _marked(one, mine, left), _marked(other, theirs, right)


def _candidates(
    reader: Reader, brand: Brand, filters: Filters, always: str
) -> Iterator[tuple[int, bool]]:
    """Yield documents under the keys of a name, and whether they are of standing `always`."""
    alone = 1 if _is_listed(reader, brand) else 0  # then keys that only one has are its own
    terms = ((reader.frequency(term), term) for term in keys(brand.name))
    held = sorted((often, term) for often, term in terms if often > alone)
    if not held:
        return
    columns, left, seen = reader.columns, _BUDGET, set[int]()
    numbers = np.concatenate([reader.numbers(term) for _, term in held])
    feared = columns.standing.among(numbers, has(always)) & bool(always)
    wanted = feared | admitted(columns, filters, numbers)
    for number, first in zip(numbers[wanted].tolist(), feared[wanted].tolist(), strict=True):
        if number not in seen and (left > 0 or first):
            seen.add(number)
            left -= 1
            yield number, first


def _is_listed(reader: Reader, brand: Brand) -> bool:
    """Tell whether one document alone has this trade beside this brand, and the very name."""
    whole = _whole(brand)
    return reader.frequency(whole) == 1 and any(
        brand.name in reader.columns.names.of_document(number)
        for number in reader.numbers(whole).tolist()
    )


def _whole(brand: Brand) -> str:
    return f" {brand.text}{brand.rest}"


def _best(brand: Brand, reader: Reader, number: int) -> Lookalike | None:
    """Return how the document's nearest name is like the brand; None for the very name, too."""
    columns, best = reader.columns, None
    for name in (*columns.names.of_document(number), *columns.formers.of_document(number)):
        if name == brand.name:
            return None
        how = alike(brand, brand_of(name))
        if how and (best is None or list(Alike).index(how) < list(Alike).index(best.how)):
            (key,), (standing,) = columns.keys.of_document(number), columns.standing.of(number)
            best = Lookalike(key, name, how, standing)
    return best


def _latin(text: str) -> bool:
    return text.isascii()


def _one_edit(one: str, other: str) -> bool:
    """Tell whether one character is put in, left out, changed, or changes places with the next."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    front = _common_start(one, other)
    back = _common_start(one[front:][::-1], other[front:][::-1])
    mine, theirs = one[front : len(one) - back], other[front : len(other) - back]
    return len(theirs) == 1 or (len(mine) == len(theirs) == 2 and mine == theirs[::-1])


def _common_start(one: str, other: str) -> int:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return same


def _unmatched(one: str, other: str) -> tuple[set[int], set[int]]:
    """Return which characters of each the other one lacks in that place."""
    if len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        places = {at for at, (mine, theirs) in pairs if mine != theirs}
        return places, places
    front = _common_start(one, other)
    back = _common_start(one[front:][::-1], other[front:][::-1])
    return set(range(front, len(one) - back)), set(range(front, len(other) - back))


def _marked(name: str, brand: Brand, places: set[int]) -> list[bool]:
    marked = [False] * len(name)
    owned = owners(name) if places else []
    for place in places:
        marked[owned[brand.start + place]] = True
    return marked
