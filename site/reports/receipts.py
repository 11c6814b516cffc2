"""The receipt: derived from the form's one-time token, kept only as a keyed hash."""

import hashlib
import hmac

from flask import current_app

from portal.codes import ALPHABET, is_well_formed, normalised, with_check

LENGTH = 20  # 19 × 5 = 95 bits and a check character, read aloud in five groups of four


def receipt_code(token_number: str) -> str:
    """Return the receipt code of a form token; sending the form twice gives the same one."""
    digest = _keyed(b"receipt code", token_number)
    return with_check("".join(ALPHABET[byte % 32] for byte in digest[: LENGTH - 1]))


def receipt_hash(code: str) -> str:
    """Return what the database keeps of a receipt code."""
    return _keyed(b"receipt hash", code).hex()


def read_receipt(typed: str) -> str | None:
    """Return the normalised code somebody typed, or None for a slip."""
    code = normalised(typed)
    return code if is_well_formed(code, LENGTH) else None


def _keyed(purpose: bytes, text: str) -> bytes:
    key = hashlib.sha256(purpose + current_app.config["SECRET_KEY"].encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
