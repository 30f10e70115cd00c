"""The clock that services are handed, so that no rule asks the machine for the time by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

CHINA = timezone(timedelta(hours=8), "UTC+08:00")
"""The zone in which deadlines are counted and times are shown."""


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def __call__(self) -> datetime:
        """Return the present instant, aware and in UTC."""
        ...


class ClockError(RuntimeError):
    """A clock that cannot tell the time; nothing lawful can be decided without one."""


class SystemClock:
    """The machine's own clock."""

    def __call__(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class FileClock:
    """A clock that stands at the instant written in a file: ISO 8601 with an offset.

    It serves drills, in which web and worker must pass through months within minutes. Whoever moves
    it replaces the file in one step (write beside it, then rename), so that no reader sees half a line.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> datetime:
        """Return the instant in the file.

        Raises:
            ClockError: the file is missing or holds no aware instant.
        """
        try:
            return parse_instant(self._path.read_text(encoding="utf-8").strip())
        except (OSError, ValueError) as error:
            raise ClockError(f"drill clock {self._path}: {error}") from error


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant and return it in UTC.

    Raises:
        ValueError: not ISO 8601, or without an offset, so that the instant would be a guess, or at the very
            ends of the calendar, where another zone's date cannot be written.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset such as +08:00")
    if not 1 < moment.year < 9999:
        raise ValueError(f"{text!r} is beyond the years that can be reckoned with")
    return moment.astimezone(UTC)


def format_instant(moment: datetime) -> str:
    """Write an instant as people here read it: ISO 8601 with +08:00, e.g. 2026-03-01T00:00:00+08:00."""
    return moment.astimezone(CHINA).isoformat()
