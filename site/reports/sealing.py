"""Sealing a report: whoever steals database and disk reads nothing.

A random content key encrypts the body (AES-256-GCM); the content key is wrapped to each reading
department with HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM). Both are bound to the report.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NONCE = 12  # bytes
_PAD = 1024  # bytes: the size of a body tells little about its words


class CannotOpen(ValueError):
    """Another key, altered bytes, or a body of another report."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed body and its content key, wrapped per department id."""

    body: bytes
    wraps: dict[int, bytes]


def seal(content: Mapping[str, str], number: str, readers: Mapping[int, bytes]) -> Sealed:
    """Seal what a reporter wrote to the raw public keys of the reading departments.

    Raises ValueError where nobody could ever read it.
    """
    if not readers:
        raise ValueError("a report sealed to nobody is lost")
    plaintext = json.dumps(dict(content), ensure_ascii=False).encode()
    plaintext += b" " * (-len(plaintext) % _PAD)
    key, nonce = AESGCM.generate_key(256), secrets.token_bytes(_NONCE)
    return Sealed(
        body=nonce + AESGCM(key).encrypt(nonce, plaintext, number.encode()),
        wraps={
            department: _SUITE.encrypt(
                key, X25519PublicKey.from_public_bytes(public), _info(number, department)
            )
            for department, public in readers.items()
        },
    )


def unseal(
    body: bytes, wrapped: bytes, private_key: bytes, number: str, department: int
) -> dict[str, str]:
    """Return what the reporter wrote; raises CannotOpen."""
    try:
        key = _SUITE.decrypt(
            wrapped, X25519PrivateKey.from_private_bytes(private_key), _info(number, department)
        )
        plaintext = AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], number.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    content = json.loads(plaintext)
    return {str(name): str(value) for name, value in content.items()}


def _info(number: str, department: int) -> bytes:
    return f"mingdan report {number} for {department}".encode()
