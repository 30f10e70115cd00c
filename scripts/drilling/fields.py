"""A strict reader of one TOML table: a missing key, a wrong type or an unknown key is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from scripts.drilling.faults import Fault, InputRefused


class Fields:
    """One table of a file. Every key is taken once; `end` refuses what nobody took."""

    def __init__(self, file: str, values: Mapping[str, Any], place: str = "") -> None:
        self.file = file
        self._left = dict(values)
        self._place = place

    def refuse(self, key: str, problem: str, remedy: str) -> NoReturn:
        """Raise InputRefused about one key of this table."""
        raise InputRefused([Fault(self.file, problem, remedy, column=f"{self._place}{key}")])

    def has(self, key: str) -> bool:
        """Tell whether a key is there and was not taken yet."""
        return key in self._left

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return a text that is not empty, unless the default is."""
        value = self._take(key, default)
        if not isinstance(value, str) or not (value.strip() or value == default):
            self.refuse(key, "not a text", 'write it in quotes, such as "..."')
        return value.strip()

    def whole(self, key: str, low: int, high: int, *, default: int | None = None) -> int:
        """Return a whole number, both bounds included."""
        value = self._take(key, default)
        if type(value) is not int or not low <= value <= high:
            self.refuse(key, f"{value!r} does not fit", f"write a whole number from {low} to {high}")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.refuse(key, f"{value!r} is neither true nor false", "write true or false")
        return value

    def day(self, key: str) -> date:
        """Return a calendar day, written as a TOML date or as a text."""
        value = self._take(key, None)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = None
        if not isinstance(value, date) or isinstance(value, datetime):
            self.refuse(key, "not a day", "write a day such as 2026-03-01")
        return value

    def names(self, key: str) -> list[Any]:
        """Return a list that is not empty."""
        value = self._take(key, None)
        if not isinstance(value, list) or not value:
            self.refuse(key, "not a list of names", 'write at least one, such as ["..."]')
        return value

    def table(self, key: str) -> Fields:
        """Return a table within this one."""
        value = self._take(key, None)
        if not isinstance(value, dict):
            self.refuse(key, "not a table", f"write it as [{key}] with its keys below")
        return Fields(self.file, value, f"{self._place}{key}.")

    def tables(self, key: str) -> list[Fields]:
        """Return a list of tables, each named by its number."""
        value = self._take(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
            self.refuse(key, "not a list of tables", f"write at least one [[{key}]]")
        named = enumerate(value, start=1)
        return [Fields(self.file, one, f"{self._place}{key} {number}: ") for number, one in named]

    def end(self) -> None:
        """Refuse keys that nobody asked for: a mistyped key must not be passed over in silence."""
        for key in self._left:
            self.refuse(key, "the key is unknown", "remove it or correct its spelling")

    def _take(self, key: str, default: object) -> Any:
        if key not in self._left and default is None:
            self.refuse(key, "the key is missing", "add it")
        return self._left.pop(key, default)
