"""The one byte form of our own JSON documents: sorted keys, compact, UTF-8, no floats."""

from __future__ import annotations

import json

from backend.voting.errors import FormatError


def canonical(document: object) -> bytes:
    """Return the canonical JSON bytes of `document`.

    Raises FormatError for a float, a key that is not text, or a value that JSON cannot carry.
    """
    _check(document)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise FormatError("canonical-json", "the text holds a lone surrogate") from error


def _check(value: object) -> None:
    if value is None or isinstance(value, (str, bool, int)):
        return
    if isinstance(value, (list, tuple)):
        for part in value:
            _check(part)
        return
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise FormatError("canonical-json", "a key is not text")
            _check(part)
        return
    raise FormatError("canonical-json", f"{type(value).__name__} has no canonical form")
