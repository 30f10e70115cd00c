"""Strict reading of the documents of a record: every field typed, every unknown field refused."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

from backend.voting.errors import FormatError

SHA256: Final = re.compile(r"[0-9a-f]{64}")
DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,999}")
MAX_TEXT: Final = 20_000


class Fields:
    """One JSON object being read field by field; `end` refuses whatever was not asked for."""

    def __init__(self, rule: str, document: object, where: str) -> None:
        if not isinstance(document, dict):
            raise FormatError(rule, f"{where} is not an object")
        self._rule = rule
        self._where = where
        self._rest: dict[str, Any] = dict(document)

    def refuse(self, message: str) -> FormatError:
        """Return the refusal of this object, for the caller to raise."""
        return FormatError(self._rule, f"{self._where}: {message}")

    def has(self, name: str) -> bool:
        """Tell whether an optional field is still to be read."""
        return name in self._rest

    def any(self, name: str) -> Any:
        """Take a field of any type."""
        if name not in self._rest:
            raise self.refuse(f"the field {name!r} is missing")
        return self._rest.pop(name)

    def text(self, name: str) -> str:
        """Take a text that is not empty."""
        value = self.any(name)
        if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
            raise self.refuse(f"{name!r} is not a text of 1 to {MAX_TEXT} characters")
        return value

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """Take a text that matches the whole pattern."""
        value = self.text(name)
        if pattern.fullmatch(value) is None:
            raise self.refuse(f"{name!r} is {value[:80]!r}, which is not of the form {pattern.pattern}")
        return value

    def sha256(self, name: str) -> str:
        """Take a SHA-256 (or an Ed25519 public key): 64 lower-case hexadecimal digits."""
        return self.matching(name, SHA256)

    def decimal(self, name: str) -> int:
        """Take an unsigned number written as decimal text, as the protocol writes group elements."""
        return int(self.matching(name, DECIMAL))

    def integer(self, name: str, low: int, high: int) -> int:
        """Take an integer from low to high, both included."""
        value = self.any(name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.refuse(f"{name!r} is not an integer from {low} to {high}")
        return value

    def nullable_integer(self, name: str, low: int, high: int) -> int | None:
        """Take an integer from low to high, or null."""
        if self.has(name) and self._rest[name] is None:
            del self._rest[name]
            return None
        return self.integer(name, low, high)

    def boolean(self, name: str) -> bool:
        """Take true or false."""
        value = self.any(name)
        if not isinstance(value, bool):
            raise self.refuse(f"{name!r} is neither true nor false")
        return value

    def array(self, name: str) -> list[Any]:
        """Take a list of anything."""
        value = self.any(name)
        if not isinstance(value, list):
            raise self.refuse(f"{name!r} is not a list")
        return value

    def objects(self, name: str) -> list[Fields]:
        """Take a list of objects, each to be read in turn."""
        return [
            Fields(self._rule, value, f"{self._where}, {name}[{index}]")
            for index, value in enumerate(self.array(name))
        ]

    def object(self, name: str) -> Fields:
        """Take one nested object."""
        return Fields(self._rule, self.any(name), f"{self._where}, {name}")

    def constant(self, name: str, expected: str | int) -> None:
        """Take a field that has only one lawful value."""
        value = self.any(name)
        if type(value) is not type(expected) or value != expected:
            raise self.refuse(f"{name!r} is {value!r}, expected {expected!r}")

    def end(self) -> None:
        """Refuse fields that nobody asked for: an unknown field could carry an unsigned meaning."""
        if self._rest:
            raise self.refuse(f"unknown fields {sorted(self._rest)}")


def check_unique(rule: str, what: str, values: list[str]) -> None:
    """Refuse a list in which a value stands twice."""
    if len(set(values)) != len(values):
        twice = next(value for value in values if values.count(value) > 1)
        raise FormatError(rule, f"{what} {twice!r} stands twice")


def check_sorted_unique(rule: str, what: str, values: list[str]) -> None:
    """Refuse a list that is not in strictly ascending order of code points."""
    for before, after in pairwise(values):
        if before >= after:
            raise FormatError(rule, f"{what} {after!r} stands twice or out of order")
