"""Names whose pinyin was typed with a letter wrong, or as the ear has it: chemxiwan, cenxiwang."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from math import inf
from typing import NamedTuple, TypeAlias

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from search.columns import Numbers
from search.documents import Filters, MatchedBy
from search.filtering import admitted
from search.query import Query
from search.ranking import NOTHING, Tally
from search.reading import Reader
from search.sounds import readings, sign, sound_class, syllables
from search.spoken import Saying, by_pairs, pieces_of, sayings
from search.terms import sound_pair
from search.voting import Ballot, similar_ones, voted

_LEAST = 5  # letters that a query must have; below, a slip changes too much
_WRONG = 1  # letters
_TERMS = 250  # of a ballot
_HEARD = 200  # names of all the sounds typed that are compared; more say nothing
_BUDGET = 25000  # postings; syllables are fewer than characters, their lists longer
_OFF = 0.8  # what a syllable with a letter wrong is worth
_SOUND = 0.97  # what the ear's spelling is worth
_ENOUGH = 2.2  # letters of difference that a name may have, a change counting as two
_ENOUGH_SHARE = 0.15  # or so many of them
_START = 0.03  # more for a name whose distinctive part begins there


_Read: TypeAlias = Callable[[str], tuple[str, str]]  # of a character: its letters, its sign


class Edge(NamedTuple):
    """A syllable that a stretch of letters may be, and how many of them are wrong then."""

    start: int
    end: int
    syllable: str
    wrong: int


def misspelt(reader: Reader, query: Query, filters: Filters) -> Tally:
    """Return the documents with a name read nearly as typed."""
    pieces = pieces_of(query)
    letters = "".join(piece if piece.isascii() else readings(piece)[0] for piece in pieces)
    if not any(piece.isascii() and piece.isalpha() for piece in pieces) or len(letters) < _LEAST:
        return NOTHING
    ways = sayings(query)
    said = ["".join(sign(s.classes[0]) for s in way if s.classes) for way in ways]
    edges = list(_edges(pieces))
    # Of a character read in several ways the one that was most likely typed.
    meant = {edge.syllable: edge.wrong + 1 for edge in sorted(edges, key=lambda e: -e.wrong)}
    for way in reversed(ways):
        meant |= {sound_class(spoken.syllable): 0 for spoken in way if spoken.syllable}
    read = cache(partial(_read, meant))  # names have most characters in common
    columns, found = reader.columns, dict[int, float]()
    numbers = voted(reader, _ballot(reader, edges, len(letters)), filters, _BUDGET)
    for number in np.union1d(numbers, _heard(reader, ways, filters)).tolist():
        start = int(columns.starts[number])
        likeness = max(
            _likeness(name, start, letters, said, read) for name, _ in columns.forms(number)
        )
        if likeness:
            found[number] = likeness
    return similar_ones(reader, found, MatchedBy.SIMILAR)


def _heard(reader: Reader, ways: Sequence[Saying], filters: Filters) -> Numbers:
    """Return who has all sounds of a way to read the query: a letter wrong elsewhere votes not."""
    heard = [found for way in ways if len(found := by_pairs(reader, way)) <= _HEARD]
    numbers = np.unique(np.concatenate([np.zeros(0, np.uint32), *heard]))
    left: Numbers = numbers[reader.kept[numbers] & admitted(reader.columns, filters, numbers)]
    return left


def _ballot(reader: Reader, edges: Sequence[Edge], length: int) -> Ballot:
    """Return the terms of syllables that may be meant: right as typed first, then the rarest."""
    terms = _pairs(edges, length)
    ballot = [(reader.frequency(term), term, worth) for term, worth in terms.items()]
    ballot.sort(key=lambda one: (-one[2], one[0], one[1]))
    return [one for one in ballot if one[0]][:_TERMS]


def _read(meant: dict[str, int], character: str) -> tuple[str, str]:
    """Return the letters of a character, of its readings the likeliest meant, and its sign."""
    way = min(readings(character), key=lambda r: min(meant.get(sound_class(r), 3), meant.get(r, 3)))
    return way, sign(sound_class(way))


def _likeness(name: str, start: int, letters: str, said: Sequence[str], read: _Read) -> float:
    heard = [read(character) for character in name]
    ways = [way for way, _ in heard]
    best = fuzz.partial_ratio_alignment(letters, "".join(ways))
    if best is None:
        return 0.0
    sounds = "".join([sound for _, sound in heard])
    ear = max((fuzz.partial_ratio(way, sounds) for way in said if len(way) > 1), default=0.0)
    likeness = max(best.score, _SOUND * ear) / 100
    if (1 - likeness) * len(letters) > max(_ENOUGH, _ENOUGH_SHARE * len(letters)):
        return 0.0
    begins = abs(best.dest_start - sum(map(len, ways[:start]))) <= 1
    return (1 - _START) * likeness + _START * begins


def _edges(pieces: Sequence[str]) -> Iterator[Edge]:
    at = 0
    for piece in pieces:
        if piece.isascii() and piece.isalpha():
            for start in range(len(piece)):
                for end in range(start + 1, min(start + 7, len(piece)) + 1):
                    for syllable, wrong in _near(piece[start:end]):
                        yield Edge(at + start, at + end, syllable, wrong)
            at += len(piece)
        else:
            way = readings(piece)[0]
            for reading in readings(piece):
                yield Edge(at, at + len(way), reading, 0)
            at += len(way)


def _pairs(edges: Sequence[Edge], length: int) -> dict[str, float]:
    """Return the terms of neighbouring syllables on a likely way through the letters, their worth.

    Likely is a way of the fewest syllables with at most one letter wrong, or of one more with none.
    """
    before = _fewest(sorted(edges), 0, length)
    turned = (Edge(e.end, e.start, e.syllable, e.wrong) for e in sorted(edges, reverse=True))
    after = _fewest(turned, length, length)
    least = min(after[0])

    def likely(start: int, end: int, wrong: int, syllables: int) -> bool:
        return any(
            before[start][early] + syllables + after[end][late]
            <= least + (early + wrong + late == 0)
            for early in range(_WRONG + 1 - wrong)
            for late in range(_WRONG + 1 - wrong - early)
        )

    kept = [edge for edge in edges if likely(edge.start, edge.end, edge.wrong, 1)]
    starting: dict[int, list[Edge]] = {}
    for edge in kept:
        starting.setdefault(edge.start, []).append(edge)
    found: dict[str, float] = {}
    for one in kept:
        for two in starting.get(one.end, ()):
            wrong = one.wrong + two.wrong
            if wrong <= _WRONG and likely(one.start, two.end, wrong, 2):
                term = sound_pair(sound_class(one.syllable), sound_class(two.syllable))
                found[term] = max(found.get(term, 0.0), _OFF**wrong)
    return found


def _fewest(edges: Iterable[Edge], start: int, length: int) -> list[list[float]]:
    """Return for every place, with no letter wrong and with one, how few syllables lead there."""
    fewest = [[inf] * (_WRONG + 1) for _ in range(length + 1)]
    fewest[start][0] = 0
    for edge in edges:
        for wrong in range(_WRONG + 1 - edge.wrong):
            there = fewest[edge.end]
            there[wrong + edge.wrong] = min(
                there[wrong + edge.wrong], fewest[edge.start][wrong] + 1
            )
    return fewest


@lru_cache(maxsize=1 << 13)
def _near(letters: str) -> tuple[tuple[str, int], ...]:
    """Return the syllables that are the letters, or one letter away from them."""
    found = [(letters, 0)] if letters in syllables() else []
    return (*found, *((s, 1) for s in sorted(_shortened_index(letters) - {letters})))


def _shortened_index(letters: str) -> set[str]:
    index = _by_shortened()
    near = set(index.get(letters, ()))
    for at in range(len(letters)):
        near.update(index.get(letters[:at] + letters[at + 1 :], ()))
    return {syllable for syllable in near if _one_off(letters, syllable)}


@lru_cache(maxsize=1)
def _by_shortened() -> dict[str, list[str]]:
    """Return every syllable under itself and under itself less each of its letters."""
    index: dict[str, list[str]] = {}
    for syllable in sorted(syllables()):
        shortened = {syllable[:at] + syllable[at + 1 :] for at in range(len(syllable))}
        for form in {syllable, *shortened} - {""}:
            index.setdefault(form, []).append(syllable)
    return index


def _one_off(one: str, other: str) -> bool:
    return OSA.distance(one, other, score_cutoff=1) <= 1
