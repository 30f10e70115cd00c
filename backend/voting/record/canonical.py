"""The one canonical JSON form of everything we hash or sign ourselves.

Object keys sorted by code point, no white space, UTF-8 without escapes beyond those JSON demands,
integers only. Two documents with the same meaning have the same bytes, so a hash or a signature
names a meaning and not a spelling. Belenios messages are not ours and keep Belenios's bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from backend.voting.errors import FormatError

RULE: Final = "canonical-json"
MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 1000
_WRITER: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(document: object) -> bytes:
    """Return the canonical bytes of a JSON value.

    Raises FormatError for what has no canonical form: floats, keys that are not text, lone
    surrogates, values that JSON does not know, nesting deeper than 64.
    """
    _check_value(document, 0)
    return _utf8(_WRITER.encode(document))


def parse_canonical(raw: bytes) -> Any:
    """Read canonical bytes and return the JSON value.

    Raises FormatError unless `raw` is exactly what `canonical` would write: duplicate keys, white
    space, another key order, floats and needless escapes are all refused.
    """
    document = _loads(raw)
    if canonical(document) != raw:
        raise FormatError(RULE, "these bytes are JSON, but not in the canonical form")
    return document


def _loads(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique_pairs,
            parse_float=_refuse_float,
            parse_int=_bounded_int,
            parse_constant=_refuse_float,
        )
    except UnicodeDecodeError:
        raise FormatError(RULE, "the document is not UTF-8") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise FormatError(RULE, f"the document is not JSON: {error}") from None


def _check_value(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise FormatError(RULE, f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, int):
        _check_size(value)
    elif value is None:
        return
    elif isinstance(value, str):
        _utf8(value)
    elif isinstance(value, dict):
        _check_mapping(value, depth)
    elif isinstance(value, list | tuple):
        _check_members(value, depth)
    else:
        raise FormatError(RULE, f"{type(value).__name__} has no canonical form")


def _check_size(value: int) -> None:
    if abs(value) >= 10**MAX_DIGITS:
        raise FormatError(RULE, f"a number of more than {MAX_DIGITS} digits")


def _check_mapping(value: dict[Any, Any], depth: int) -> None:
    for key in value:
        if not isinstance(key, str):
            raise FormatError(RULE, f"the key {key!r} is not text")
        _utf8(key)
    _check_members(list(value.values()), depth)


def _check_members(members: Sequence[object], depth: int) -> None:
    for member in members:
        _check_value(member, depth + 1)


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise FormatError(RULE, "the text holds a lone surrogate") from None


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise FormatError(RULE, f"the key {twice!r} stands twice")
    return document


def _bounded_int(text: str) -> int:
    if len(text) > MAX_DIGITS + 1:
        raise FormatError(RULE, f"a number of more than {MAX_DIGITS} digits")
    return int(text)


def _refuse_float(text: str) -> NoReturn:
    raise FormatError(RULE, f"{text} is not an integer")
