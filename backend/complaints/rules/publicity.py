"""What the public board shows of a report's words: nothing by which somebody or a home is known."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"[0-9０-９][0-9０-９\-\s]{5,}[0-9０-９xX]")
"""Phones, document numbers, plates of digits: seven digits or more, blanks and hyphens between them."""
_UNIT = re.compile(r"[0-9A-Za-z]+\s*[-–—]\s*[0-9A-Za-z]+\s*[-–—]\s*[0-9A-Za-z]+")
_ROOM = re.compile(r"[0-9]{3,4}\s*(?:室|房间|房|号房|住户|户)|[0-9一二三四五六七八九十]+单元\s*[0-9]{3,4}")
HIDDEN = "＊＊"


def public_text(text: str) -> str:
    """Return the words with phones, document numbers, homes and rooms struck out."""
    for pattern in (_UNIT, _ROOM, _NUMBERS):
        text = pattern.sub(HIDDEN, text)
    return text
