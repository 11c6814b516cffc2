"""Names like a query that nothing holds: a character off, another of the same sound, another order.

Pairs of characters and of sounds that query and name share vote for candidates; these are compared
whole. Characters count by how telling they are: 培训学校 in common is nothing in common.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import groupby, pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, LCSseq

from search.analysis import code_form
from search.documents import Filters, MatchedBy
from search.query import Query
from search.ranking import NOTHING, Tally
from search.reading import Reader
from search.sounds import readings, sign, sound_classes
from search.telling import TELLING, weights
from search.terms import CODE_PART, code_terms, sound_pair
from search.voting import SHARE, Ballot, similar_ones, voted
from search.wording import Wording

MOST = 20
# Enough of the query's weight in common, made up of more than one telling character, ...
THRESHOLD, LEAST = 0.55, 1.5  # 晨羲湾 has two thirds of 晨曦湾
# ... or all of it but one character: 晨羲培训学校 for 晨曦培训学校, where brands have two.
ONE_WRONG = 4  # characters that a query must have for this; below, a slip changes too much
_GAP = 0.25  # off for each character of the name that is passed over
_SLIP = 0.2  # for one slip of the hand and no more
_SHARE = 0.5  # what a query has of a name counts for, beside how like its words are
_SAME_SOUND = 0.93  # what a character of the same sound is worth
_PAD = " "
_NEARLY = 0.7  # from here on the whole name was typed, but for a slip or two
_LONG = 6  # characters from which on a query is compared with the name as a whole
_ELSEWHERE = 0.9  # of its likeness a name keeps that stands in another area than was named
_WRONG_CODE = 2  # characters of a code that may be wrong
_CODE_DIGITS = 6
_DIGITS = re.compile(r"\d{5,}")  # so many in a row are of a code and tell no name


@dataclass(frozen=True)
class Asked:
    """A query, ready to be compared."""

    whole: str
    pieces: tuple[str, ...]  # without areas and words of asking
    telling: list[float]

    @cached_property
    def text(self) -> str:
        """All of it in one piece."""
        return "".join(self.pieces)

    @cached_property
    def tokens(self) -> list[tuple[str, str, float]]:
        """Runs of equally telling characters in a piece: text, sound, weight."""
        found = []
        places = [place for place, piece in enumerate(self.pieces) for _ in piece]
        for _, run in groupby(
            zip(self.text, self.sound, self.telling, places, strict=True),
            key=lambda one: (one[2] >= TELLING, one[3]),
        ):
            text, sound, weights, _ = zip(*run, strict=True)
            found.append(("".join(text), "".join(sound), sum(weights) + 0.15 * len(text)))
        return found

    @cached_property
    def has_letters(self) -> bool:
        """Whether there are Latin letters in it, of which two in a row mean nothing."""
        return any("a" <= character <= "z" for character in self.text)

    @cached_property
    def classes(self) -> frozenset[str]:
        """Every sound in it."""
        return frozenset(sound for character in self.text for sound in sound_classes(character))

    @cached_property
    def sound(self) -> str:
        """A character for the sound of each character."""
        return "".join(sign(sound_classes(character)[0]) for character in self.text)

    @cached_property
    def own(self) -> str:
        """What is telling in it."""
        return "".join(c for c, w in zip(self.text, self.telling, strict=True) if w >= TELLING)

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Every reading of every character in it."""
        return frozenset(reading for character in self.text for reading in readings(character))

    def sound_of(self, name: str) -> str:
        """Return the sound of a name, characters of many readings read as in the query."""
        return "".join(map(self._heard, name))

    @cached_property
    def _heard(self) -> Callable[[str], str]:
        return cache(partial(_sound_in, self.classes))  # names have most characters in common


def _sound_in(classes: frozenset[str], character: str) -> str:
    ways = sound_classes(character)
    return sign(next((way for way in ways if way in classes), ways[0]))


def similar(
    reader: Reader, query: Query, wording: Wording, filters: Filters
) -> tuple[Tally, Tally]:
    """Return the documents that have all that was asked, in another order, and those like it."""
    if not wording.text:
        return NOTHING, NOTHING
    telling = weights(wording.text, reader.rarity_of)
    for digits in _DIGITS.finditer(wording.text):
        telling[slice(*digits.span())] = [0.0] * len(digits[0])
    asked = Asked(query.whole, wording.pieces, telling)
    ballot, complete, alike = _ballot(reader, asked), dict[int, float](), dict[int, float]()
    for share in (SHARE, 0.0):  # one rare pair that says nothing must not outvote a sound
        numbers = voted(reader, ballot, filters, share=share)
        there = wording.standing_there(reader, numbers)
        for number, right_place in zip(numbers.tolist(), there.tolist(), strict=True):
            score, whole = _likeness(reader, asked, number)
            if score:
                alike[number] = score * (1.0 if right_place else _ELSEWHERE)
                if whole and right_place:
                    complete[number] = score
        if alike:
            break
    return (
        similar_ones(reader, complete, MatchedBy.NAME),
        similar_ones(reader, alike, MatchedBy.SIMILAR).best(MOST),
    )


def like_codes(reader: Reader, typed: str, filters: Filters) -> Tally:
    """Return the documents with a code that is one or two characters away from a long one typed.

    Whatever has six digits is taken for a code: 教民135990170000099号 is one, no name.
    """
    code, found = code_form(typed), dict[int, float]()
    if len(code) < 2 * CODE_PART or sum(map(str.isdecimal, code)) < _CODE_DIGITS:
        return NOTHING
    ballot = sorted((reader.frequency(term), term, 1.0) for term in code_terms(code))
    for number in voted(reader, ballot, filters).tolist():
        lines = reader.columns.codes.of_document(number)
        wrong = min((OSA.distance(code, line) for line in lines), default=len(code))
        if wrong <= _WRONG_CODE:
            found[number] = 0.95 - 0.1 * wrong
    return similar_ones(reader, found, MatchedBy.SIMILAR)


def _ballot(reader: Reader, asked: Asked) -> Ballot:
    """Return frequency, term and weight of the pairs that may stand in a name like the text.

    A character too many or too few moves neighbours apart or together, so each pair is asked for
    both ways.
    """
    text, telling, ballot = asked.text, asked.telling, set[tuple[int, str, float]]()
    for gap in (1, 2):
        for at, other in zip(range(len(text)), range(gap, len(text)), strict=False):
            if weight := telling[at] + telling[other]:
                for term in (f"{text[at]}{text[other]}", f"{text[at]} {text[other]}"):
                    ballot.add((reader.frequency(term), term, weight))
    for at, (first, second) in enumerate(pairwise(text)):
        weight = (telling[at] + telling[at + 1]) * _SAME_SOUND / 2
        for one in sound_classes(first) if weight else ():
            for two in sound_classes(second):
                term = sound_pair(one, two)
                ballot.add((reader.frequency(term), term, weight))
    return sorted(ballot)


def _likeness(reader: Reader, asked: Asked, number: int) -> tuple[float, bool]:
    """Return how like the query a document's nearest name is, and whether one has all of it."""
    best, whole = 0.0, False
    for name, telling in reader.columns.forms(number):
        theirs = (telling / 9).tolist()
        all_there = not asked.has_letters and _covered(asked.text, name)
        heard = asked.sound_of(name)
        share = _share(asked, name, heard, theirs) or _one_slip(asked.whole, name)
        if all_there or share:
            best = max(best, _score(asked, name, heard, theirs, share))
            whole = whole or all_there
    return best, whole


def _score(asked: Asked, name: str, heard: str, theirs: list[float], share: float) -> float:
    total, score = 0.0, 0.0
    for text, sound, weight in asked.tokens:
        pad = _PAD * len(text)  # or a part of the text alone would do at either end
        same = fuzz.partial_ratio(text, f"{pad}{name}{pad}") / 100
        alike = fuzz.partial_ratio(sound, f"{pad}{heard}{pad}") / 100
        score += weight * max(same, _SAME_SOUND * alike) ** 1.5
        total += weight
    score = score / total + _SHARE * share
    brand = "".join(c for c, w in zip(name, theirs, strict=True) if w >= TELLING)
    if brand:
        score += 0.15 * fuzz.partial_ratio(brand, asked.text) / 100
    score += 0.05 * sum(not asked.spoken.isdisjoint(readings(c)) for c in brand) / len(brand or " ")
    score += 0.2 * OSA.normalized_similarity(asked.own, brand)
    # Rare readings make much sound alike; a single slip of the hand says more.
    score += _SLIP * (_edits(asked.text, name) <= 1)
    own = set(asked.text)
    score += 0.12 * len(own.intersection(name)) / len(own)  # in whatever order
    if len(asked.whole) >= _LONG:
        whole = OSA.normalized_similarity(asked.whole, name)
        score += 0.1 * whole + 0.5 * max(0.0, whole - _NEARLY) / (1 - _NEARLY)
        score += 0.10 * OSA.normalized_similarity(asked.sound, heard)
    return 0.99 * score / (2.22 + _SLIP + _SHARE)


def _covered(text: str, name: str) -> bool:
    """Tell whether the text is made up of pieces of the name, each of two characters and more."""
    at = 0
    while at < len(text):
        length = 2
        if text[at : at + length] not in name or at + length > len(text):
            return False
        while at + length < len(text) and text[at : at + length + 1] in name:
            length += 1
        if len(text) - at - length == 1 and length > 2:
            length -= 1
        at += length
    return True


def _share(asked: Asked, name: str, heard: str, theirs: list[float]) -> float:
    """Return how much of what is telling about a query a name has, 0 if not enough."""
    by_sound = _enough(asked.sound, asked.telling, heard, theirs)
    return max(_enough(asked.text, asked.telling, name, theirs), _SAME_SOUND * by_sound)


def _enough(text: str, telling: list[float], name: str, theirs: list[float]) -> float:
    """Return the share of the text's weight that a name has, 0 if it has too little of it."""
    asked = {c for c, weight in zip(text, telling, strict=True) if weight >= TELLING}
    shown = {c for c, weight in zip(name, theirs, strict=True) if weight >= TELLING}
    # Whatever else was typed: two neighbours that tell are hardly there by chance.
    both = asked & shown
    bears_it = any(a in both and b in both and a + b in name for a, b in pairwise(text))
    # Trade words may add up to much of a long query; half of what is its own must be there.
    in_common = len(both)
    if not bears_it and (not in_common or 2 * in_common < len(asked)):
        return 0.0
    common = _common(text, telling, name, theirs)
    share = common / max(sum(telling), common, 1e-6)
    enough = common >= LEAST and share >= THRESHOLD
    return share if bears_it or enough or _one_wrong(text, name) else 0.0


def _common(text: str, telling: list[float], name: str, theirs: list[float]) -> float:
    """Return the weight of what the text and a stretch of the name have in common, in order."""
    best, running, end = 0.0, 0.0, 0
    for mine, other, size in LCSseq.opcodes(text, name).as_matching_blocks():
        if running:
            running = max(0.0, running - _GAP * (other - end))
        running += sum(map(min, telling[mine : mine + size], theirs[other : other + size]))
        best, end = max(best, running), other + size
    return best


def _one_slip(typed: str, name: str) -> float:
    """Return 1 for a whole name with one character wrong, too many, missing or out of place."""
    slips = OSA.distance(typed, name, score_cutoff=1)
    return 1.0 if len(typed) >= _LONG and slips <= 1 else 0.0


def _one_wrong(text: str, name: str) -> bool:
    # A last character that is wrong only shows that the name goes on in another way.
    return len(text) >= ONE_WRONG and _edits(text, name) == 1 == _edits(text[:-1], name)


def _edits(text: str, name: str) -> int:
    """Return how many characters of the text are wrong, as a part of the name; 2 for more."""
    found = fuzz.partial_ratio_alignment(text, name)
    if found is None:
        return 2
    start, end = found.dest_start, found.dest_end
    near = {name[max(a, 0) : b] for a in (start - 1, start) for b in (end, end + 1)}
    return min(OSA.distance(text, stretch, score_cutoff=1) for stretch in near)
