"""Prices: exact to 0.0001 yuan, as those of electricity are, each with the days on which it is in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backend.fees.rules.periods import Period
from backend.fees.rules.refusals import PriceMissing, PriceOverlaps, PriceUnreadable

E4_PER_FEN = 100
FOREVER = date.max
_FIGURE = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,4})0*)?")


@dataclass(frozen=True, slots=True)
class Price:
    """A price in 0.0001 yuan and when it is in force; `clause` names the contract that says so."""

    id: str
    force: Period
    price_e4: int
    clause: str


def parse_price(text: str) -> int:
    """Read a price in yuan with at most four decimals and return it in 0.0001 yuan.

    Raises:
        PriceUnreadable: what it says; a price of zero is among these.
    """
    figure = _FIGURE.fullmatch(text.strip())
    e4 = int(figure[1]) * 10_000 + int((figure[2] or "").ljust(4, "0")) if figure else 0
    if e4 == 0:
        raise PriceUnreadable(f"“{text}”不是单价；请填写大于零、至多四位小数的元数，例如 1.85")
    return e4


def format_price(e4: int) -> str:
    """Write a price in yuan, with two decimals at least."""
    yuan, rest = divmod(e4, 10_000)
    decimals = f"{rest:04d}"
    return f"{yuan}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def check_apart(force: Period, others: Iterable[Price]) -> None:
    """Refuse a price that would be in force on a day that has one already.

    Raises:
        PriceOverlaps: names the price that stands there.
    """
    for other in others:
        if force.overlaps(other.force):
            ends = "至今" if other.force.until == FOREVER else f"至 {other.force.last}"
            raise PriceOverlaps(
                f"与单价 {format_price(other.price_e4)} 元（{other.force.first} {ends}）的有效期重叠；"
                "请先为原单价设定截止日"
            )


def stretches_of(period: Period, prices: Sequence[Price], item_name: str) -> list[tuple[Period, int]]:
    """Return the parts of a period with the price in force on each.

    Raises:
        PriceMissing: names the first day without a price.
    """
    found: list[tuple[Period, int]] = []
    day = period.first
    for price in sorted(prices, key=lambda one: one.force.first):
        part = price.force.cut(period)
        if part is None:
            continue
        if part.first > day:
            break
        found.append((part, price.price_e4))
        day = part.until
    if day < period.until:
        raise PriceMissing(f"收费项目“{item_name}”在 {day} 没有有效单价；请先补上单价")
    return found


def price_on(day: date, prices: Sequence[Price], item_name: str) -> int:
    """Return the price in force on a day. Raises PriceMissing."""
    for price in prices:
        if price.force.first <= day < price.force.until:
            return price.price_e4
    raise PriceMissing(f"收费项目“{item_name}”在 {day} 没有有效单价；请先补上单价")
