"""The data folder: how it is begun, and whether it is a drill's.

A folder becomes a drill's only while it is empty, and then for good: nobody can turn a real
assembly's folder into one whose time is set by hand, nor pass a drill off as the real thing.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from backend.infra.config import Settings, SettingsError
from backend.infra.receipt_keys import make_receipt_key
from backend.infra.secrets import create_keys
from backend.kernel.clock import Clock, FileClock, SystemClock

MARKER = "yishiting.json"
VERSION = 2
"""A folder of version 1 was begun before receipts had a key of their own; it gets one when it is opened."""


def open_data_folder(settings: Settings) -> bool:
    """Begin the data folder if it is empty, check that it may be used so, and tell whether it is a drill's.

    Raises:
        SettingsError: it holds strange files, or the drill settings do not fit it.
    """
    marker = settings.data_dir / MARKER
    if not marker.exists():
        _begin(settings, marker)
    is_drill = _read_marker(marker)
    if settings.drill_clock and not is_drill:
        raise SettingsError(
            f"DRILL_CLOCK is refused: {settings.data_dir} is a normal data folder, where time cannot be "
            "set by hand. Unset DRILL_CLOCK, or start with DRILL=1 on an empty folder to hold a drill."
        )
    if settings.create_drill and not is_drill:
        raise SettingsError(f"DRILL=1 is refused: {settings.data_dir} was begun as a normal data folder")
    return is_drill


def clock_of(settings: Settings) -> Clock:
    """Return the clock that this server decides by; call it after `open_data_folder`."""
    return FileClock(settings.drill_clock) if settings.drill_clock else SystemClock()


def _begin(settings: Settings, marker: Path) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(settings.data_dir.iterdir()):
        raise SettingsError(
            f"{settings.data_dir} is neither empty nor a data folder ({MARKER} is missing); "
            "name an empty folder in DATA_DIR, or restore the missing file from your backup"
        )
    create_keys(settings.data_dir / "keys")
    _finish(marker, is_drill=settings.create_drill)


def _finish(marker: Path, *, is_drill: bool) -> None:
    """Make the key of receipts and mark the folder as of this version: no missing key is made anew later."""
    make_receipt_key(marker.parent / "keys")
    staged = marker.with_name(f"{MARKER}.{secrets.token_hex(8)}")
    staged.write_text(json.dumps({"version": VERSION, "drill": is_drill}) + "\n", encoding="utf-8")
    os.replace(staged, marker)  # noqa: PTH105  (atomic: a crash before it leaves a folder that is refused)


def _read_marker(marker: Path) -> bool:
    try:
        body = json.loads(marker.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingsError(f"{marker} is damaged: {error}; restore it from your backup") from error
    known = isinstance(body, dict) and body.get("version") in (1, VERSION)
    if not known or not isinstance(body.get("drill"), bool):
        raise SettingsError(f"{marker} is not of a version that this program knows")
    is_drill = bool(body["drill"])
    if body["version"] < VERSION:
        _finish(marker, is_drill=is_drill)
    return is_drill
