"""When a period ends: Civil Code 201 (the first day does not count) and 203 (a day of rest moves the end)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend.kernel.worktime import WorkCalendar

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which clocks stand: from `first` to `last`, both included; still standing without `last`."""

    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Tell whether the clocks stand on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


def last_day(start: date, days: int, pauses: Sequence[Pause], calendar: WorkCalendar) -> date | None:
    """Return the last day of a period that begins on `start`; None while the clocks stand.

    The day of `start` does not count, nor does any day of a pause. A last day on which nobody works moves to
    the next working day; so does one that a pause, begun by then, still covers.

    Raises:
        CalendarUnknown: the end lies in a year whose holidays are not entered.
    """
    day, left = start, days
    while left > 0 or _stands(day, pauses) or not calendar.is_working_day(day):
        if any(pause.last is None and pause.first <= day for pause in pauses):
            return None
        day += A_DAY
        if left > 0 and not _stands(day, pauses):
            left -= 1
    return day


def _stands(day: date, pauses: Sequence[Pause]) -> bool:
    return any(pause.covers(day) for pause in pauses)
