"""The code in a receipt's QR: the facts and their signature in few bytes, so that a phone's camera reads it.

Layout, big-endian: version (1 byte), kind (1: 0 receipt, 1 void, 2 refund, and 128 more in a drill), ledger
(4), year (2), serial (4), amount in fen (8, signed), seconds since 1970 (4), key id (4), hash of the details
(16), the masked unit in UTF-8, and at the end the Ed25519 signature (64). All of it is written in base32 (RFC
4648) without padding: capitals and digits take less room in a QR code than base64.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping
from datetime import UTC, datetime

from backend.fees.rules.receipt_refusals import ReceiptNotOurs
from backend.fees.rules.receipts import STATEMENT, Facts, Number, ReceiptKind
from backend.sealing import signing
from backend.voting.errors import VotingError

VERSION = 1
DRILL = 128
SIGNATURE_BYTES = 64
LONGEST_CODE = 400
_HEAD = struct.Struct(">BBIHIqI4s16s")
_KINDS = tuple(ReceiptKind)


def write_code(facts: Facts, signature: str) -> str:
    """Return the code of facts with their signature (hex)."""
    number = facts.number
    head = _HEAD.pack(
        VERSION,
        _KINDS.index(facts.kind) + DRILL * facts.drill,
        number.ledger,
        number.year,
        number.serial,
        facts.amount_fen,
        int(facts.at.timestamp()),
        bytes.fromhex(facts.key),
        bytes.fromhex(facts.details),
    )
    return _text(head + facts.unit.encode() + bytes.fromhex(signature))


def read_code(code: str) -> tuple[Facts, str]:
    """Return the facts and the signature (hex) in a code; nothing is known of them yet.

    Raises:
        ReceiptNotOurs: it is no code of ours.
    """
    try:
        raw = _bytes(code)
        version, kind, ledger, year, serial, amount, at, key, details = _HEAD.unpack_from(raw)
        unit = raw[_HEAD.size : -SIGNATURE_BYTES].decode()
        facts = Facts(
            Number(ledger, year, serial),
            _KINDS[kind % DRILL],
            amount,
            datetime.fromtimestamp(at, UTC),
            unit,
            details.hex(),
            kind >= DRILL,
            key.hex(),
        )
    except (binascii.Error, struct.error, UnicodeError, ValueError, IndexError) as error:
        raise ReceiptNotOurs from error
    if version != VERSION or _text(raw) != code:
        raise ReceiptNotOurs
    return facts, raw[-SIGNATURE_BYTES:].hex()


def verify_code(code: str, keys: Mapping[str, str]) -> Facts:
    """Return the facts that a code proves, given our public keys (hex) by their ids.

    Raises:
        ReceiptNotOurs: it is no code, or none of our keys made its signature.
    """
    facts, signature = read_code(code)
    verify_facts(facts, signature, keys)
    return facts


def verify_facts(facts: Facts, signature: str, keys: Mapping[str, str]) -> None:
    """Check the signature over facts.

    Raises:
        ReceiptNotOurs: it does not hold, or is by a key that is not ours.
    """
    if facts.key not in keys:
        raise ReceiptNotOurs
    try:
        signing.verify(keys[facts.key], STATEMENT, facts.document(), signature)
    except VotingError as error:
        raise ReceiptNotOurs from error


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def _bytes(code: str) -> bytes:
    if len(code) > LONGEST_CODE:
        raise ValueError("too long")
    raw = base64.b32decode(code + "=" * (-len(code) % 8))
    if len(raw) < _HEAD.size + SIGNATURE_BYTES:
        raise ValueError("too short")
    return raw
