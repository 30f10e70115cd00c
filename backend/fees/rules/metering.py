"""Meters: what a reading says has been used, and which readings cannot well be right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.fees.rules.charging import E3, format_e3
from backend.fees.rules.refusals import ReadingImplausible, ReadingUnreadable
from backend.fees.rules.values import Override

_FIGURE = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,3})0*)?")
NEAR_THE_END = (9, 10)
"""A dial may have rolled over only if the last reading stood in its last tenth."""
TIMES_USUAL = 10
SMALL_E3 = 5 * E3
"""Up to so much a day no usage counts as too high by habit alone: five kWh or cubic metres."""


@dataclass(frozen=True, slots=True)
class Dial:
    """A meter's dial: the value at which it begins again from zero, and the most it can count in a day."""

    rolls_at_e3: int
    most_a_day_e3: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A reading that stands: its day, value, and what was used since the one before."""

    day: date
    value_e3: int
    usage_e3: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What a new reading says."""

    usage_e3: int
    rolled_over: bool


def parse_reading(text: str) -> int:
    """Read what a dial shows and return thousandths.

    Raises:
        ReadingUnreadable: no plain figure with at most three decimals.
    """
    figure = _FIGURE.fullmatch(text.strip())
    if figure is None:
        raise ReadingUnreadable(f"“{text}”不是读数；请填写不小于零、至多三位小数的数字，例如 1286.5")
    return int(figure[1]) * E3 + int((figure[2] or "").ljust(3, "0"))


def judge(dial: Dial, before: Sequence[Taken], day: date, value_e3: int, override: Override | None) -> Judged:
    """Say what a reading means, given those that stand, oldest first and at least the first one.

    A value below the last is a roll-over where the dial was near its end, else an error of whoever read.
    A named reason takes a reading that only looks wrong; nothing takes one that cannot be.

    Raises:
        ReadingImplausible: `reason` is beyond-dial, day-not-later, lower-than-last or too-high.
    """
    last = before[-1]
    if value_e3 >= dial.rolls_at_e3:
        raise ReadingImplausible(
            "beyond-dial",
            f"读数 {format_e3(value_e3)} 超出表盘量程 {format_e3(dial.rolls_at_e3)}；请核对读数和表号",
        )
    if day <= last.day:
        raise ReadingImplausible(
            "day-not-later", f"{last.day} 已有读数；新读数的日期须晚于它，更正旧读数请先作废"
        )
    rolled_over = value_e3 < last.value_e3
    if rolled_over and override is not Override.ROLLED_OVER and not _is_near_end(dial, last.value_e3):
        raise ReadingImplausible(
            "lower-than-last",
            f"读数 {format_e3(value_e3)} 小于上次（{last.day}）的 {format_e3(last.value_e3)}；"
            "请核对；确已过量程归零的，请注明原因 rolled-over",
        )
    usage = value_e3 - last.value_e3 + (dial.rolls_at_e3 if rolled_over else 0)
    if override is None:
        _check_usual(dial, before, (day - last.day).days, usage)
    return Judged(usage, rolled_over)


def _is_near_end(dial: Dial, value_e3: int) -> bool:
    part, whole = NEAR_THE_END
    return value_e3 * whole >= dial.rolls_at_e3 * part


def _check_usual(dial: Dial, before: Sequence[Taken], days: int, usage: int) -> None:
    counted = (before[-1].day - before[0].day).days
    used = sum(reading.usage_e3 for reading in before[1:])
    above_habit = counted > 0 and usage * counted > TIMES_USUAL * used * days and usage > SMALL_E3 * days
    if above_habit or usage > dial.most_a_day_e3 * days:
        raise ReadingImplausible(
            "too-high",
            f"用量 {format_e3(usage)}（{days} 天）远高于平时或该表的上限；请到现场核对；"
            "属实的，请注明原因（如 seen-on-site、leak）后提交",
        )
