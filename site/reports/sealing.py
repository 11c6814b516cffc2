"""Sealing a report: whoever steals database and disk reads nothing.

A random content key encrypts everything of one report (AES-256-GCM): body, messages, files, the
officers' notes. The content key is wrapped to each reading department with HPKE (RFC 9180: X25519,
HKDF-SHA256, AES-256-GCM), and once for the reporter under a key derived from the receipt code.
Everything is bound to the report's number and to what it is.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NONCE = 12  # bytes
_PAD = 1024  # bytes: the size of a text tells little about its words
_FILE_PAD = 64 * 1024
_LENGTH = 8  # bytes: a file's own length, in front of it

BODY, TO_REPORTER, FROM_REPORTER, WHY, FILE = "", " to reporter", " from reporter", " why", " file"


class CannotOpen(ValueError):
    """Another key, altered bytes, or a part of another report."""


def new_content_key() -> bytes:
    """Return a random key for one report."""
    return AESGCM.generate_key(256)


def seal(key: bytes, content: Mapping[str, str], number: str, part: str = BODY) -> bytes:
    """Seal words of a report, padded to whole kilobytes."""
    plaintext = json.dumps(dict(content), ensure_ascii=False).encode()
    return _encrypt(key, plaintext + b" " * (-len(plaintext) % _PAD), number + part)


def unseal(key: bytes, sealed: bytes, number: str, part: str = BODY) -> dict[str, str]:
    """Return the words; raises CannotOpen."""
    content = json.loads(_decrypt(key, sealed, number + part))
    return {str(name): str(value) for name, value in content.items()}


def seal_file(key: bytes, data: bytes, number: str) -> bytes:
    """Seal a file, padded to whole 64 KiB."""
    plaintext = len(data).to_bytes(_LENGTH) + data
    return _encrypt(key, plaintext + bytes(-len(plaintext) % _FILE_PAD), number + FILE)


def unseal_file(key: bytes, sealed: bytes, number: str) -> bytes:
    """Return the file; raises CannotOpen."""
    plaintext = _decrypt(key, sealed, number + FILE)
    length = int.from_bytes(plaintext[:_LENGTH])
    return plaintext[_LENGTH : _LENGTH + length]


def wrap(key: bytes, public_key: bytes, number: str, department: int) -> bytes:
    """Return the content key sealed to a department's raw public key."""
    public = X25519PublicKey.from_public_bytes(public_key)
    return _SUITE.encrypt(key, public, _info(number, department))


def key_id(public_key: bytes) -> str:
    """Return the short name of a public key, so that a wrap to an earlier one is known as such."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def unwrap(wrapped: bytes, private_key: bytes, number: str, department: int) -> bytes:
    """Return the content key; raises CannotOpen."""
    private = X25519PrivateKey.from_private_bytes(private_key)
    try:
        return _SUITE.decrypt(wrapped, private, _info(number, department))
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def wrap_under(phrase: str, private_key: bytes, purpose: str) -> bytes:
    """Return a key sealed under a random phrase of at least 80 bits, which needs no slow hash."""
    return _encrypt(_phrase_key(phrase, purpose), private_key, purpose)


def unwrap_under(phrase: str, wrapped: bytes, purpose: str) -> bytes:
    """Return the key; raises CannotOpen."""
    return _decrypt(_phrase_key(phrase, purpose), wrapped, purpose)


def wrap_for_reporter(key: bytes, receipt: str, number: str) -> bytes:
    """Return the content key sealed under the receipt code; the code itself is kept nowhere."""
    return wrap_under(receipt, key, f"receipt of {number}")


def unwrap_for_reporter(wrapped: bytes, receipt: str, number: str) -> bytes:
    """Return the content key; raises CannotOpen."""
    return unwrap_under(receipt, wrapped, f"receipt of {number}")


def _phrase_key(phrase: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"mingdan {purpose}".encode()).derive(phrase.encode())


def _encrypt(key: bytes, plaintext: bytes, bound_to: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, bound_to.encode())


def _decrypt(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def _info(number: str, department: int) -> bytes:
    return f"mingdan report {number} for {department}".encode()
