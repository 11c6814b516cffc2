"""The QR code of a door."""

import io
from typing import Any

import qrcode
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage

QUIET_ZONE = 4  # modules, ISO/IEC 18004


def door_address(base_url: str, code: str) -> str:
    """Return the address a code carries: upper case where the host allows it, for a smaller code.

    QR's alphanumeric mode knows no lower case; scheme and host do not mind, a path would.
    """
    has_path = "/" in base_url.partition("://")[2]
    return f"{base_url}/v/{code}" if has_path else f"{base_url}/V/{code}".upper()


def svg(address: str) -> bytes:
    """Return the QR code as SVG; level Q, which reads better blurred and survives a scratch."""
    out = io.BytesIO()
    _code(address).make_image(image_factory=SvgPathImage).save(out)
    return out.getvalue()


def png(address: str) -> bytes:
    """Return the QR code as PNG, 10 pixels a module."""
    out = io.BytesIO()
    _code(address).make_image(image_factory=PilImage).save(out)
    return out.getvalue()


def for_terminal(address: str) -> str:
    """Return the QR code in half blocks, to be scanned off a terminal."""
    out = io.StringIO()
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.print_ascii(out=out, invert=True)
    return out.getvalue()


def _code(address: str) -> "qrcode.QRCode[Any]":
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_Q, border=QUIET_ZONE, box_size=10
    )
    code.add_data(address)
    return code
