"""What people type by sound: pinyin whole, in pieces, confused, mistyped, and initials."""

from random import Random

from bench.search.records import Institution
from bench.search.sounds import loose, spelled, syllables
from bench.search.truth import Made, Truth


def pinyin(chance: Random, truth: Truth, target: int) -> Made:
    pieces = _sound_pieces(chance, truth.register[target])
    letters = ["".join(spelled(piece)) for piece in pieces]
    return "".join(letters), truth.sounding(*letters) | truth.sounding("".join(letters))


def pinyin_spaced(chance: Random, truth: Truth, target: int) -> Made:
    pieces = _sound_pieces(chance, truth.register[target])
    letters = [" ".join(spelled(piece)) for piece in pieces]
    return " ".join(letters), truth.sounding(*letters)


def pinyin_fuzzy(chance: Random, truth: Truth, target: int) -> Made:
    pieces = _sound_pieces(chance, truth.register[target])
    letters = ["".join(_slurred(chance, s) for s in spelled(piece)) for piece in pieces]
    joined = "".join(letters)
    return joined, truth.sounding_loosely(*letters) | truth.sounding_loosely(joined)


def pinyin_mixed(chance: Random, truth: Truth, target: int) -> Made:
    pieces = _sound_pieces(chance, truth.register[target])
    at = chance.randrange(len(pieces[0]))
    characters = list(pieces[0])
    characters[at] = spelled(characters[at])[0]
    if len(pieces) > 1 and chance.random() < 0.4:
        characters, pieces[1] = list(pieces[0]), "".join(spelled(pieces[1]))
    pieces[0] = "".join(characters)
    return "".join(pieces), truth.sounding(*pieces) | truth.sounding("".join(pieces))


def pinyin_typo(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    category = one.category if len(one.brand) < 3 or chance.random() < 0.5 else ""
    letters = list("".join(spelled(one.brand + category)))
    at, letter = chance.randrange(len(letters) - 1), chance.choice("abcdefghijklmnopqrstuwxyz")
    match chance.randrange(4):
        case 0 | 1:
            letters[at] = letter
        case 2:
            del letters[at]
        case _:
            letters.insert(at, letter)
    typed = "".join(letters)
    right = truth.spelled_within(typed, category, target)
    return typed, right | truth.sounding(typed)


def initials(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    letters = ["".join(syllable[0] for syllable in spelled(piece)) for piece in one.called]
    joined = "".join(letters)
    return joined, truth.with_initials(*letters) | truth.with_initials(joined)


def _sound_pieces(chance: Random, one: Institution) -> list[str]:
    alone = len(one.brand) > 2 and chance.random() < 0.5
    return [one.brand] if alone else one.called


def _slurred(chance: Random, syllable: str) -> str:
    """Return a syllable that is easily mistaken for this one, three in four times."""
    others = sorted(s for s in syllables() if loose(s) == loose(syllable) and s != syllable)
    return chance.choice(others) if others and chance.random() < 0.75 else syllable
