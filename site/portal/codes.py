"""Random codes that people copy, read aloud and mistype: Crockford base32 with a check character.

The check character is Luhn mod 32, which finds every single wrong character and nearly every
swap of neighbours, so a mistyped code is told apart from an unknown one without a look-up.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_VALUE = {character: place for place, character in enumerate(ALPHABET)}
_DOUBLED = {character: sum(divmod(2 * place, 32)) for place, character in enumerate(ALPHABET)}
_READ_AS = str.maketrans("OIL", "011", " -_\u2010\u2011\u2013\u2014\u3000")


def new_code(length: int) -> str:
    """Return a random code of `length` characters, the last one its check; 5 bits per other one."""
    return with_check("".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(length - 1)))


def with_check(body: str) -> str:
    """Return the body with its check character behind it."""
    total = sum(map(_DOUBLED.__getitem__, body[::-2])) + sum(map(_VALUE.__getitem__, body[-2::-2]))
    return body + ALPHABET[-total % 32]


def normalised(typed: str) -> str:
    """Return what a person typed or scanned as a code: upper case, look-alikes and gaps mended."""
    return typed.strip().upper().translate(_READ_AS)


def is_well_formed(code: str, length: int) -> bool:
    """Tell whether a normalised code has the right length, characters and check character."""
    return (
        len(code) == length
        and all(character in ALPHABET for character in code)
        and code == with_check(code[:-1])
    )


def grouped(code: str) -> list[str]:
    """Return the code in groups of four, as it is printed and read aloud."""
    return [code[start : start + 4] for start in range(0, len(code), 4)]
