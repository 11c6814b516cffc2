"""What people type of a name: pieces in any order, mistyped, in other characters, with words."""

from collections.abc import Callable
from functools import cache
from random import Random

from opencc import OpenCC

from bench.search import words
from bench.search.records import short
from bench.search.sounds import COMMON, sounding_like
from bench.search.truth import Made, Truth, plain


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
    return chance.choice(("", " ")).join(one.called), truth.named(*one.called)


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


full_substitute, full_delete = _mistyped(_substitute), _mistyped(_delete)
full_insert, full_swap = _mistyped(_insert), _mistyped(_swap)


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
    pieces = chance.choice(([one.name], one.called))
    return "".join(map(_traditional, "".join(pieces))), truth.named(*pieces)


def former_name(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    pieces = chance.choice(([one.former_name], [one.former_brand, one.category]))
    return "".join(pieces), truth.named(*pieces)


def branch(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    pieces = chance.choice(([one.brand, one.branch], [*one.called, one.branch]))
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
    return chance.choice(forms), truth.named(*one.called) & truth.standing_in(area)


def extra_words(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    wrapped = _wrapped(chance, "".join(one.called), words.EXTRA_BEFORE, words.EXTRA_AFTER)
    return wrapped, truth.named(*one.called)


def extra_unseen(chance: Random, truth: Truth, target: int) -> Made:
    one = truth.register[target]
    wrapped = _wrapped(chance, "".join(one.called), words.UNSEEN_BEFORE, words.UNSEEN_AFTER)
    return wrapped, truth.named(*one.called)


def _said(chance: Random, area: str) -> str:
    return area if chance.random() < 0.6 else short(area)


def _homophone(chance: Random, brand: str) -> str:
    places = [at for at, character in enumerate(brand) if sounding_like(character)]
    at = chance.choice(places)
    return brand[:at] + chance.choice(sounding_like(brand[at])) + brand[at + 1 :]


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
