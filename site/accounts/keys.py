"""A department's private key: made once, wrapped per officer under a key from the password.

argon2id (RFC 9106) derives the wrapping key; AES-256-GCM wraps, bound to officer and department.
"""

import secrets

import sqlalchemy as sa
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from accounts.models import KeyWrap, Officer

NONCE = 12  # bytes
_ARGON2 = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4}  # RFC 9106, second choice


class WrongPassword(ValueError):
    """The wrap does not open: another password, or altered bytes."""


def new_private_key() -> tuple[bytes, bytes]:
    """Return a new X25519 pair as raw bytes: private, public."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def wrap_for(officer: Officer, department_id: int, private_key: bytes, password: str) -> KeyWrap:
    """Return the private key wrapped for one officer."""
    salt = secrets.token_bytes(16)
    return KeyWrap(
        officer_id=officer.id,
        department_id=department_id,
        salt=salt,
        wrapped=encrypt(_derive(password, salt), private_key, _bound_to(officer.id, department_id)),
    )


def unwrap_all(session: Session, officer: Officer, password: str) -> dict[int, bytes]:
    """Return department id → private key for every wrap of an officer; raises WrongPassword."""
    wraps = session.scalars(sa.select(KeyWrap).filter_by(officer_id=officer.id))
    return {
        wrap.department_id: decrypt(
            _derive(password, wrap.salt), wrap.wrapped, _bound_to(officer.id, wrap.department_id)
        )
        for wrap in wraps
    }


def encrypt(key: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
    """Encrypt with AES-256-GCM; the nonce stands in front."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Undo `encrypt`; raises WrongPassword when key, bytes or binding differ."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except InvalidTag:
        raise WrongPassword from None


def _derive(password: str, salt: bytes) -> bytes:
    return hash_secret_raw(password.encode(), salt, hash_len=32, type=Type.ID, **_ARGON2)


def _bound_to(officer_id: int, department_id: int) -> bytes:
    return f"key-wrap:{officer_id}:{department_id}".encode()
