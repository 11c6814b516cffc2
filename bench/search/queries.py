"""What people type when they look for an institution, in classes, with everybody who is right.

There is no class for legal representatives: their names are withheld from the public register.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.search import typed_codes, typed_names, typed_sounds, words
from bench.search.records import Address, Institution, brands
from bench.search.sounds import sounding_like
from bench.search.truth import Made, Truth

NO_ANSWER = "no_answer"


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
            place = chance.choice(self.truth.register).address
            text = _unanswerable(chance, brand, chance.choice(districts), place)
            made.setdefault(text, Query(NO_ANSWER, text, -1, frozenset()))
        return list(made.values())


def _unanswerable(chance: Random, brand: str, district: str, place: Address) -> str:
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
        f"{brand} {place.street}{place.number}号",
        f"{brand}{category} {place.street}",
    )
    return chance.choice(forms[1:] if len(brand) == 2 else forms)


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
    "brand_partial": (_long, typed_names.brand_partial),
    "brand_exact": (_any, typed_names.brand_exact),
    "brand_cat": (_trade, typed_names.brand_cat),
    "brand_district": (_any, typed_names.brand_district),
    "full_exact": (_any, typed_names.full_exact),
    "full_sub": (_any, typed_names.full_substitute),
    "full_del": (_any, typed_names.full_delete),
    "full_ins": (_any, typed_names.full_insert),
    "full_swap": (_any, typed_names.full_swap),
    "brand_typo": (_long, typed_names.brand_typo),
    "homophone_full": (_misheard, typed_names.homophone_full),
    "homophone_brand": (_misheard, typed_names.homophone_brand),
    "trad": (_trade, typed_names.trad),
    "pinyin": (_spoken, typed_sounds.pinyin),
    "pinyin_spaced": (_spoken, typed_sounds.pinyin_spaced),
    "pinyin_fuzzy": (_spoken, typed_sounds.pinyin_fuzzy),
    "pinyin_mixed": (_spoken, typed_sounds.pinyin_mixed),
    "pinyin_typo": (_spoken, typed_sounds.pinyin_typo),
    "initials": (_spoken, typed_sounds.initials),
    "mixed_order": (_trade, typed_names.mixed_order),
    "address": (_any, typed_codes.address),
    "uscc_full": (_any, typed_codes.uscc_full),
    "uscc_tail": (_any, typed_codes.uscc_tail),
    "uscc_messy": (_any, typed_codes.uscc_messy),
    "uscc_typo": (_any, typed_codes.uscc_typo),
    "licence": (_any, typed_codes.licence),
    "licence_typo": (_any, typed_codes.licence_typo),
    "fullwidth": (_trade, typed_codes.fullwidth),
    "extra_words": (_trade, typed_names.extra_words),
    "extra_unseen": (_trade, typed_names.extra_unseen),
    "former_name": (lambda one: bool(one.former_name), typed_names.former_name),
    "branch": (lambda one: bool(one.branch), typed_names.branch),
}
