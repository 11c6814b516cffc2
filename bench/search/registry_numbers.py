"""Codes that pass their checks: GB 32100-2015, the GB 11714-1997 code inside; licence numbers."""

from random import Random

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z
_USCC_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organisation_check(code: str) -> str:
    """Return the ninth character of an organisation code (GB 11714) from its first eight."""
    values = (_ORGANISATION_ALPHABET.index(character) for character in code)
    rest = sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return "0X987654321"[rest]


def uscc_check(code: str) -> str:
    """Return the last character of a unified social credit code from its first seventeen."""
    values = (USCC_ALPHABET.index(character) for character in code)
    total = sum(v * w for v, w in zip(values, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def uscc(chance: Random, area: str, *, company: bool) -> str:
    """Return a valid code: 91 for a company, 52 for a private non-enterprise unit."""
    head = "MA" if company else "MJ"
    organisation = head + "".join(chance.choices(USCC_ALPHABET, k=6))
    first = ("91" if company else "52") + area + organisation + organisation_check(organisation)
    return first + uscc_check(first)


def licence_number(chance: Random, area: str, serial: int) -> str:
    """Return the number of a school licence, as 教民135050370000018号."""
    return f"教民{chance.choice('13')}{area}7{serial:07d}号"
