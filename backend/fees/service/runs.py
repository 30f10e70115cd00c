"""Charge runs: a preview that changes nothing, and the run, which bills exactly what the preview showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Bill, BilledReading, ChargeRun, Entry, SharedCost
from backend.fees.rules.bill_lines import lines_to_text
from backend.fees.rules.charging import Charge, ChargedUnit, ItemTerms, Known, Plan, Skipped, plan_item
from backend.fees.rules.periods import Period
from backend.fees.rules.posting import Move, income, receivable
from backend.fees.rules.refusals import CostDiffers, RunRefused
from backend.fees.rules.values import Basis, EntryKind
from backend.fees.service.clerk import Clerk
from backend.fees.service.handovers import handovers_in
from backend.fees.service.items import get_item
from backend.fees.service.journal import Journal, Row
from backend.fees.service.meters import unbilled_usages
from backend.fees.service.payments import use_prepayments
from backend.fees.service.telling import tell_of_run
from backend.registry import units_of

Tenures = Mapping[str, Sequence[tuple[Period, int]]]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be billed: items, a period, shared items' costs; only some units if `unit_ids` names any.

    Bills take effect on `day` (if None, today) and are due on `due_day` (if None, the period's last day).
    """

    item_ids: Sequence[str]
    period: Period
    costs_fen: Mapping[str, int] = field(default_factory=dict)
    unit_ids: frozenset[str] = frozenset()
    day: date | None = None
    due_day: date | None = None


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """What a run would bill of one item."""

    item: ItemTerms
    charges: Sequence[Charge]
    skipped: Sequence[Skipped]

    @property
    def total_fen(self) -> int:
        """Return what the bills come to."""
        return sum(charge.amount_fen for charge in self.charges)


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run has billed; `run_id` is None where there was nothing left to bill."""

    run_id: str | None
    plans: Sequence[ItemPlan]

    @property
    def bills(self) -> int:
        """Return how many bills there are."""
        return sum(len(plan.charges) for plan in self.plans)

    @property
    def total_fen(self) -> int:
        """Return what they come to."""
        return sum(plan.total_fen for plan in self.plans)


def preview_run(session: Session, community_id: str, order: Order) -> RunReport:
    """Say what a run would bill now.

    Raises:
        RunRefused: no item, or a cost for an item that is not shared.
        FeeItemUnknown, PriceMissing, CostMissing, CostDiffers, AreaMissing, NobodyToShare: what it says.
    """
    if not order.item_ids:
        raise RunRefused("请至少选择一个收费项目")
    items = [get_item(session, community_id, item_id) for item_id in dict.fromkeys(order.item_ids)]
    stray = set(order.costs_fen) - {item.id for item in items if item.basis is Basis.SHARED}
    if stray:
        raise RunRefused("只有公摊项目需要填写费用总额；请核对所选项目")
    units = charged_units(session, community_id)
    return RunReport(None, [_plan(session, item, units, order) for item in items])


def commit_run(clerk: Clerk, order: Order) -> RunReport:
    """Bill what the preview shows. Run again, it bills only what is not billed yet.

    Raises:
        As `preview_run`. DayRefused: the bills would take effect on a day ahead.
    """
    day = order.day or clerk.today
    clerk.check_happened(day)
    journal = Journal(clerk)
    found = preview_run(clerk.session, clerk.community_id, order)
    if not found.bills:
        return found
    run = _keep(clerk, order, found, day)
    for plan in found.plans:
        _enter(clerk.session, journal, run, plan)
    journal.write()
    use_prepayments(clerk, journal)
    detail = {"amount_fen": run.amount_fen, "bills": run.bills, "period": f"{run.first_day}/{run.until}"}
    clerk.record("charges-run", f"charge-run:{run.id}", detail)
    tell_of_run(clerk, run)
    return RunReport(run.id, found.plans)


def charged_units(session: Session, community_id: str) -> list[ChargedUnit]:
    """Return the units of a community as charging needs them, by label."""
    handovers = handovers_in(session, community_id)
    return [
        ChargedUnit(
            unit.id, unit.label, unit.kind.value, unit.building, unit.area, handovers.get(unit.id, ())
        )
        for unit in units_of(session, community_id)
    ]


def _plan(session: Session, item: ItemTerms, units: Sequence[ChargedUnit], order: Order) -> ItemPlan:
    cost = order.costs_fen.get(item.id)
    billed = _billed(session, item, order.period)
    if cost is not None and billed:
        _check_same_cost(session, item, order.period, cost)
    usages = unbilled_usages(session, item.id, order.period.until) if item.basis is Basis.METERED else {}
    plan = plan_item(item, units, order.period, Known(billed, cost, usages))
    return ItemPlan(item, *_wanted(plan, order.unit_ids))


def _wanted(plan: Plan, unit_ids: frozenset[str]) -> tuple[Sequence[Charge], Sequence[Skipped]]:
    """Keep only some units' bills; a shared cost was divided among all the same."""
    if not unit_ids:
        return plan.charges, plan.skipped
    charges = [one for one in plan.charges if one.unit_id in unit_ids]
    return charges, [one for one in plan.skipped if one.unit_id in unit_ids]


def _billed(session: Session, item: ItemTerms, period: Period) -> Tenures:
    """Return which bills of an item stand that could be in the way of another for this period."""
    reversed_ids = sa.select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
    query = sa.select(Bill.unit_id, Bill.first_day, Bill.until, Bill.tenure).where(
        Bill.item_id == item.id, Bill.id.not_in(reversed_ids)
    )
    if item.basis is not Basis.ONE_OFF:
        query = query.where(Bill.first_day < period.until, Bill.until > period.first)
    found: dict[str, list[tuple[Period, int]]] = {}
    for unit_id, first, until, tenure in session.execute(query):
        found.setdefault(unit_id, []).append((Period(first, until), tenure))
    return found


def _check_same_cost(session: Session, item: ItemTerms, period: Period, cost_fen: int) -> None:
    """Refuse to divide another cost among some of the units than others already bear."""
    query = (
        sa.select(SharedCost.cost_fen)
        .join(ChargeRun, ChargeRun.id == SharedCost.run_id)
        .where(
            SharedCost.item_id == item.id,
            SharedCost.first_day == period.first,
            SharedCost.until == period.until,
        )
        .order_by(ChargeRun.at.desc())
    )
    before = session.scalars(query.limit(1)).first()
    if before is not None and before != cost_fen:
        raise CostDiffers(
            f"“{item.name}”本期已按总额 {before} 分（整数分）出账，与本次填写的 {cost_fen} 分不同；"
            "请先冲销本期该项目的全部账单"
        )


def _keep(clerk: Clerk, order: Order, found: RunReport, day: date) -> ChargeRun:
    run = ChargeRun(
        community_id=clerk.community_id,
        first_day=order.period.first,
        until=order.period.until,
        day=day,
        due_day=order.due_day or order.period.last,
        bills=found.bills,
        amount_fen=found.total_fen,
        at=clerk.now,
        recorded_by=clerk.account_id,
    )
    clerk.session.add(run)
    clerk.session.flush()
    for item_id, cost in order.costs_fen.items():
        clerk.session.add(
            SharedCost(
                run_id=run.id, item_id=item_id, first_day=run.first_day, until=run.until, cost_fen=cost
            )
        )
    clerk.session.flush()
    return run


def _enter(session: Session, journal: Journal, run: ChargeRun, plan: ItemPlan) -> None:
    stem, day = f"charge:{plan.item.id}:{run.first_day}:{run.until}", run.day
    same = _same_for_all(run)
    brings = income(plan.item.id)
    turns = _turns(session, plan, run)
    for charge in plan.charges:
        bill_id, amount = journal.next_id, charge.amount_fen
        turn = turns.get((charge.unit_id, charge.tenure), 0)
        journal.enter(
            EntryKind.CHARGE,
            f"{stem}:{charge.unit_id}:{charge.tenure}:{turn}",
            day,
            [
                Move(receivable(charge.unit_id, charge.tenure), amount, bill_id),
                Move(brings, -amount),
            ],
        )
        journal.add_bill({"id": bill_id, **same, **_own(charge)})
        for reading_id in charge.reading_ids:
            journal.add_beside(BilledReading, {"reading_id": reading_id, "bill_id": bill_id})


def _turns(session: Session, plan: ItemPlan, run: ChargeRun) -> Mapping[tuple[str, int], int]:
    """Return how many bills of the same item, period and holder there were before; all of them reversed."""
    query = (
        sa.select(Bill.unit_id, Bill.tenure, sa.func.count())
        .where(Bill.item_id == plan.item.id, Bill.first_day == run.first_day, Bill.until == run.until)
        .group_by(Bill.unit_id, Bill.tenure)
    )
    return {(unit_id, tenure): count for unit_id, tenure, count in session.execute(query)}


def _same_for_all(run: ChargeRun) -> Row:
    return {
        "first_day": run.first_day,
        "until": run.until,
        "due_day": run.due_day,
        "run_id": run.id,
    }


def _own(charge: Charge) -> Row:
    return {
        "unit_id": charge.unit_id,
        "item_id": charge.item_id,
        "tenure": charge.tenure,
        "amount_fen": charge.amount_fen,
        "lines": lines_to_text(charge.lines),
    }


def list_runs(session: Session, community_id: str) -> Sequence[ChargeRun]:
    """Return a community's latest runs, the newest first."""
    query = sa.select(ChargeRun).where(ChargeRun.community_id == community_id)
    return session.scalars(query.order_by(ChargeRun.at.desc(), ChargeRun.id).limit(100)).all()
