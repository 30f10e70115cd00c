"""Read one table of a rule pack strictly: a missing key, a wrong type or an unknown key is refused.

A key that the engine silently ignored would let a committee believe in a rule that nothing applies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from backend.voting.errors import LawError

Word = TypeVar("Word", bound=StrEnum)


class PackMalformed(LawError):
    """A rule pack that cannot be read: broken TOML, an unknown key, a value of the wrong type."""

    code = "pack-malformed"


class Table:
    """One table of a pack. Every key is taken once; `close` refuses what nobody took."""

    def __init__(self, values: Mapping[str, object], place: str = "") -> None:
        self._left = dict(values)
        self._place = place

    def where(self, key: str) -> str:
        """Return the full dotted name of a key, as messages show it."""
        return f"{self._place}.{key}" if self._place else key

    def _take(self, key: str) -> object:
        if key not in self._left:
            raise PackMalformed(f"rule pack: key {self.where(key)} is missing; add it")
        return self._left.pop(key)

    def _wrong(self, key: str, wanted: str) -> PackMalformed:
        return PackMalformed(f"rule pack: {self.where(key)} must be {wanted}; correct the value")

    def table(self, key: str) -> Table:
        """Return a sub-table. Raises PackMalformed when it is none."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return Table(value, self.where(key))

    def text(self, key: str, *, may_be_empty: bool = False) -> str:
        """Return a string. Raises PackMalformed."""
        value = self._take(key)
        if not isinstance(value, str) or not (value or may_be_empty):
            raise self._wrong(key, "a text" if may_be_empty else "a text that is not empty")
        return value

    def day(self, key: str) -> date:
        """Return a calendar day, written in TOML as 2021-01-01. Raises PackMalformed."""
        value = self._take(key)
        if type(value) is not date:
            raise self._wrong(key, "a day such as 2021-01-01, without quotes")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false. Raises PackMalformed."""
        value = self._take(key)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        """Return a whole number, both bounds included. Raises PackMalformed."""
        value = self._take(key)
        if type(value) is not int or not low <= value <= high:
            raise self._wrong(key, f"a whole number from {low} to {high}")
        return value

    def share(self, key: str) -> tuple[int, int]:
        """Return (numerator, denominator) of a share above 0 and at most 1. Raises PackMalformed."""
        value = self._take(key)
        if not (isinstance(value, list) and len(value) == 2 and all(type(part) is int for part in value)):
            raise self._wrong(key, "two whole numbers such as [2, 3]")
        numerator, denominator = value
        if not 0 < numerator <= denominator:
            raise self._wrong(key, "a share above 0 and not above 1, such as [2, 3]")
        return numerator, denominator

    def holds_text(self, key: str) -> bool:
        """Tell whether the value of a key is a text; the key is not taken."""
        return isinstance(self._left.get(key), str)

    def word(self, key: str, words: type[Word]) -> Word:
        """Return one word of a fixed vocabulary. Raises PackMalformed."""
        return self._word(key, self._take(key), words)

    def words(self, key: str, words: type[Word]) -> tuple[Word, ...]:
        """Return a list of different words of a fixed vocabulary, at least one. Raises PackMalformed."""
        value = self._take(key)
        if not isinstance(value, list) or not value:
            raise self._wrong(key, "a list that is not empty")
        found = tuple(self._word(key, word, words) for word in value)
        if len(set(found)) != len(found):
            raise self._wrong(key, "a list without repetitions")
        return found

    def _word(self, key: str, value: object, words: type[Word]) -> Word:
        if value not in [word.value for word in words]:
            raise self._wrong(key, "one of " + ", ".join(words))
        return words(value)

    def close(self) -> None:
        """Refuse the keys that nobody took. Raises PackMalformed."""
        for key in self._left:
            raise PackMalformed(
                f"rule pack: unknown key {self.where(key)}; remove it or correct its spelling"
            )
