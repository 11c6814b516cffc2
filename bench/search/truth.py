"""Who is a right answer: every institution that satisfies the information given.

Nothing here is shared with the engine: plain substrings, regular expressions over readings of
single characters, and edit distance over everything there is.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import islice, product

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from bench.search.records import Institution
from bench.search.sounds import loose, readings, spelled, splits

Numbers = set[int]
Made = tuple[str, Numbers]  # what was typed, and who is right
READINGS = 12  # of one brand that count, the usual ones of each character first


def plain(text: str) -> str:
    """Return a text without brackets, spaces and hyphens, in lower case."""
    return re.sub(r"[（）()\s-]", "", text).lower()


class Lines:
    """Texts of institutions, one to a line, in one string that can be searched at once."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        self.owners: list[int] = []
        self.lines: list[str] = []
        for number, several in enumerate(texts):
            for text in several:
                self.owners.append(number)
                self.lines.append(plain(text))
        self.text = "\n".join(self.lines)
        self.starts, at = list[int](), 0
        for line in self.lines:
            self.starts.append(at)
            at += len(line) + 1

    def matching(self, pattern: str) -> Numbers:
        """Return whose lines a regular expression finds something in."""
        return {self._owner(match.start()) for match in re.finditer(pattern, self.text)}

    def holding(self, needle: str) -> Numbers:
        """Return whose lines a text is part of."""
        found, at = Numbers(), self.text.find(needle)
        while at >= 0:
            line = bisect_right(self.starts, at) - 1
            found.add(self.owners[line])
            following = self.starts[line] + len(self.lines[line])
            at = self.text.find(needle, following)
        return found

    def within(self, typed: str, target: int) -> Numbers:
        """Return whose lines are at most as far from what was typed as the target's nearest."""
        return _nearest(typed, self.lines, lambda at: (self.owners[at],), target)

    def _owner(self, at: int) -> int:
        return self.owners[bisect_right(self.starts, at) - 1]


class Truth:
    """What can be asked of a register, answered by looking at everything."""

    def __init__(self, register: list[Institution]) -> None:
        self.register = register
        self.names = Lines(one.names for one in register)
        self.addresses = Lines((one.address.text,) for one in register)
        self.codes = Lines((one.uscc, one.licence) for one in register)

    def named(self, *pieces: str) -> Numbers:
        """Return who has every piece in a name, present or former."""
        return set.intersection(*(self.names.holding(plain(piece)) for piece in pieces if piece))

    def standing_in(self, area: str) -> Numbers:
        """Return who stands in an area of this name, or bears it in name or address."""
        return self._places[area] | self.names.holding(area) | self.addresses.holding(area)

    def sounding(self, *pieces: str) -> Numbers:
        """Return who has pieces of name, each of Hanzi or letters, that sound like these."""
        return set.intersection(*(self._sounding(self._exact, piece) for piece in pieces if piece))

    def sounding_loosely(self, *pieces: str) -> Numbers:
        """Return the same where zh and z, -ng and -n, l and n, h and f are one."""
        return set.intersection(*(self._sounding(self._loose, piece) for piece in pieces if piece))

    def with_initials(self, *pieces: str) -> Numbers:
        """Return who has pieces of name whose characters begin with these letters."""
        patterns = ("".join(map(self._initial, letters)) for letters in pieces)
        return set.intersection(*map(self.names.matching, patterns))

    def branded_within(self, typed: str, target: int) -> Numbers:
        """Return who has a piece of brand at most as far from what was typed as the target has."""
        pieces = [piece for piece in self._pieces if abs(len(piece) - len(typed)) <= 1]
        return _nearest(typed, pieces, lambda at: self._pieces[pieces[at]], target)

    def spelled_within(self, typed: str, category: str, target: int) -> Numbers:
        """Return whose brand, alone or with the category after it, is spelled as near.

        One letter more or less is the most that is looked at.
        """
        teaching = self.named(category) if category else Numbers()
        texts, owners = list[str](), list[list[int]]()
        for ending in ("", *_spellings(category)) if category else ("",):
            length = len(typed) - len(ending)
            for near in range(length - 1, length + 2):
                for spelling, bearers in self._spelled[near]:
                    kept = [n for n in bearers if n in teaching] if ending else bearers
                    if kept:
                        texts.append(spelling + ending)
                        owners.append(kept)
        return _nearest(typed, texts, owners.__getitem__, target)

    @cached_property
    def _pieces(self) -> dict[str, list[int]]:
        """Neighbouring characters of brands, two or more, with who bears them."""
        found = defaultdict[str, list[int]](list)
        for number, one in enumerate(self.register):
            for brand in filter(None, (one.brand, one.former_brand)):
                for length in range(2, len(brand) + 1):
                    for at in range(len(brand) - length + 1):
                        found[plain(brand[at : at + length])].append(number)
        return found

    @cached_property
    def _spelled(self) -> defaultdict[int, list[tuple[str, list[int]]]]:
        """How pieces of brands are spelled, with who bears them, by the number of letters."""
        found = defaultdict[int, list[tuple[str, list[int]]]](list)
        for piece, bearers in self._pieces.items():
            for spelling in _spellings(piece):
                found[len(spelling)].append((spelling, bearers))
        return found

    @cached_property
    def _places(self) -> defaultdict[str, Numbers]:
        found = defaultdict[str, Numbers](set)
        for number, one in enumerate(self.register):
            for area in (one.address.city, one.address.district):
                found[area].add(number)
                found[area[:-1]].add(number)
        return found

    @cached_property
    def _exact(self) -> dict[str, str]:
        return self._classes(lambda reading: reading)

    @cached_property
    def _loose(self) -> dict[str, str]:
        return self._classes(loose)

    @cached_property
    def _initials(self) -> dict[str, str]:
        return self._classes(lambda reading: reading[:1])

    def _initial(self, letter: str) -> str:
        return f"[{letter}{self._initials.get(letter, '')}]"

    def _classes(self, of: Callable[[str], str]) -> dict[str, str]:
        """Return the characters of the register by what their readings are made into."""
        found = defaultdict[str, list[str]](list)
        for character in sorted(set(self.names.text)):
            for sound in {of(reading) for reading in readings(character)}:
                found[sound].append(character)
        return {sound: "".join(characters) for sound, characters in found.items()}

    def _sounding(self, classes: dict[str, str], piece: str) -> Numbers:
        of = loose if classes is self._loose else str
        patterns = [
            "".join(f"[{''.join(classes.get(of(s), '') for s in one)}]" for one in way)
            for way in _ways(piece)
        ]
        literal = [re.escape(plain(piece))] if re.search(_HANZI, piece) else []
        usable = [pattern for pattern in patterns if pattern and "[]" not in pattern]
        return self.names.matching("|".join([*literal, *usable]) or "(?!)")


_HANZI = "[㐀-鿿]"


def _ways(piece: str) -> Iterator[tuple[Iterable[str], ...]]:
    """Yield the syllables that Hanzi and letters, spaces between them or not, may stand for.

    A Hanzi stands for any of its readings.
    """
    choices: list[list[tuple[Iterable[str], ...]]] = []
    for run in re.findall(f"{_HANZI}|[a-z]+", piece.lower()):
        one = re.match(_HANZI, run)
        ways = [(sorted(readings(run)),)] if one else [tuple((s,) for s in w) for w in splits(run)]
        choices.append(list(ways))
    for way in islice(product(*choices), 4096):
        yield tuple(syllable for run in way for syllable in run)


def _spellings(text: str) -> Iterator[str]:
    usual = spelled(text)
    if len(usual) != len(text):
        return  # Latin letters in it: nobody spells those
    choices = [[s, *sorted(readings(c) - {s})] for c, s in zip(text, usual, strict=True)]
    yield from dict.fromkeys("".join(way) for way in islice(product(*choices), READINGS))


def _nearest(
    typed: str, texts: list[str], owners: Callable[[int], Iterable[int]], target: int
) -> Numbers:
    far = cdist([typed], texts, scorer=OSA.distance, score_cutoff=3, dtype=np.uint8)[0]
    near = [(int(far[at]), owners(at)) for at in map(int, np.flatnonzero(far <= 3))]
    limit = min((distance for distance, bearers in near if target in bearers), default=0)
    return {one for distance, bearers in near if distance <= limit for one in bearers}
