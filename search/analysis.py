"""One comparable form for published text and for what people type.

Folding works character by character and never looks at neighbours. So whatever is part of a text
before folding is part of it afterwards, which is what makes the index find all that LIKE would.
"""

import unicodedata
from functools import lru_cache

from opencc import OpenCC

QUERY_LIMIT = 64  # folded characters of a query that count; the longest real names have about 50
PART_LIMIT = 16  # pieces of a query that count; an address typed with spaces has about 10
TYPED_LIMIT = 1024  # characters of a query that are looked at at all
BREAK = " "  # stands for anything that is not part of a word; never left in folded text


def fold(text: str) -> str:
    """Return text in simplified characters, narrow, lower case, without accents or punctuation."""
    return "".join(map(_folded, text)).replace(BREAK, "")


def owners(text: str) -> list[int]:
    """Return for each character of the folded text which character of the text it comes from."""
    pieces = (piece.replace(BREAK, "") for piece in map(_folded, text))
    return [at for at, piece in enumerate(pieces) for _ in piece]


def parts(query: str) -> tuple[str, ...]:
    """Split a query at spaces and punctuation and fold the pieces; what is over the limits goes."""
    room, kept = QUERY_LIMIT, list[str]()
    for part in "".join(map(_folded, query[:TYPED_LIMIT])).split():
        if room and len(kept) < PART_LIMIT:
            kept.append(part[:room])
            room -= len(kept[-1])
    return tuple(kept)


def code_form(folded: str) -> str:
    """Return a folded code as it is compared: letters that GB 32100 leaves out read as digits."""
    return folded.translate(_MISREAD)


# GB 32100-2015 uses no I, O, S, V, Z in a credit code, because they look like 1, 0, 5, U, 2.
_MISREAD = str.maketrans("oizs", "0125")


@lru_cache(maxsize=1 << 16)  # the characters of a register and its queries; bounded against floods
def _folded(character: str) -> str:
    """Return the folded form of one character: nothing, a break, or one and more characters."""
    plain = unicodedata.normalize("NFKD", character).casefold()
    kept = "".join(map(_kept, unicodedata.normalize("NFKD", plain)))
    return _to_simplified(unicodedata.normalize("NFC", kept))


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or character in _SILENT:
        return ""
    # Private use and unassigned characters are names too: rare Hanzi newer than Python's tables.
    return character if category[0] in "LN" or category in _LETTERLIKE else BREAK


_LETTERLIKE = {"Mn", "Mc", "Co", "Cn"}
# Accents and variation selectors; format characters (zero width, direction) are the category Cf.
_SILENT = {chr(c) for c in (*range(0x300, 0x370), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}


def _to_simplified(text: str) -> str:
    # One character at a time on purpose: OpenCC's phrases would fold 乾 in 乾隆 and alone apart.
    # Twice, because 薴 becomes 苧, which is itself a traditional form, of 苎.
    return text if text.isascii() else _converter().convert(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")
