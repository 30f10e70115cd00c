"""The text forms of the protocol: compact JSON, decimal strings, digests, weights (Belenios 2.0 facts 1-2).

A message has exactly one spelling here. The peer tolerates several inside a ballot, which leaves a
voter or a server room to mark ballots; every reader below therefore refuses all but the one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeGuard

from backend.voting.errors import FormatError

MAX_JSON_INTEGER = 2**30 - 1
"""The largest weight or result written as a JSON number; above it stands a string of digits."""

_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_DECIMAL = re.compile(r"0|[1-9][0-9]*", re.ASCII)


def compact(value: object) -> bytes:
    """Write JSON as the protocol hashes it: no spaces, keys in the order given, raw UTF-8.

    Control characters are escaped as the peer does, DEL among them.
    """
    text = _COMPACT.encode(value)
    return text.replace("\x7f", "\\u007f").encode()


def parse_json(data: bytes) -> Any:
    """Read JSON strictly: no duplicate key, no fraction, no NaN, nothing after the value.

    Raises FormatError `json`. Spelling is not checked here; see `parse_canonical`.
    """
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object_without_duplicates,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError) as error:
        raise FormatError("json", f"not strict JSON: {error}") from error


def parse_canonical(data: bytes) -> Any:
    """Read JSON whose bytes must be the very ones `compact` writes; raises FormatError otherwise."""
    value = parse_json(data)
    try:
        written = compact(value)
    except UnicodeEncodeError as error:
        raise FormatError("json", "text holds half of a surrogate pair") from error
    if written != data:
        raise FormatError("canonical", "the bytes are not the canonical spelling of their content")
    return value


def check_fields(
    value: object, required: Sequence[str], what: str, *, optional: Sequence[str] = ()
) -> dict[str, Any]:
    """Return `value` if it is an object with these fields in this order and no other.

    Fields named in `optional` may be left out. Raises FormatError `fields`.
    """
    if not isinstance(value, dict):
        raise FormatError("fields", f"{what} is not an object")
    expected = [name for name in required if name not in optional or name in value]
    if list(value) != expected:
        raise FormatError("fields", f"{what} has fields {_shown(list(value))}, expected {expected}")
    return value


def check_list(value: object, what: str, *, length: int | None = None, rule: str = "list") -> list[Any]:
    """Return `value` if it is an array, of `length` entries when given; raises FormatError `rule`."""
    if not isinstance(value, list):
        raise FormatError(rule, f"{what} is not an array")
    if length is not None and len(value) != length:
        raise FormatError(rule, f"{what} has {len(value)} entries, expected {length}")
    return value


def check_text(value: object, what: str) -> str:
    """Return `value` if it is a JSON string; raises FormatError `text`."""
    if not isinstance(value, str):
        raise FormatError("text", f"{what} is not a string")
    return value


def check_integer(value: object, what: str, *, least: int = 0) -> int:
    """Return `value` if it is a JSON integer not under `least`; raises FormatError `integer`."""
    if not _is_integer(value) or value < least:
        raise FormatError("integer", f"{what} is not an integer of at least {least}")
    return value


def to_decimal(number: int) -> str:
    """Write a group element or scalar: base 10, no sign, no leading zero."""
    return str(number)


def parse_decimal(value: object, what: str, *, below: int) -> int:
    """Read a decimal string with 0 <= number < below; raises FormatError `decimal` or `decimal-range`."""
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise FormatError("decimal", f"{what} is not a decimal string without sign or leading zero")
    # The length is compared first, so that no hostile string is ever converted.
    if len(value) > len(str(below)) or (number := int(value)) >= below:
        raise FormatError("decimal-range", f"{what} is not below the bound of its kind")
    return number


def weight_to_json(number: int) -> int | str:
    """Write a weight or a total: a JSON number up to 2^30 - 1, a string of digits above."""
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number if number <= MAX_JSON_INTEGER else str(number)


def parse_weight(value: object, what: str, *, below: int) -> int:
    """Read what `weight_to_json` writes, and only that; raises FormatError."""
    if isinstance(value, str):
        number = parse_decimal(value, what, below=below)
        if number <= MAX_JSON_INTEGER:
            raise FormatError("weight", f"{what} is small enough to be a number, not a string")
        return number
    number = check_integer(value, what)
    if number > MAX_JSON_INTEGER or number >= below:
        raise FormatError("weight", f"{what} is too large for a JSON number")
    return number


def hex_sha256(data: bytes) -> str:
    """Name content as the archive does."""
    return hashlib.sha256(data).hexdigest()


def b64_sha256(data: bytes) -> str:
    """Digest as shown to people: standard base64 without padding, 43 characters."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _object_without_duplicates(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object names a field twice")
    return found


def _refuse_number(literal: str) -> NoReturn:
    raise ValueError(f"the number {literal[:20]} is not an integer")


def _shown(names: list[str]) -> str:
    return str([name[:20] for name in names[:12]])
