"""What a charge run bills each unit: pure, so that a preview and the run itself cannot differ.

Rounding (docs/fees.md): each line of a bill is rounded to the fen once, a half going up. A shared cost is not
rounded but divided by largest remainders, and so is a line between those who held the unit in turn, by days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from backend.fees.rules.periods import Period, months_in
from backend.fees.rules.prices import E4_PER_FEN, Price, format_price, price_on, stretches_of
from backend.fees.rules.refusals import AreaMissing, CostMissing, NobodyToShare
from backend.fees.rules.values import Basis, Skip, SplitBy
from backend.kernel.area import DM2_PER_M2, format_area
from backend.kernel.money import half_up, split_fen

E3 = 1000
"""Readings count thousandths of a unit of measure."""


@dataclass(frozen=True, slots=True)
class ItemTerms:
    """A fee item as a run needs it. Empty `buildings` means all."""

    id: str
    name: str
    basis: Basis
    kinds: frozenset[str]
    buildings: frozenset[str]
    split_by: SplitBy
    prices: tuple[Price, ...]

    def covers(self, unit: ChargedUnit) -> bool:
        """Tell whether a unit bears this item."""
        return unit.kind in self.kinds and (not self.buildings or unit.building in self.buildings)


@dataclass(frozen=True, slots=True)
class ChargedUnit:
    """A unit as a run needs it: `area` in dm2; on each day of `handovers` its fees pass to somebody else."""

    id: str
    label: str
    kind: str
    building: str
    area: int | None
    handovers: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a meter has counted between two readings, in thousandths; `period.until` is the later's day."""

    reading_id: str
    period: Period
    usage_e3: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill, as it is shown: what, how much of it, at which price, over which days.

    `of_days` is the length of the whole line where it is divided between those who held the unit in turn.
    """

    period: Period
    quantity: str
    price: str
    months: str
    of_days: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Charge:
    """A bill to be made: for the holder of the unit whose turn is `tenure`."""

    item_id: str
    unit_id: str
    tenure: int
    amount_fen: int
    lines: tuple[Line, ...]
    reading_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A unit that gets no bill of an item, and why."""

    item_id: str
    unit_id: str
    label: str
    reason: Skip


@dataclass(slots=True)
class Plan:
    """What a run would do."""

    charges: list[Charge] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def total_fen(self) -> int:
        """Return what all the bills come to."""
        return sum(charge.amount_fen for charge in self.charges)


@dataclass(frozen=True, slots=True)
class Known:
    """What concerns one item beside its terms, by unit: bills that stand, with tenure, and open usages."""

    billed: Mapping[str, Sequence[tuple[Period, int]]]
    cost_fen: int | None = None
    usages: Mapping[str, Sequence[Usage]] = field(default_factory=dict)


def plan_item(item: ItemTerms, units: Sequence[ChargedUnit], period: Period, known: Known) -> Plan:
    """Work out the bills of one item for a period.

    Raises:
        PriceMissing, CostMissing, AreaMissing, NobodyToShare: the item cannot be charged to anybody.
    """
    plan = Plan()
    concerned = [unit for unit in units if item.covers(unit)]
    lines_of = _lines_for(item, concerned, period, known)
    for unit in concerned:
        charges = _charges(item, unit, lines_of.get(unit.id, ()), known)
        standing = known.billed.get(unit.id, ())
        new = [one for one in charges if (period, one.tenure) not in standing]
        reason = _why_not(item, unit, period, standing) or _why_none(
            item, lines_of.get(unit.id), charges, new
        )
        if reason is None:
            plan.charges += new
        else:
            plan.skipped.append(Skipped(item.id, unit.id, unit.label, reason))
    return plan


def _why_not(
    item: ItemTerms, unit: ChargedUnit, period: Period, standing: Sequence[tuple[Period, int]]
) -> Skip | None:
    others = [other for other, _ in standing if other != period]
    if others and item.basis is Basis.ONE_OFF:
        return Skip.BILLED
    if any(period.overlaps(other) for other in others):
        return Skip.OVERLAP
    if item.basis is Basis.AREA_MONTH and unit.area is None:
        return Skip.NO_AREA
    return None


def _why_none(
    item: ItemTerms, lines: Sequence[Line] | None, charges: Sequence[Charge], new: Sequence[Charge]
) -> Skip | None:
    if new:
        return None
    if charges:
        return Skip.BILLED
    return Skip.NO_READING if item.basis is Basis.METERED and not lines else Skip.ZERO


def _lines_for(
    item: ItemTerms, units: Sequence[ChargedUnit], period: Period, known: Known
) -> Mapping[str, list[Line]]:
    match item.basis:
        case Basis.SHARED:
            return _shared(item, units, period, known.cost_fen)
        case Basis.METERED:
            return {unit.id: _metered(item, known.usages.get(unit.id, ())) for unit in units}
        case Basis.ONE_OFF:
            price = price_on(period.first, item.prices, item.name)
            line = Line(period, "1", format_price(price), "", period.days, half_up(price, E4_PER_FEN))
            return {unit.id: [line] for unit in units}
        case Basis.AREA_MONTH | Basis.UNIT_MONTH:
            return _monthly(item, units, period)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a period with one price; what is the same for every unit is worked out and written once."""

    part: Period
    price_e4: int
    months: Fraction
    shown_price: str
    shown_months: str
    days: int


def _monthly(item: ItemTerms, units: Sequence[ChargedUnit], period: Period) -> dict[str, list[Line]]:
    stretches = [
        _Stretch(part, price, months, format_price(price), str(months), part.days)
        for part, price in stretches_of(period, item.prices, item.name)
        for months in (months_in(part),)
    ]
    by_area = item.basis is Basis.AREA_MONTH
    return {
        unit.id: [_monthly_line(unit, stretch, by_area=by_area) for stretch in stretches]
        for unit in units
        if unit.area is not None or not by_area
    }


def _monthly_line(unit: ChargedUnit, stretch: _Stretch, *, by_area: bool) -> Line:
    quantity, step = (unit.area or 0, DM2_PER_M2) if by_area else (1, 1)
    months = stretch.months
    amount = half_up(quantity * stretch.price_e4 * months.numerator, step * E4_PER_FEN * months.denominator)
    shown = format_area(quantity) if by_area else "1"
    return Line(stretch.part, shown, stretch.shown_price, stretch.shown_months, stretch.days, amount)


def _shared(
    item: ItemTerms, units: Sequence[ChargedUnit], period: Period, cost_fen: int | None
) -> dict[str, list[Line]]:
    if cost_fen is None:
        raise CostMissing(f"收费项目“{item.name}”按公摊收取；请填写本期费用总额")
    if not units:
        raise NobodyToShare(f"收费项目“{item.name}”的适用范围内没有房屋；请核对房屋用途和楼栋")
    by_area = item.split_by is SplitBy.AREA
    unmeasured = [unit.label for unit in units if unit.area is None]
    if by_area and unmeasured:
        raise AreaMissing(
            f"房屋 {'、'.join(unmeasured[:5])} 等 {len(unmeasured)} 套没有面积，无法按面积分摊“{item.name}”；"
            "请先在名册中补上面积"
        )
    weights = [(unit.area or 0) if by_area else 1 for unit in units]
    shares = split_fen(cost_fen, weights)
    return {
        unit.id: [Line(period, format_area(weight) if by_area else "1", "", "", period.days, share)]
        for unit, weight, share in zip(units, weights, shares, strict=True)
    }


def _metered(item: ItemTerms, usages: Sequence[Usage]) -> list[Line]:
    """Charge every usage at the price of the day on which it was read."""
    lines = []
    for usage in usages:
        price = price_on(usage.period.until, item.prices, item.name)
        amount = half_up(usage.usage_e3 * price, E3 * E4_PER_FEN)
        shown = format_e3(usage.usage_e3)
        lines.append(Line(usage.period, shown, format_price(price), "", usage.period.days, amount))
    return lines


def format_e3(amount: int) -> str:
    """Write thousandths as a figure without needless zeros."""
    whole, rest = divmod(amount, E3)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


def _charges(item: ItemTerms, unit: ChargedUnit, lines: Sequence[Line], known: Known) -> list[Charge]:
    by_tenure: dict[int, list[Line]] = {}
    for line in lines:
        for tenure, part in _divided(line, unit.handovers):
            by_tenure.setdefault(tenure, []).append(part)
    readings = tuple(usage.reading_id for usage in known.usages.get(unit.id, ()))
    return [
        Charge(item.id, unit.id, tenure, amount, tuple(parts), readings)
        for tenure, parts in sorted(by_tenure.items())
        if (amount := sum(part.amount_fen for part in parts)) > 0
    ]


def _divided(line: Line, handovers: Sequence[date]) -> Iterator[tuple[int, Line]]:
    """Divide a line by days between those who held the unit in turn."""
    if not handovers:
        yield 0, line
        return
    parts = line.period.split(handovers)
    amounts = split_fen(line.amount_fen, [part.days for part in parts])
    for part, amount in zip(parts, amounts, strict=True):
        shown = Line(part, line.quantity, line.price, line.months, line.period.days, amount)
        yield tenure_on(part.first, handovers), shown


def tenure_on(day: date, handovers: Sequence[date]) -> int:
    """Return whose turn it is on a day: 0 until the first change of hands."""
    return sum(change <= day for change in handovers)
