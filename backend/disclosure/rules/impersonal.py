"""Texts that everybody of a community will read hold no phone and no document number of anybody."""

from __future__ import annotations

import re

from backend.disclosure.rules.refusals import PersonalText

_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])")
_DOCUMENT = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_CARD = re.compile(r"(?<![0-9])(?:[0-9]{4}[ -]?){3,4}[0-9]{1,7}(?![0-9])")


def check_impersonal(*texts: str) -> None:
    """Refuse texts with a mobile phone, a resident number or a bank card in them.

    Raises:
        PersonalText: what it says.
    """
    for text in texts:
        if any(pattern.search(text) for pattern in (_PHONE, _DOCUMENT, _CARD)):
            raise PersonalText("文字中像是有手机号、身份证号或银行账号；这些内容会公开，请删去或遮盖后再填")
