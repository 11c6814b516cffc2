"""A department's private key: made once, sealed per officer to a key pair of the officer's own.

The officer's private key is encrypted (AES-256-GCM) under a key that argon2id (RFC 9106) derives
from the password, so only the officer's sign-in opens it. A colleague who holds a department's key
can seal it (HPKE, RFC 9180) to another officer at any time; the server alone can do neither.
"""

import secrets

import sqlalchemy as sa
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy.orm import Session

from accounts.models import KeyWrap, Officer

NONCE = 12  # bytes
_ARGON2 = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4}  # RFC 9106, second choice
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class WrongPassword(ValueError):
    """The wrap does not open: another password, or altered bytes."""


def new_private_key() -> tuple[bytes, bytes]:
    """Return a new X25519 pair as raw bytes: private, public."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def give_pair(officer: Officer, password: str) -> None:
    """Give an officer a new key pair under a password; what was sealed to the old one is lost."""
    private, officer.public_key = new_private_key()
    put_under(officer, private, password)


def put_under(officer: Officer, private: bytes, password: str) -> None:
    """Encrypt an officer's own private key under a (new) password."""
    officer.key_salt = secrets.token_bytes(16)
    officer.wrapped_key = encrypt(_derive(password, officer.key_salt), private, _own(officer))


def own_key(officer: Officer, password: str) -> bytes:
    """Return an officer's own private key; raises WrongPassword."""
    if officer.key_salt is None or officer.wrapped_key is None:
        raise WrongPassword
    return decrypt(_derive(password, officer.key_salt), officer.wrapped_key, _own(officer))


def wrap_for(officer: Officer, department_id: int, private_key: bytes) -> KeyWrap:
    """Return a department's private key sealed to an officer who has a key pair."""
    if officer.public_key is None:
        raise ValueError("the officer has no key pair yet")
    public = X25519PublicKey.from_public_bytes(officer.public_key)
    return KeyWrap(
        officer_id=officer.id,
        department_id=department_id,
        wrapped=_SUITE.encrypt(private_key, public, _bound_to(officer.id, department_id)),
    )


def unwrap_all(session: Session, officer: Officer, password: str) -> dict[int, bytes]:
    """Return department id → private key for every wrap of an officer; raises WrongPassword."""
    if officer.public_key is None:
        _renew(session, officer, password)
    private = X25519PrivateKey.from_private_bytes(own_key(officer, password))
    wraps = session.scalars(sa.select(KeyWrap).filter_by(officer_id=officer.id))
    return {
        wrap.department_id: _SUITE.decrypt(
            wrap.wrapped, private, _bound_to(officer.id, wrap.department_id)
        )
        for wrap in wraps
    }


def _renew(session: Session, officer: Officer, password: str) -> None:
    """Give a pair to an officer of the time when wraps were under the password themselves."""
    keys = {}
    for wrap in session.scalars(sa.select(KeyWrap).filter_by(officer_id=officer.id)).all():
        bound_to = _bound_to(officer.id, wrap.department_id)
        key = _derive(password, wrap.salt or b"")
        keys[wrap.department_id] = decrypt(key, wrap.wrapped, bound_to)
        session.delete(wrap)
    session.flush()
    give_pair(officer, password)
    session.add_all(wrap_for(officer, department, key) for department, key in keys.items())
    session.flush()


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


def _own(officer: Officer) -> bytes:
    return f"officer-key:{officer.id}".encode()
