"""JSON of WeChat Pay, read once and strictly: whole fen, aware instants, no name twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from backend.kernel.clock import parse_instant

Word = TypeVar("Word", bound=StrEnum)
LARGEST_FEN = 10**13
"""100,000,000,000 yuan; a larger figure is a mistake somewhere."""


class NotAsPublished(ValueError):
    """A document that does not have the published form; the message names the field."""


class Fields:
    """An object of WeChat Pay's, whose fields are asked for by name and kind."""

    def __init__(self, values: dict[str, Any], path: str = "") -> None:
        self._values = values
        self._path = path

    @classmethod
    def parse(cls, raw: bytes) -> Fields:
        """Read a JSON object.

        Raises:
            NotAsPublished: not UTF-8, not JSON, not an object, a name twice, or a number that is not whole.
        """
        try:
            values = json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_unique,
                parse_float=_no_number,
                parse_constant=_no_number,
            )
        except (ValueError, RecursionError) as error:
            raise NotAsPublished(f"JSON: {type(error).__name__}") from error
        if not isinstance(values, dict):
            raise NotAsPublished("JSON: not an object")
        return cls(values)

    def text(self, name: str) -> str:
        """Return a text that must be there and not empty.

        Raises:
            NotAsPublished: it is missing, empty or no text.
        """
        value = self.text_if_any(name)
        if not value:
            raise NotAsPublished(f"{self._path}{name}: missing")
        return value

    def text_if_any(self, name: str) -> str:
        """Return a text, empty when it is not there.

        Raises:
            NotAsPublished: it is there and no text.
        """
        value = self._values.get(name)
        if value is not None and not isinstance(value, str):
            raise NotAsPublished(f"{self._path}{name}: not a text")
        if value and not value.isprintable() and any("\ud800" <= each <= "\udfff" for each in value):
            raise NotAsPublished(f"{self._path}{name}: half a character")
        return value or ""

    def word(self, name: str, words: type[Word]) -> Word:
        """Return a text that must be one of the published words.

        Raises:
            NotAsPublished: it is missing or another word.
        """
        text = self.text(name)
        try:
            return words(text)
        except ValueError as error:
            raise NotAsPublished(f"{self._path}{name}: an unknown word") from error

    def fen(self, name: str) -> int:
        """Return an amount in fen that must be there.

        Raises:
            NotAsPublished: it is missing, negative, too large or not a whole number.
        """
        value = self.fen_if_any(name)
        if value is None:
            raise NotAsPublished(f"{self._path}{name}: missing")
        return value

    def fen_if_any(self, name: str) -> int | None:
        """Return an amount in fen, None when it is not there.

        Raises:
            NotAsPublished: it is there and negative, too large or not a whole number.
        """
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_FEN:
            raise NotAsPublished(f"{self._path}{name}: not an amount in fen")
        return value

    def instant_if_any(self, name: str) -> datetime | None:
        """Return an RFC 3339 instant in UTC, None when it is not there.

        Raises:
            NotAsPublished: it is there and no instant with an offset.
        """
        text = self.text_if_any(name)
        try:
            return parse_instant(text) if text else None
        except ValueError as error:
            raise NotAsPublished(f"{self._path}{name}: not an instant") from error

    def instant(self, name: str) -> datetime:
        """Return an RFC 3339 instant in UTC that must be there.

        Raises:
            NotAsPublished: it is missing or no instant with an offset.
        """
        value = self.instant_if_any(name)
        if value is None:
            raise NotAsPublished(f"{self._path}{name}: missing")
        return value

    def object(self, name: str) -> Fields:
        """Return an object that must be there.

        Raises:
            NotAsPublished: it is missing or no object.
        """
        value = self._values.get(name)
        if not isinstance(value, dict):
            raise NotAsPublished(f"{self._path}{name}: not an object")
        return Fields(value, f"{self._path}{name}.")

    def object_if_any(self, name: str) -> Fields:
        """Return an object, an empty one when it is not there.

        Raises:
            NotAsPublished: it is there and no object.
        """
        return Fields({}, f"{self._path}{name}.") if self._values.get(name) is None else self.object(name)


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise NotAsPublished(f"{name}: twice")
        values[name] = value
    return values


def _no_number(text: str) -> NoReturn:
    raise NotAsPublished(f"{text}: not a whole number")
