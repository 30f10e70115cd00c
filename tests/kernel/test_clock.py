"""Clocks tell aware instants, or say that they cannot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.kernel.clock import ClockError, FileClock, SystemClock, format_instant, parse_instant


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock()().utcoffset() == timedelta(0)


def test_a_file_clock_follows_its_file(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = FileClock(file)
    file.write_text("2026-03-02T00:00:00+08:00\n", encoding="ascii")
    assert clock() == datetime(2026, 3, 1, 16, tzinfo=UTC)
    file.write_text("2026-03-02T00:00:00Z", encoding="ascii")
    assert clock() == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "noon", "2026-03-02T00:00:00", "2026-13-02T00:00:00+08:00"])
def test_a_file_without_an_aware_instant_stops_everything(tmp_path: Path, text: str) -> None:
    file = tmp_path / "clock"
    file.write_text(text, encoding="ascii")
    with pytest.raises(ClockError, match="clock"):
        FileClock(file)()


def test_a_missing_file_stops_everything(tmp_path: Path) -> None:
    with pytest.raises(ClockError, match="No such file"):
        FileClock(tmp_path / "clock")()


def test_instants_are_shown_as_people_here_read_them() -> None:
    moment = datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert format_instant(moment) == "2026-03-01T00:00:00+08:00"
    assert parse_instant(format_instant(moment)) == moment


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_an_instant_that_no_other_zone_can_write_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="beyond"):
        parse_instant(text)
