"""Names found by how they are read: chenxiwan, 晨xi湾, cxw.

A query in letters is read as syllables, every way it may be cut, or as initials; a name answers if
its characters are read that way, in any of their readings, one after the other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise, product
from typing import NamedTuple

import numpy as np

from search.columns import Hits, Numbers
from search.documents import MatchedBy
from search.query import Query
from search.ranking import NOTHING, Scores, Tally, graded
from search.reading import Reader
from search.sounds import readings, sound_class, sound_classes, spellings, syllables
from search.terms import INITIALS, INITIALS_START, sound_pair

_MOST = 4000  # candidates whose names are read; more say nothing: peixun, jiaoyu
_WAYS = 12
UNFINISHED = 2  # syllables of which the last may be a beginning and still be looked up
_SOUND, _INITIALS = 0.95, 0.75  # of what the same place is worth in characters
_PIECES = re.compile("[a-z]+|[^a-z]")


class Spoken(NamedTuple):
    """One character of a name as typed: itself, a syllable, or how a syllable begins."""

    character: str = ""
    syllable: str = ""
    beginning: str = ""

    def fits(self, character: str) -> bool:
        """Tell whether a character of a name may be meant."""
        if self.character:
            return character == self.character
        if self.syllable:
            return self.syllable in readings(character)
        return any(reading.startswith(self.beginning) for reading in readings(character))

    def usual(self, character: str) -> bool:
        """Tell whether that is how the character is mostly read."""
        return bool(self.character) or readings(character)[0].startswith(
            self.syllable or self.beginning
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """The sound classes it may have."""
        if self.character:
            return sound_classes(self.character)
        return (sound_class(self.syllable),) if self.syllable else _classes_of(self.beginning)


Saying = tuple[Spoken, ...]
Graded = tuple[Numbers, Scores, MatchedBy]


def spoken(reader: Reader, query: Query) -> Tally:
    """Return the documents whose name or former name is read as the query says."""
    if not any("a" <= letter <= "z" for letter in query.whole):
        return NOTHING
    heard = list[Graded]()
    for saying in sayings(query):
        heard += _heard(reader, saying, by_pairs(reader, saying), _SOUND, MatchedBy.SOUND)
    if query.whole.isascii() and query.whole.isalpha():
        saying = tuple(Spoken(beginning=letter) for letter in query.whole)
        numbers = _by_initials(reader, query.whole)
        heard += _heard(reader, saying, numbers, _INITIALS, MatchedBy.INITIALS)
    tally = Tally.of(reader.size, heard)
    return tally.where(reader.kept[tally.numbers])


def sayings(query: Query) -> list[Saying]:
    """Return the ways to read a query with letters in it, at most 12."""
    return list(islice(map(_joined, product(*_ways(pieces_of(query)))), _WAYS))


def pieces_of(query: Query) -> list[str]:
    """Return a query as runs of letters and single other characters."""
    return [piece for part in query.parts_typed for piece in _PIECES.findall(part)]


def _ways(pieces: Sequence[str]) -> Iterator[list[Saying]]:
    for at, piece in enumerate(pieces):
        if not piece.isascii() or not piece.isalpha():
            yield [(Spoken(character=piece),)]
            continue
        spelled = spellings(piece)
        if not spelled and at == len(pieces) - 1:
            yield _unfinished(piece)
        else:
            yield [tuple(Spoken(syllable=syllable) for syllable in way) for way in spelled]


def _unfinished(letters: str) -> list[Saying]:
    """Return the ways to read letters whose last syllable is still being typed."""
    for cut in range(len(letters) - 1, max(len(letters) - 7, -1), -1):
        rest = letters[cut:]
        if any(syllable.startswith(rest) for syllable in syllables()):
            return [
                (*(Spoken(syllable=syllable) for syllable in way), Spoken(beginning=rest))
                for way in spellings(letters[:cut])
            ]
    return []


def _joined(ways: Iterable[Saying]) -> Saying:
    return tuple(spoken for way in ways for spoken in way)


@lru_cache(maxsize=1 << 9)
def _classes_of(beginning: str) -> tuple[str, ...]:
    """Return the sound classes of all syllables that begin so."""
    begun = (sound_class(one) for one in sorted(syllables()) if one.startswith(beginning))
    return tuple(dict.fromkeys(begun))


def by_pairs(reader: Reader, saying: Saying) -> Numbers:
    """Return the documents that hold the sounds of a saying, two by two; at most 4,000."""
    if len(saying) > UNFINISHED and saying[-1].beginning:
        saying = saying[:-1]  # the others are enough
    lists = [
        (sum(map(reader.frequency, terms)), sorted(terms))
        for first, second in pairwise(saying)
        if (terms := {sound_pair(a, b) for a in first.classes for b in second.classes})
    ]
    return _all_of(reader, lists)


def _by_initials(reader: Reader, letters: str) -> Numbers:
    if len(letters) in INITIALS_START:
        terms = [f".^{letters}"]
    else:
        terms = [f".{letters[at : at + INITIALS]}" for at in range(len(letters) - INITIALS + 1)]
    return _all_of(reader, [(reader.frequency(term), [term]) for term in terms])


def _all_of(reader: Reader, lists: list[tuple[int, list[str]]]) -> Numbers:
    """Return the documents that hold, of each list, one of its terms; at most 4,000."""
    numbers: Numbers | None = None
    for frequency, terms in sorted(lists)[:3]:
        if numbers is not None and (len(numbers) < _MOST / 10 or frequency > reader.size / 8):
            break
        held = reader.numbers(terms[0])
        if len(terms) > 1:
            held = np.unique(np.concatenate([held, *map(reader.numbers, terms[1:])]))
        numbers = held if numbers is None else np.intersect1d(numbers, held, assume_unique=True)
    return np.zeros(0, np.uint32) if numbers is None else numbers[:_MOST]


def _heard(
    reader: Reader, saying: Saying, numbers: Numbers, worth: float, how: MatchedBy
) -> Iterator[Graded]:
    columns = reader.columns
    heard: dict[MatchedBy, list[tuple[int, int, int]]] = {
        MatchedBy.NAME: [],
        MatchedBy.FORMER_NAME: [],
    }
    for number in numbers.tolist():
        formers = columns.formers.of_document(number)
        for name, _ in columns.forms(number):
            if (at := heard_at(name, saying)) >= 0:
                place = MatchedBy.FORMER_NAME if name in formers else MatchedBy.NAME
                unusual = not all(map(Spoken.usual, saying, name[at:]))
                heard[place].append((number, at + unusual, len(name) + unusual))
    for place, found in heard.items():
        if found:
            hits = Hits(*np.array(found, np.uint32).T)
            scores = graded(columns, hits, len(saying), place)
            yield hits.numbers, scores * np.float32(worth), how


def heard_at(name: str, saying: Saying) -> int:
    """Return where a name is read as a saying, -1 if nowhere."""
    first = saying[0]
    for at in range(len(name) - len(saying) + 1):
        if first.fits(name[at]) and all(
            spoken.fits(character) for spoken, character in zip(saying, name[at:], strict=False)
        ):
            return at
    return -1
