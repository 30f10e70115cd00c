"""QR codes, for screens and for paper."""

from __future__ import annotations

import io

import qrcode
from qrcode.image.svg import SvgPathImage


def qr_png(text: str) -> bytes:
    """Return a QR code of a text as a PNG image."""
    code = _code(text)
    image, file = code.make_image(), io.BytesIO()
    image.save(file)
    return file.getvalue()


def qr_svg(text: str) -> bytes:
    """Return a QR code of a text as an SVG image."""
    image, file = _code(text).make_image(image_factory=SvgPathImage), io.BytesIO()
    image.save(file)
    return file.getvalue()


def _code(text: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=4)
    code.add_data(text)
    code.make(fit=True)
    return code
