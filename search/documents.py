"""What goes in and what comes out."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Document:
    """One institution as published. Any text will do; it is folded here, not by the caller."""

    key: str  # unique; comes back in the hits as it is
    name: str
    former_names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # found by whole or by a part of at least four characters
    area: str = ""  # GB/T 2260, six digits
    kinds: tuple[str, ...] = ()
    standing: str = ""
    places: tuple[str, ...] = ()  # names of the areas it stands in; found beside any name


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits must be like; an empty string asks for nothing."""

    area: str = ""  # 350000 takes in all of 35xxxx, 350500 all of 3505xx
    kind: str = ""
    standing: str = ""

    @property
    def area_prefix(self) -> str:
        """Return the digits that areas inside this one begin with.

        GB/T 2260 codes go by pairs: 131000 is 廊坊 (1310xx), so single zeros stay.
        """
        prefix = self.area
        while prefix.endswith("00"):
            prefix = prefix[:-2]
        return prefix


class Tier(StrEnum):
    """How well the best hits answer."""

    FOUND = "found"  # all that was asked is true of each hit
    SIMILAR = "similar"  # nothing does, but these names are a character or a sound away
    NONE = "none"


class MatchedBy(StrEnum):
    """Where a hit was found; of a query with several parts, where the weakest part was."""

    NAME = "name"
    FORMER_NAME = "former_name"
    ADDRESS = "address"
    CODE = "code"
    SOUND = "sound"  # the name is read as what was typed: chenxiwan
    INITIALS = "initials"  # cxw
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that answers; scores compare within one answer only."""

    key: str
    score: float  # 0 to 1
    matched_by: MatchedBy


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of all hits have each value, under the filters on the other two."""

    area: dict[str, int] = field(default_factory=dict)
    kind: dict[str, int] = field(default_factory=dict)
    standing: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of hits, best first, and how many there are on all pages."""

    tier: Tier
    total: int
    hits: tuple[Hit, ...]
    next: str | None = None  # what `after` must be for the next page
    filtered_out: int = 0  # how many the filters keep back, where they leave none
    facets: Facets = field(default_factory=Facets)
