"""Queries as attacks, by kind: what no name looks like and somebody sends all the same."""

from collections.abc import Callable, Iterator
from random import Random

_HAN = "晨曦湾培训学校青禾书画满天星慕言教育科技有限公司码头路号室"
_MARKS = "，。？！、；：“”（）《》—…·!?,.;:'\"()[]{}<>/\\|@#$%^&*-_=+`~"
_DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200d\ufeff"
_EMOJI = "🙂🏫👨‍👩‍👧‍👦🇨🇳🏳️‍🌈🧑🏽‍🏫✅⚠️"
_CONTROLS = "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028\u2029\ufffe\uffff"
_REGEX = ["(a+)+$", "(.*)*", "((((((((((", "[^", "(?:", "{1,99999}", "\\", "|", "$^", "(?R)", ".*?"]
_SQL = ["' OR '1'='1", "'; DROP TABLE institutions;--", '" UNION SELECT 1,2,3--', "%' AND 1=1 --",
        "LIKE '%_%'", "\\x00", "NULL", "1;SELECT pg_sleep(9)", "*:* AND name:[a TO z]"]  # fmt: skip
_MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "{{7*7}}",
    "${7*7}",
    "%(q)s",
    "%s",
]


def _of(alphabet: str, most: int) -> Callable[[Random], str]:
    return lambda chance: "".join(chance.choices(alphabet, k=chance.randint(1, most)))


def _with_name(pieces: list[str]) -> Callable[[Random], str]:
    """Return pieces of an attack, some times over, around a name that is listed."""
    return lambda chance: "".join(
        chance.choice([*pieces, chance.choice(_HAN), "晨曦湾", " "])
        for _ in range(chance.randint(1, 12))
    )


KINDS: dict[str, Callable[[Random], str]] = {
    "10,000 characters": lambda chance: chance.choice(_HAN) * 10_000,
    "200 characters": lambda chance: "".join(chance.choices(_HAN + "abc123 ", k=200)),
    "one character 200 times": lambda chance: chance.choice(_HAN + "a1路") * 200,
    "200 parts": lambda chance: " ".join(chance.choices(_HAN + "ab1", k=100)),
    "only punctuation": _of(_MARKS, 200),
    "direction marks": _of(_DIRECTIONS + _HAN, 200),
    "emoji": _of(_EMOJI, 100),
    "control characters": _of(_CONTROLS + _HAN, 100),
    "combining marks": lambda chance: "晨" + "\u0301\u20dd\ufe0f" * chance.randint(1, 60),
    "wide and rare": _of("ﷺ㍿㌀ⅧＡ㊊\U00020000\U0002a6d6\ue000\U000e0101", 100),
    "NUL": lambda chance: "晨\0" * chance.randint(1, 20),
    "lone surrogates": _of("\ud800\udfff\udc80晨", 60),
    "like a regular expression": _with_name(_REGEX),
    "like SQL": _with_name(_SQL),
    "like markup": _with_name(_MARKUP),
    "long Latin": _of("abcdefghijklmnopqrstuvwxyz", 200),
    "digits": _of("0123456789-", 200),
}


def hostile(seed: int, per_kind: int) -> Iterator[tuple[str, str]]:
    """Yield kind and query."""
    chance = Random(seed)
    for kind, make in KINDS.items():
        for _ in range(per_kind):
            yield kind, make(chance)
