"""The keys that sign editions: Ed25519 (RFC 8032), kept in the instance's folder `keys`.

`<id>.pub.pem` of every key there ever was, `<id>.ended.json` of those that ended (when, why, and
whether it was revoked), and `signing.pem`: the private half of the one that has not, unless it is
kept elsewhere.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from portal.clock import CHINA, now, today


class KeyState(StrEnum):
    """Whether a key signs, was followed by another, or must not be trusted after its end."""

    CURRENT = "current"
    ROTATED = "rotated"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the public sees it."""

    id: str
    pem: bytes
    state: KeyState = KeyState.CURRENT
    ended_on: date | None = None  # rotated or revoked
    reason: str = ""
    ended_at: datetime | None = None  # nothing later is signed with it


class KeyElsewhere(Exception):
    """The private half of the current key is not on this server; `key` is the public one."""

    def __init__(self, key: Key) -> None:
        super().__init__(key.id)
        self.key = key


class UnusableKey(ValueError):
    """Not an Ed25519 public key in PEM, no such key, or one that ended. Its text is a sentence."""


class BadSignature(ValueError):
    """The signature is not this key's over these bytes."""


class Signing(Protocol):
    """What an edition is signed with: the instance's key, or a signature made elsewhere."""

    @property
    def key_id(self) -> str:
        """The id of the key."""

    def sign(self, content: bytes) -> bytes:
        """Return the raw 64-byte signature."""


class Signer:
    """Signs with the instance's key, made on first use; raises KeyElsewhere."""

    def __init__(self, folder: Path) -> None:
        self._key = _load_or_make(folder)
        self.key_id = key_id(self._key.public_key())

    def sign(self, content: bytes) -> bytes:
        """Return the raw 64-byte signature."""
        return self._key.sign(content)


class Attached:
    """A signature that was made elsewhere."""

    def __init__(self, key: Key, signature: bytes) -> None:
        self._key, self._signature, self.key_id = key, signature, key.id

    def sign(self, content: bytes) -> bytes:
        """Return the signature; raises BadSignature where it is not over this content."""
        check_signature(self._key, content, self._signature)
        return self._signature


def check_signature(key: Key, content: bytes, signature: bytes) -> None:
    """Raise BadSignature unless the key signed the content."""
    try:
        _public(key.pem).verify(signature, content)
    except InvalidSignature:
        raise BadSignature from None


def key_id(key: Ed25519PublicKey) -> str:
    """Return the first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def list_keys(folder: Path) -> list[Key]:
    """Return every key there ever was, the current one first, then the last to end."""
    keys = [_read(path) for path in folder.glob("*.pub.pem")]
    return sorted(keys, key=lambda key: (key.ended_on or date.max, key.id), reverse=True)


def rotate(folder: Path, public: bytes | None = None) -> Key:
    """End the current key and return the next: a new one, or one whose private half is elsewhere.

    Raises UnusableKey for what is no key or was one here before.
    """
    new = _elsewhere(folder, public) if public is not None else None
    for key in list_keys(folder):
        if key.state is KeyState.CURRENT:
            _end(folder, key, revoked=False, reason="")
    (folder / "signing.pem").unlink(missing_ok=True)
    if new is None:
        return _public_key(folder, _make(folder))
    _write_public(folder, new)
    return new


def revoke(folder: Path, key_id: str, reason: str) -> Key:
    """Tell everyone not to trust what this key signs from today on; raises UnusableKey."""
    key = next((each for each in list_keys(folder) if each.id == key_id), None)
    if key is None or key.state is KeyState.REVOKED:
        raise UnusableKey("没有这个编号的公钥，或早已吊销。")
    if key.state is KeyState.CURRENT:
        rotate(folder)
    _end(folder, key, revoked=True, reason=reason)
    return _read(_public_path(folder, key_id))


def _load_or_make(folder: Path) -> Ed25519PrivateKey:
    path = folder / "signing.pem"
    if path.exists():
        key = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{path.name} is not an Ed25519 key")
        if _public_key(folder, key).state is KeyState.CURRENT:
            return key
    current = [each for each in list_keys(folder) if each.state is KeyState.CURRENT]
    if current:
        raise KeyElsewhere(current[0])
    return _make(folder)


def _make(folder: Path) -> Ed25519PrivateKey:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "signing.pem"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    _public_key(folder, key)
    return key


def _public_key(folder: Path, key: Ed25519PrivateKey) -> Key:
    """Return the public half as it is kept; keep it where it is not yet."""
    path = _public_path(folder, key_id(key.public_key()))
    if not path.exists():
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        _write_public(folder, Key(key_id(key.public_key()), pem))
    return _read(path)


def _elsewhere(folder: Path, pem: bytes) -> Key:
    try:
        public = load_pem_public_key(pem)
    except ValueError:
        public = None
    if not isinstance(public, Ed25519PublicKey):
        raise UnusableKey("这不是 PEM 格式的 Ed25519 公钥。")
    if _public_path(folder, key_id(public)).exists():
        raise UnusableKey("这把公钥已经用过，不能再用。请换一把。")
    plain = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Key(key_id(public), plain)


def _end(folder: Path, key: Key, *, revoked: bool, reason: str) -> None:
    state = KeyState.REVOKED if revoked else KeyState.ROTATED
    at = key.ended_at or now()  # who revokes an old key gives it no more time
    said = {"on": today().isoformat(), "at": at.isoformat(), "state": state, "reason": reason}
    path = _ended_path(folder, key.id)
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def _read(path: Path) -> Key:
    pem = path.read_bytes()
    key = Key(key_id(_public(pem)), pem)
    ended = _ended_path(path.parent, key.id)
    if not ended.exists():
        return key
    said = json.loads(ended.read_text(encoding="utf-8"))
    on = date.fromisoformat(said["on"])
    at = (
        datetime.fromisoformat(said["at"])
        if "at" in said
        else datetime.combine(on + timedelta(1), time(), CHINA)
    )
    return Key(key.id, pem, KeyState(said["state"]), on, said["reason"], at)


def _write_public(folder: Path, key: Key) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _public_path(folder, key.id).write_bytes(key.pem)


def _public(pem: bytes) -> Ed25519PublicKey:
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("not an Ed25519 key")
    return key


def _public_path(folder: Path, key_id: str) -> Path:
    return folder / f"{key_id}.pub.pem"


def _ended_path(folder: Path, key_id: str) -> Path:
    return folder / f"{key_id}.ended.json"
