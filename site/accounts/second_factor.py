"""The second factor: time-based codes (RFC 6238), and recovery codes for a lost phone."""

import base64
import hashlib
import io
import unicodedata

import pyotp
import qrcode
import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from qrcode.image.svg import SvgPathImage
from sqlalchemy.orm import Session

from accounts.keys import WrongPassword, decrypt, encrypt
from accounts.models import Officer, RecoveryCode
from portal.clock import now
from portal.codes import new_code, normalised

STEP = 30  # seconds
DRIFT = 1  # steps by which a phone's clock may be off
RECOVERY_CODES, RECOVERY_LENGTH = 8, 16  # 75 bits each
# The demo's officers have it; the demo's sign-in page shows its codes.
DEMO_SECRET = "MINGDANDEMOONLY234567ABCDEFGHIJK"  # noqa: S105


def set_secret(session: Session, officer: Officer, secret: str) -> list[str]:
    """Bind a secret (base32) to the officer; returns new recovery codes, the old ones end."""
    officer.totp_secret = encrypt(_key(), secret.encode(), _bound_to(officer))
    officer.totp_last = None
    session.execute(sa.delete(RecoveryCode).filter_by(officer_id=officer.id))
    codes = [new_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(officer_id=officer.id, digest=_digest(code)) for code in codes)
    session.flush()
    return codes


def drop_secret(session: Session, officer: Officer) -> None:
    """Unbind: the next sign-in binds anew."""
    officer.totp_secret = officer.totp_last = None
    session.execute(sa.delete(RecoveryCode).filter_by(officer_id=officer.id))


def use_code(session: Session, officer: Officer, typed: str) -> bool:
    """Tell whether a code is right, and use it up: each counts once, also for two at a time."""
    secret = _secret(officer)
    counter = matching(secret, typed) if secret is not None else None
    if counter is None:
        return False
    used = session.execute(
        sa.update(Officer)
        .where(
            Officer.id == officer.id,
            sa.or_(Officer.totp_last.is_(None), Officer.totp_last < counter),
        )
        .values(totp_last=counter)
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


def is_lost(officer: Officer) -> bool:
    """Tell whether a secret is bound that nobody can read: the instance's key was changed."""
    return officer.totp_secret is not None and _secret(officer) is None


def use_recovery_code(session: Session, officer: Officer, typed: str) -> bool:
    """Tell whether a recovery code is the officer's, and drop it."""
    used = session.execute(
        sa.delete(RecoveryCode).filter_by(officer_id=officer.id, digest=_digest(typed))
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


def matching(secret: str, typed: str) -> int | None:
    """Return the counter whose code was typed, within the drift, or None."""
    code = "".join(unicodedata.normalize("NFKC", typed).split())
    around = int(now().timestamp()) // STEP
    generator = pyotp.TOTP(secret)
    found = None
    for counter in range(around - DRIFT, around + DRIFT + 1):
        if pyotp.utils.strings_equal(generator.generate_otp(counter), code):
            found = counter
    return found


def new_secret(token: str, officer: Officer) -> str:
    """Return the secret that one desk session offers: the same each time its page is shown."""
    info = f"mingdan totp {officer.id}".encode() + (officer.totp_secret or b"")
    secret = HKDF(SHA256(), 20, salt=None, info=info).derive(token.encode())  # RFC 4226: 160 bits
    return base64.b32encode(secret).decode()


def demo_code() -> str:
    """Return the demo officers' code of this moment."""
    return pyotp.TOTP(DEMO_SECRET).at(now())


def enrolment_address(secret: str, officer: Officer, issuer: str) -> str:
    """Return the otpauth: address that an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=officer.username, issuer_name=issuer)


def qr_image(address: str) -> str:
    """Return the QR code as a data: address of an SVG; dark on white in either colour scheme."""
    code = qrcode.QRCode(border=4, box_size=8)
    code.add_data(address)
    out = io.BytesIO()
    code.make_image(image_factory=SvgPathImage).save(out)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()


def _digest(code: str) -> str:
    return hashlib.sha256(normalised(code).encode()).hexdigest()


def _secret(officer: Officer) -> str | None:
    if officer.totp_secret is None:
        return None
    try:
        return decrypt(_key(), officer.totp_secret, _bound_to(officer)).decode()
    except WrongPassword:
        return None


def _key() -> bytes:
    # Under the instance's secret: the database alone gives no codes.
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return HKDF(SHA256(), 32, salt=None, info=b"mingdan totp secrets").derive(secret)


def _bound_to(officer: Officer) -> bytes:
    return f"totp:{officer.id}".encode()
