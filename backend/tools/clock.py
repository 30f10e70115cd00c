"""The tools' clock: the machine's own, or, for a drill only, the instant written in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from backend.tools.errors import ToolError, WrongUse


class ToolClock:
    """Tells the time for one role. A clock file is honoured only for what says it is a drill."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def now(self, *, drill: bool) -> datetime:
        """Return the present instant, aware; `drill` is what the signed record says of itself.

        Raises ToolError when a clock file was given for a real assembly.
        """
        if self._file is None:
            return datetime.now(UTC)
        if not drill:
            raise ToolError("clock-refused", "a clock file is for drills only, and this record is real")
        return parse_instant(self._file.read_text("ascii").strip())


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant with an offset; raises WrongUse without one."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{text!r} is not an ISO 8601 instant") from None
    if instant.tzinfo is None:
        raise WrongUse(f"{text!r} has no offset such as +08:00")
    return instant
