"""drill.log: who did what at which hour of the drill, and how long the whole took."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TextIO

from scripts.drilling.stage import DrillClock


class Diary:
    """Writes a line for every act and tells the terminal what goes on. Nothing secret is written."""

    def __init__(self, path: Path, terminal: TextIO) -> None:
        self._path = path
        self._terminal = terminal
        self._began = time.monotonic()
        self._clock: DrillClock | None = None

    def follow(self, clock: DrillClock) -> None:
        """Date every further line by the clock of the drill."""
        self._clock = clock

    def seconds(self) -> float:
        """Return how long the drill has taken so far, in real seconds."""
        return time.monotonic() - self._began

    def chapter(self, title: str) -> None:
        """Begin a part of the drill."""
        line = f"[{self.seconds():6.1f} s] {title}"
        self._write(f"== {line}")
        self._terminal.write(line + "\n")
        self._terminal.flush()

    def act(self, who: str, what: str, outcome: str) -> None:
        """Note one act."""
        at = self._clock.at.isoformat() if self._clock else ""
        self._write(f"{at} {who}: {what}: {outcome}")

    def _write(self, line: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
