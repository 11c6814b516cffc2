"""Proof of work, altcha's (PBKDF2 v2): it makes floods dear and asks nobody who they are.

A challenge is bound to the one-time token of its form, and a token is one report: so a solution
that is sent again brings nothing, on however many processes, and nothing has to be kept.
"""

import hashlib
import json
import secrets
import time

from altcha import Payload, create_challenge, verify_solution
from flask import current_app

_ALGORITHM, _COST = "PBKDF2/SHA-256", 4000  # about a second on a phone, five on a bad one
_FEWEST, _MOST = 100, 300  # tries; a bound, so that nobody has bad luck
_SECONDS = 3600  # how long a challenge may take, with reading the preview
_LONGEST = 2000  # characters of a payload


def challenge(token_number: str) -> str:
    """Return a challenge for the form with this token, as the JSON that static/proof.js reads."""
    made = create_challenge(
        _ALGORITHM,
        _COST,
        counter=_FEWEST + secrets.randbelow(_MOST - _FEWEST),
        expires_at=int(time.time()) + _SECONDS,
        data={"form": token_number},
        hmac_secret=_secret(b"challenge"),
        hmac_key_secret=_secret(b"solution"),
    )
    return json.dumps(made.to_dict(), separators=(",", ":"))


def is_proven(payload: str, token_number: str) -> bool:
    """Tell whether somebody solved, in time, the challenge of the form with this token."""
    if not payload or len(payload) > _LONGEST:
        return False
    try:
        solved = Payload.from_base64(payload)
        result = verify_solution(
            solved, _secret(b"challenge"), hmac_key_secret=_secret(b"solution")
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return False  # whatever it is, it is no payload
    return result.verified and solved.challenge.parameters.data == {"form": token_number}


def _secret(purpose: bytes) -> bytes:
    key: str = current_app.config["SECRET_KEY"]
    return hashlib.sha256(b"proof of work " + purpose + key.encode()).digest()
