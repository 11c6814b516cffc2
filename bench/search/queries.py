"""What people type when they look for an institution, in classes, with everybody who is right.

There is no class for legal representatives: their names are withheld from the public register.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from opencc import OpenCC

from bench.search import words
from bench.search.records import Institution, brands, short
from bench.search.sounds import COMMON, loose, sounding_like, spelled, syllables
from bench.search.truth import Numbers, Truth, plain

NO_ANSWER = "no_answer"
Made = tuple[str, Numbers]


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, who was meant, and everybody who would be right."""

    kind: str
    text: str
    target: int  # -1: nobody
    right: frozenset[int]


class Maker:
    """Makes queries of one register; the same seed makes the same queries."""

    def __init__(self, truth: Truth, seed: int) -> None:
        self.truth, self.seed = truth, seed

    def queries(self, kind: str, count: int) -> list[Query]:
        """Return that many queries of a class, each for another institution where there are any."""
        chance, made = Random(f"{kind}/{self.seed}"), dict[str, Query]()
        suits, make = CLASSES[kind]
        for _ in range(count * 400):
            if len(made) == count:
                break
            target = chance.randrange(len(self.truth.register))
            if not suits(self.truth.register[target]):
                continue
            text, right = make(chance, self.truth, target)
            made.setdefault(text, Query(kind, text, target, frozenset(right | {target})))
        return list(made.values())

    def unanswerable(self, count: int) -> list[Query]:
        """Return queries for brands that nobody bears, not even by a loose sound."""
        chance, made = Random(f"{NO_ANSWER}/{self.seed}"), dict[str, Query]()
        districts = sorted({one.address.district for one in self.truth.register})
        while len(made) < count:
            brand = brands(chance, 1)[0]
            if self.truth.sounding_loosely(brand) or self.truth.addresses.holding(brand):
                continue
            text = _unanswerable(chance, brand, chance.choice(districts))
            made.setdefault(text, Query(NO_ANSWER, text, -1, frozenset()))
        return list(made.values())


def _unanswerable(chance: Random, brand: str, district: str) -> str:
    category, suffix = chance.choice([*words.CATEGORIES]), chance.choice(words.SUFFIXES)
    forms = (
        brand,
        brand + category,
        f"{brand} {category}",
        brand + suffix,
        brand + category + suffix,
        district + brand + category + suffix,
        f"{district}{brand}",
        f"{brand}{category}{chance.choice(words.EXTRA_AFTER)}",
    )
    return chance.choice(forms[1:] if len(brand) == 2 else forms)


# --- by name


def brand_partial(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    length = chance.randint(2, len(one.brand) - 1)
    at = chance.randint(0, len(one.brand) - length)
    pieces = [one.brand[at : at + length], *([one.category] if chance.random() < 0.5 else [])]
    return "".join(pieces), truth.named(*pieces)


def brand_exact(_chance: Random, truth: Truth, target: int) -> Made:
    brand = truth.register[target].brand
    return brand, truth.named(brand)


def brand_cat(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    return chance.choice(("", " ")).join(_pieces(one)), truth.named(*_pieces(one))


def brand_district(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    area = _said(chance, one.address.district)
    forms = (f"{area}{one.brand}", f"{one.brand} {area}", f"{area} {one.brand}")
    return chance.choice(forms), truth.named(one.brand) & truth.standing_in(area)


def full_exact(_chance: Random, truth: Truth, target: int) -> Made:
    name = truth.register[target].name
    return name, truth.named(name)


def _mistyped(change: Callable[[Random, list[str], int], None]) -> Callable[..., Made]:
    def make(chance: Random, truth: Truth, target: int) -> Made:
        characters = list(truth.register[target].name)
        change(chance, characters, chance.randrange(len(characters) - 1))
        typed = "".join(characters)
        near = truth.names.within(plain(typed), target)
        return typed, near | truth.names.holding(plain(typed))

    return make


def _substitute(chance: Random, characters: list[str], at: int) -> None:
    characters[at] = chance.choice(COMMON)


def _delete(_chance: Random, characters: list[str], at: int) -> None:
    del characters[at]


def _insert(chance: Random, characters: list[str], at: int) -> None:
    characters.insert(at, chance.choice(COMMON))


def _swap(_chance: Random, characters: list[str], at: int) -> None:
    characters[at : at + 2] = reversed(characters[at : at + 2])


def brand_typo(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    characters = list(one.brand)
    change = chance.choice((_substitute, _substitute, _insert, _swap))
    change(chance, characters, chance.randrange(len(characters) - 1))
    typed = "".join(characters)
    right = truth.branded_within(typed, target)
    if chance.random() < 0.5:
        return typed, right
    return typed + one.category, right & truth.named(one.category)


def homophone_full(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    typed = one.name.replace(one.brand, _homophone(chance, one.brand))
    return typed, truth.sounding(typed)


def homophone_brand(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    brand = _homophone(chance, one.brand)
    pieces = [brand, *([one.category] if chance.random() < 0.5 else [])]
    return "".join(pieces), truth.sounding(*pieces)


def trad(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    pieces = chance.choice(([one.name], _pieces(one)))
    return "".join(map(_traditional, "".join(pieces))), truth.named(*pieces)


def former_name(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    pieces = chance.choice(([one.former_name], [one.former_brand, one.category]))
    return "".join(pieces), truth.named(*pieces)


def branch(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    pieces = chance.choice(([one.brand, one.branch], [*_pieces(one), one.branch]))
    forms = ("".join(pieces), " ".join(pieces), f"{''.join(pieces[:-1])}（{one.branch}）")
    return chance.choice(forms), truth.named(*pieces)


def mixed_order(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    area = _said(chance, one.address.district)
    forms = (
        f"{one.category} {one.brand} {area}",
        f"{area}{one.category}{one.brand}",
        f"{one.category}{area}{one.brand}",
        f"{one.brand}{area}{one.category}",
        f"{one.category} {area} {one.brand}",
    )
    return chance.choice(forms), truth.named(*_pieces(one)) & truth.standing_in(area)


def extra_words(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    wrapped = _wrapped(chance, "".join(_pieces(one)), words.EXTRA_BEFORE, words.EXTRA_AFTER)
    return wrapped, truth.named(*_pieces(one))


def extra_unseen(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    wrapped = _wrapped(chance, "".join(_pieces(one)), words.UNSEEN_BEFORE, words.UNSEEN_AFTER)
    return wrapped, truth.named(*_pieces(one))


# --- by sound


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
    letters = ["".join(syllable[0] for syllable in spelled(piece)) for piece in _pieces(one)]
    joined = "".join(letters)
    return joined, truth.with_initials(*letters) | truth.with_initials(joined)


# --- by address and code


def address(chance: Random, truth: Truth, target: int) -> Made:
    place = truth.register[target].address
    door = f"{place.street}{place.number}号"
    area = chance.choice(("", "", place.district, place.city + place.district))
    forms, needles = [door], [door]
    if place.landmark:
        forms += [f"{place.landmark} {door}", f"{door}{place.landmark}"]
    if place.floor:
        forms += [f"{door}{floor}" for floor in (f"{place.floor}楼", f"{place.floor}层")]
    form = chance.choice(forms)
    right = truth.addresses.holding(needles[0])
    if place.landmark and place.landmark in form:
        right &= truth.addresses.holding(place.landmark)
    if form.endswith(("楼", "层")):
        right = {n for n in right if truth.register[n].address.floor == place.floor}
    if area:
        right &= truth.standing_in(place.district)
    return area + form, right


def uscc_full(_chance: Random, truth: Truth, target: int) -> Made:
    return _code(truth, truth.register[target].uscc)


def uscc_tail(chance: Random, truth: Truth, target: int) -> Made:
    return _code(truth, truth.register[target].uscc[-chance.randint(6, 8) :])


def uscc_messy(chance: Random, truth: Truth, target: int) -> Made:
    code = truth.register[target].uscc
    typed = "".join({"0": "O", "1": "I"}.get(c, c) if chance.random() < 0.3 else c for c in code)
    typed = typed.lower() if chance.random() < 0.5 else typed
    gap = chance.choice((" ", "-", ""))
    return gap.join((typed[:2], typed[2:8], typed[8:17], typed[17:])), _code(truth, code)[1]


def uscc_typo(chance: Random, truth: Truth, target: int) -> Made:
    code = truth.register[target].uscc
    at = chance.randrange(len(code))
    others = [c for c in "23456789ABCDEFGHJKLMNPQRTUWXY" if c != code[at]]
    typed = code[:at] + chance.choice(others) + code[at + 1 :]
    return typed, truth.codes.within(typed.lower(), target)


def licence(chance: Random, truth: Truth, target: int) -> Made:
    number = truth.register[target].licence
    typed = chance.choice((number, number[2:-1], f"{number[:2]} {number[2:-1]} {number[-1]}"))
    return typed, _code(truth, number)[1]


def fullwidth(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    if chance.random() < 0.5:
        return _wide(one.uscc), _code(truth, one.uscc)[1]
    if chance.random() < 0.5:
        return _wide(one.name.replace("（", "(").replace("）", ")")), truth.named(one.name)
    return "　".join(_pieces(one)), truth.named(*_pieces(one))


# --- parts of the above


def _code(truth: Truth, code: str) -> Made:
    return code, truth.codes.holding(code.lower())


def _pieces(one: Institution) -> list[str]:
    return [one.brand, one.category]


def _sound_pieces(chance: Random, one: Institution) -> list[str]:
    alone = len(one.brand) > 2 and chance.random() < 0.5
    return [one.brand] if alone else _pieces(one)


def _said(chance: Random, area: str) -> str:
    return area if chance.random() < 0.6 else short(area)


def _homophone(chance: Random, brand: str) -> str:
    places = [at for at, character in enumerate(brand) if sounding_like(character)]
    at = chance.choice(places)
    return brand[:at] + chance.choice(sounding_like(brand[at])) + brand[at + 1 :]


def _slurred(chance: Random, syllable: str) -> str:
    """Return a syllable that is easily mistaken for this one, three in four times."""
    others = sorted(s for s in syllables() if loose(s) == loose(syllable) and s != syllable)
    return chance.choice(others) if others and chance.random() < 0.75 else syllable


def _wrapped(chance: Random, name: str, before: list[str], after: list[str]) -> str:
    gap, where = chance.choice(("", " ")), chance.random()
    if where < len(before) / (len(before) + len(after)):
        return chance.choice(before) + gap + name
    return name + gap + chance.choice(after)


@cache
def _traditional(character: str) -> str:
    return str(_converter().convert(character))


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


# --- which institutions a class can be made of


def _any(_one: Institution) -> bool:
    return True


def _hanzi(one: Institution) -> bool:
    return not any(c.isascii() for c in one.brand)


def _trade(one: Institution) -> bool:
    return bool(one.category)


def _spoken(one: Institution) -> bool:
    return _trade(one) and _hanzi(one)


def _long(one: Institution) -> bool:
    return _spoken(one) and len(one.brand) >= 3


def _misheard(one: Institution) -> bool:
    return _spoken(one) and any(map(sounding_like, one.brand))


CLASSES: dict[str, tuple[Callable[[Institution], bool], Callable[..., Made]]] = {
    "brand_partial": (_long, brand_partial),
    "brand_exact": (_any, brand_exact),
    "brand_cat": (_trade, brand_cat),
    "brand_district": (_any, brand_district),
    "full_exact": (_any, full_exact),
    "full_sub": (_any, _mistyped(_substitute)),
    "full_del": (_any, _mistyped(_delete)),
    "full_ins": (_any, _mistyped(_insert)),
    "full_swap": (_any, _mistyped(_swap)),
    "brand_typo": (_long, brand_typo),
    "homophone_full": (_misheard, homophone_full),
    "homophone_brand": (_misheard, homophone_brand),
    "trad": (_trade, trad),
    "pinyin": (_spoken, pinyin),
    "pinyin_spaced": (_spoken, pinyin_spaced),
    "pinyin_fuzzy": (_spoken, pinyin_fuzzy),
    "pinyin_mixed": (_spoken, pinyin_mixed),
    "pinyin_typo": (_spoken, pinyin_typo),
    "initials": (_spoken, initials),
    "mixed_order": (_trade, mixed_order),
    "address": (_any, address),
    "uscc_full": (_any, uscc_full),
    "uscc_tail": (_any, uscc_tail),
    "uscc_messy": (_any, uscc_messy),
    "uscc_typo": (_any, uscc_typo),
    "licence": (_any, licence),
    "fullwidth": (_trade, fullwidth),
    "extra_words": (_trade, extra_words),
    "extra_unseen": (_trade, extra_unseen),
    "former_name": (lambda one: bool(one.former_name), former_name),
    "branch": (lambda one: bool(one.branch), branch),
}
