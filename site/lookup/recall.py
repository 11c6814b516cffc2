"""What the search finds again of the register itself: measured every night, kept as bare figures.

Names, former names and addresses that are stored are cut, spelled and misspelt; then the index is
asked as a parent would ask it. No query is kept, only how many there were and how many were found.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from random import Random

import sqlalchemy as sa
from flask import current_app
from opencc import OpenCC
from sqlalchemy.orm import Session

from portal.clock import CHINA, now, today
from portal.database import db
from portal.settings import Settings
from register.editions import latest_edition
from register.indexing import index
from register.institutions import WITH_PARTS
from register.models import Institution, Standing
from search import Filters, Tier, brand_of, fold, readings

SAMPLE = 500  # institutions
FIRST_PAGE = 20
NIGHT = 1  # o'clock in China: from then on the figures of yesterday are old
_PIECE, _ADDRESS_PIECE, _LEAST_BRAND = 4, 6, 3  # characters
_FILE = "search-recall.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One way of asking: how often, how often found on any page, how often on the first one."""

    way: str
    asked: int
    found: int
    first: int


@dataclass(frozen=True, slots=True)
class Recall:
    """The figures of one day."""

    day: date
    edition: int
    sample: int
    figures: list[Figure]


def refresh() -> bool:
    """Measure where the newest edition has no figures, and once a night; return whether it did.

    Without an edition or an index there is nothing to measure.
    """
    with db.reading() as session:  # it takes a while, and holds nobody up
        latest, known = latest_edition(session, _settings().area), read()
        if latest is None or index().revision is None:
            return False
        up_to_date = known and (known.day == today() or not night())
        if known and known.edition == latest.number and up_to_date:
            return False
        write(measure(session, Random(), latest.number))  # noqa: S311 - a sample, no secret
        return True


def night() -> bool:
    """Return whether it is late enough today to measure again."""
    return now().astimezone(CHINA).hour >= NIGHT


def measure(session: Session, random: Random, edition: int) -> Recall:
    """Ask the index for what is known to be there; raises search.NoIndex."""
    ids = session.scalars(sa.select(Standing.institution_id).filter_by(until=None)).all()
    chosen = random.sample(sorted(ids), min(SAMPLE, len(ids)))
    rows = session.scalars(
        sa.select(Institution).where(Institution.id.in_(chosen)).options(*WITH_PARTS)
    ).all()
    return Recall(
        day=today(),
        edition=edition,
        sample=len(rows),
        figures=[_figure(way, ask, rows, random) for way, ask in _WAYS.items()],
    )


def read() -> Recall | None:
    """Return the last figures; None where there are none that can be read."""
    try:
        stored = json.loads(_path().read_text(encoding="utf-8"))
        figures = [Figure(**figure) for figure in stored.pop("figures")]
        return Recall(**{**stored, "day": date.fromisoformat(stored["day"]), "figures": figures})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(recall: Recall) -> None:
    """Keep the figures, whole or not at all."""
    path = _path()
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(recall), default=date.isoformat), encoding="utf-8")
    fresh.replace(path)


def _path() -> Path:
    return _settings().instance / _FILE


def _settings() -> Settings:
    settings: Settings = current_app.config["MINGDAN"]
    return settings


_Ask = Callable[[Institution, Random], str]


def _figure(way: str, ask: _Ask, rows: Sequence[Institution], random: Random) -> Figure:
    asked = [(row, query) for row in rows if fold(query := ask(row, random))]
    places = [_place(row, query) for row, query in asked]
    return Figure(
        way=way,
        asked=len(places),
        found=sum(place is not None for place in places),
        first=sum(place is not None and place < FIRST_PAGE for place in places),
    )


def _place(row: Institution, query: str) -> int | None:
    """Return where an institution comes in the answer, FIRST_PAGE for further on; None if nowhere.

    What comes later is asked for within its area: a character may have a province for an answer.
    """
    answer = index().search(query, limit=FIRST_PAGE)
    keys = [hit.key for hit in answer.hits]
    if row.code in keys:
        return keys.index(row.code)
    if answer.next is None or answer.tier is not Tier.FOUND:
        return None
    there = index().search(query, Filters(area=row.area_code), limit=answer.total)
    is_there = there.tier is Tier.FOUND and row.code in {hit.key for hit in there.hits}
    return FIRST_PAGE if is_there else None


def _piece(text: str, most: int, random: Random) -> str:
    words = fold(text)
    length = random.randint(1, min(most, len(words))) if words else 0
    start = random.randint(0, len(words) - length)
    return words[start : start + length]


def _name(row: Institution, random: Random) -> str:
    return _piece(row.name, _PIECE, random)


def _former(row: Institution, random: Random) -> str:
    return _piece(random.choice(row.former_names).name, _PIECE, random) if row.former_names else ""


def _address(row: Institution, random: Random) -> str:
    places = [premises.address for premises in row.premises if premises.address]
    return _piece(random.choice(places), _ADDRESS_PIECE, random) if places else ""


def _traditional(row: Institution, _random: Random) -> str:
    return str(OpenCC("s2t").convert(row.name))


def _pinyin(row: Institution, _random: Random) -> str:
    brand = brand_of(row.name).text
    read = [readings(character)[0] for character in brand]
    return "".join(read) if len(brand) > 1 and not any(c in brand for c in read) else ""


def _misspelt(row: Institution, random: Random) -> str:
    """Return the name without its area, one character of the distinctive part replaced."""
    brand = brand_of(row.name)
    if len(brand.text) < _LEAST_BRAND:
        return ""
    at = random.randrange(brand.start, brand.end)
    wrong = random.choice("天地人和山水日月东南西北春夏秋冬")
    name = brand.name[:at] + wrong + brand.name[at + 1 :]
    return name[brand.place :] if wrong != brand.name[at] else ""


_WAYS: dict[str, _Ask] = {
    "name": _name,
    "traditional": _traditional,
    "pinyin": _pinyin,
    "misspelt": _misspelt,
    "former": _former,
    "address": _address,
}
