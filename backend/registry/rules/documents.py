"""Identity documents of people and bodies: brought to one spelling, recognised, and their check digit tried.

A document tells owners apart, so its spelling must be one; its check digit is advice only, because
deeds carry old, foreign and mistyped numbers and no owner may lose a vote by that.
Sources: GB 11643-1999 (resident number), GB 32100-2015 (unified social credit code).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS = "10X98765432"
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
LONGEST_DOCUMENT = 40

_NOISE = re.compile(r"[\s\-‐-―·'\"]")


class DocumentKind(StrEnum):
    """What a document number looks like. It only chooses the advice that is given."""

    RESIDENT = "RESIDENT"
    RESIDENT_OLD = "RESIDENT_OLD"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT"
    TAIWAN_PERMIT = "TAIWAN_PERMIT"
    FOREIGN_RESIDENT = "FOREIGN_RESIDENT"
    PASSPORT = "PASSPORT"
    CREDIT_CODE = "CREDIT_CODE"
    ORGANISATION_CODE = "ORGANISATION_CODE"
    MILITARY = "MILITARY"
    UNKNOWN = "UNKNOWN"


# Tried in this order; the resident number and the credit code share a length and come first.
_SHAPES: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = (
    (DocumentKind.RESIDENT, re.compile(r"[0-9]{17}[0-9X]")),
    (DocumentKind.CREDIT_CODE, re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")),
    (DocumentKind.RESIDENT_OLD, re.compile(r"[0-9]{15}")),
    (DocumentKind.FOREIGN_RESIDENT, re.compile(r"[A-Z]{3}[0-9]{12}")),
    (DocumentKind.HK_MACAO_PERMIT, re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})")),
    (DocumentKind.TAIWAN_PERMIT, re.compile(r"[0-9]{8}(?:[0-9]{2}(?:\([A-Z0-9]\))?)?")),
    (DocumentKind.PASSPORT, re.compile(r"[A-Z]{1,2}[0-9]{6,9}")),
    (DocumentKind.ORGANISATION_CODE, re.compile(r"[0-9A-Z]{8}[0-9X]")),
    (DocumentKind.MILITARY, re.compile(r".{1,4}字第?[0-9]{4,10}号?")),
)


def one_spelling(text: str) -> str:
    """Bring a document number to the one spelling owners are told apart by.

    Full-width letters, lower case, blanks and hyphens differ between clerks, not between people.
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def kind_of(document: str) -> DocumentKind:
    """Tell what a document in one spelling looks like; never refuses."""
    if is_credit_code(document) and not is_resident_number(document):
        return DocumentKind.CREDIT_CODE
    for kind, shape in _SHAPES:
        if shape.fullmatch(document):
            return kind
    return DocumentKind.UNKNOWN


def advice_on(document: str) -> str | None:
    """Name the warning a document deserves ("document-checksum", ...), or None when it looks right."""
    kind = kind_of(document)
    if kind is DocumentKind.RESIDENT and not is_resident_number(document):
        return "document-checksum"
    if kind is DocumentKind.CREDIT_CODE and not is_credit_code(document):
        return "document-checksum"
    if kind is DocumentKind.RESIDENT_OLD:
        return "document-old"
    return "document-unrecognised" if kind is DocumentKind.UNKNOWN else None


def is_resident_number(document: str) -> bool:
    """Tell whether an 18-character resident number has a real birth date and its check digit (GB 11643)."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", document) or not _is_date(document[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(document, RESIDENT_WEIGHTS, strict=False))
    return RESIDENT_CHECKS[total % 11] == document[17]


def is_credit_code(document: str) -> bool:
    """Tell whether a unified social credit code has its check character (GB 32100, modulus 31)."""
    if len(document) != 18 or any(letter not in CREDIT_LETTERS for letter in document):
        return False
    values = [CREDIT_LETTERS.index(letter) for letter in document]
    total = sum(value * weight for value, weight in zip(values, CREDIT_WEIGHTS, strict=False))
    return (31 - total % 31) % 31 == values[17]


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
