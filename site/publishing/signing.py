"""The key that signs editions: Ed25519 (RFC 8032), made on first use, kept in the instance."""

import hashlib
import os
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class Signing(Protocol):
    """What an edition is signed with: the instance's key, or a signature made elsewhere."""

    @property
    def key_id(self) -> str:
        """The id of the key."""

    def sign(self, content: bytes) -> bytes:
        """Return the raw 64-byte signature."""


class Signer:
    """Signs with the instance's key; without a folder with one of the moment, for rehearsals."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._key = _load_or_make(folder) if folder else Ed25519PrivateKey.generate()
        self.key_id = key_id(self._key.public_key())

    def sign(self, content: bytes) -> bytes:
        """Return the raw 64-byte signature; keep the public half beside it for everyone."""
        if self._folder is not None:
            public = self._folder / f"{self.key_id}.pub.pem"
            if not public.exists():
                public.write_bytes(_public_pem(self._key.public_key()))
        return self._key.sign(content)


def key_id(key: Ed25519PublicKey) -> str:
    """Return the first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def public_keys(folder: Path) -> dict[str, bytes]:
    """Return key id → PEM of every key that ever signed here."""
    found = {}
    for path in folder.glob("*.pub.pem"):
        key = load_pem_public_key(path.read_bytes())
        if isinstance(key, Ed25519PublicKey):
            found[key_id(key)] = path.read_bytes()
    return found


def _load_or_make(folder: Path) -> Ed25519PrivateKey:
    path = folder / "signing.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return key


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
