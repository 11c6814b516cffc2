"""Invented registers of any size: the same seed makes the same institutions on any Python.

Shaped after published lists: names of area, brand, trade and legal form in several orders, brands
that come close to each other, chains with branches and with imitators, former names, premises.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from random import Random
from typing import Any

from bench.search import words
from bench.search.registry_numbers import licence_number, uscc
from bench.search.sounds import COMMON, sounding_like
from search import Document

BRANDS_PER_RECORD = 0.52  # made; about four in five are drawn
NEAR_SHARE = 0.45  # of brands: a character or its place away from another one
CHAIN_SHARE = 0.14  # of institutions


@dataclass(frozen=True, slots=True)
class Address:
    """Where an institution teaches, in its parts."""

    city: str
    district: str
    street: str
    number: int
    landmark: str = ""
    building: int = 0  # 0: none
    floor: int = 0  # 0: none
    room: int = 0  # 0: none
    whole: bool = True  # city and district are written out

    @property
    def text(self) -> str:
        """Return the address as published."""
        area = self.city + self.district if self.whole else ""
        building = f"{self.building}号楼" if self.building else ""
        floor = f"{self.floor}层" if self.floor else ""
        room = f"{self.room}室" if self.room else ""
        return f"{area}{self.street}{self.number}号{self.landmark}{building}{floor}{room}"


@dataclass(frozen=True, slots=True)
class Institution:
    """One invented institution with the parts that its name is made of."""

    key: str
    brand: str
    category: str  # empty where the name has none
    branch: str  # 临江校区; empty where the name has none
    name: str
    former_brand: str  # empty where there is no former name
    former_name: str
    address: Address
    uscc: str
    licence: str
    area: str
    kind: str
    standing: str

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name and the former one."""
        return (self.name, self.former_name) if self.former_name else (self.name,)

    @property
    def called(self) -> list[str]:
        """Return what people call it by: brand and category."""
        return [self.brand, self.category]

    @property
    def document(self) -> Document:
        """Return what the engine is given."""
        former = (self.former_name,) if self.former_name else ()
        extra: dict[str, Any] = {}
        if "places" in {field.name for field in fields(Document)}:
            extra["places"] = (self.address.city, self.address.district)
        return Document(
            key=self.key,
            name=self.name,
            former_names=former,
            addresses=(self.address.text,),
            codes=(self.uscc, self.licence),
            area=self.area,
            kinds=(self.kind,),
            standing=self.standing,
            **extra,
        )


def institutions(size: int, seed: int = 1) -> list[Institution]:
    """Return that many invented institutions."""
    chance = Random(f"institutions/{seed}")
    named, chains = brands(chance, max(10, int(size * BRANDS_PER_RECORD))), chain_brands(chance)
    order = [chance.randrange(size) for _ in range(size)]
    places = areas()
    return [
        _institution(chance, number, _brand(chance, order[number], named, chains), places)
        for number in range(size)
    ]


def brands(chance: Random, wanted: int) -> list[str]:
    """Return distinct brands; nearly half of them come close to another one."""
    kept: dict[str, None] = {}
    originals: list[str] = []
    while len(kept) < wanted:
        if originals and chance.random() < NEAR_SHARE:
            brand = near(chance, chance.choice(originals))
        else:
            brand = _fresh(chance)
            originals.append(brand)
        if 2 <= len(brand) <= 5 and brand not in words.CATEGORIES:
            kept.setdefault(brand)
    return list(kept)


def near(chance: Random, brand: str) -> str:
    """Return a brand close to another: shuffled, sounding alike, one character off or longer."""
    characters, at = list(brand), chance.randrange(len(brand))
    match chance.randrange(4):
        case 0:
            chance.shuffle(characters)
        case 1:
            characters[at] = chance.choice([*sounding_like(brand[at]), brand[at]])
        case 2:
            characters[at] = _character(chance)
        case _:
            characters.insert(at, _character(chance))
    return "".join(characters)


def chain_brands(chance: Random) -> list[str]:
    """Return the brands of chains and of their imitators: 小新星, 小星星, 新小星."""
    family: dict[str, None] = {}
    for root in words.CHAIN_ROOTS:
        family.setdefault(root)
        for _ in range(4):
            family.setdefault(near(chance, root))
    return list(family)


def _fresh(chance: Random) -> str:
    length = chance.choices((2, 3, 4), (34, 46, 20))[0]
    brand = "".join(_character(chance) for _ in range(length))
    return f"{chance.choice(words.LATIN)}{brand[:2]}" if chance.random() < 0.01 else brand


def _character(chance: Random) -> str:
    """Return a character of a brand: three in four times a usual one, the first ones more often."""
    if chance.random() < 0.75:
        usual = words.BRAND_CHARACTERS
        return usual[int(len(usual) * chance.random() ** 1.3)]
    return chance.choice(COMMON)


def _brand(chance: Random, drawn: int, named: list[str], chains: list[str]) -> str:
    if chance.random() < CHAIN_SHARE:
        return chains[int(len(chains) * chance.random() ** 2)]
    return named[drawn % len(named)]


def areas() -> list[tuple[str, str, str]]:
    """Return city, district and code; no province has the code 99, so nobody real is meant."""
    return [
        (city, district, f"99{number:02d}{place:02d}")
        for number, (city, districts) in enumerate(words.CITIES.items(), 1)
        for place, district in enumerate(districts.split(), 1)
    ]


def _institution(
    chance: Random, number: int, brand: str, areas: list[tuple[str, str, str]]
) -> Institution:
    city, district, area = areas[int(len(areas) * chance.random() ** 1.2)]
    taught = chance.choice([*words.CATEGORIES])
    category = taught if chance.random() < 0.85 else ""
    suffix = chance.choice(words.SUFFIXES)
    branch = _branch(chance, city, district) if chance.random() < 0.15 else ""
    place = _place(chance, city, district)
    former = near(chance, brand) if chance.random() < 0.06 else ""
    return Institution(
        key=f"{number:07d}",
        brand=brand,
        category=category,
        branch=branch,
        name=_name(chance, place, brand, category + suffix, branch),
        former_brand=former,
        former_name=_name(chance, place, former, category + suffix, "") if former else "",
        address=_address(chance, city, district),
        uscc=uscc(chance, area, company="公司" in suffix),
        licence=licence_number(chance, area, number),
        area=area,
        kind=words.CATEGORIES[taught],
        standing="black" if chance.random() < 0.03 else "white",
    )


def _place(chance: Random, city: str, district: str) -> str:
    return chance.choices(("", city, district, city + district, short(city)), (5, 2, 2, 3, 1))[0]


def short(area: str) -> str:
    """Return an area as people say it: 云浦 of 云浦市."""
    return area[:-1] if len(area) > 2 else area


def _branch(chance: Random, city: str, district: str) -> str:
    where = chance.choice(
        (short(district), short(district), short(city), chance.choice("东西南北"))
    )
    return where + chance.choice(("校区", "分校", "校区", "分部"))


def _name(chance: Random, place: str, brand: str, rest: str, branch: str) -> str:
    bracketed = place and not branch and chance.random() < 0.12
    name = f"{brand}（{short(place)}）{rest}" if bracketed else f"{place}{brand}{rest}"
    if not branch:
        return name
    return f"{name}（{branch}）" if chance.random() < 0.6 else f"{name}{branch}"


def _address(chance: Random, city: str, district: str) -> Address:
    landmark = chance.random() < 0.35
    storey = chance.randint(1, 12) if chance.random() < 0.7 else 0
    return Address(
        city=city,
        district=district,
        street=chance.choice(words.STREETS_HEAD)
        + chance.choice(words.STREETS_MIDDLE)
        + chance.choice(words.STREETS_END),
        number=chance.randint(1, 399),
        landmark=chance.choice(words.LANDMARKS_HEAD) + chance.choice(words.LANDMARKS_END)
        if landmark
        else "",
        building=chance.randint(1, 12) if chance.random() < 0.3 else 0,
        floor=storey,
        room=storey * 100 + chance.randint(1, 20) if storey and chance.random() < 0.4 else 0,
        whole=chance.random() < 0.7,
    )


def documents(register: list[Institution]) -> Iterator[Document]:
    """Yield what the engine is given."""
    return (institution.document for institution in register)
