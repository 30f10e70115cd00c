"""The demo's fees: four months of the service charge and of shared power, and what was paid of them.

Every ninth home paid nothing, so that arrears and rates have something to show. The owner of 1-1-101 paid
all but the last two months: one is late, one falls due. The firm reminded of what is late once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from backend.demo.people import STAFF, acting
from backend.fees.rules.periods import Period
from backend.fees.rules.values import Basis, Method
from backend.fees.service import items, payments, runs
from backend.fees.service.arrears import opening
from backend.fees.service.arrears.claims import overdue_claims
from backend.fees.service.clerk import Clerk, clerk_of
from backend.fees.service.standing import open_bills
from backend.infra.house import House
from backend.registry import UnitFacts, units_of

MONTHS = 4
"""The present one is the last."""
PAID_ON = 18
PRICE = "1.80"
"""Yuan a square metre and month."""
POWER_FEN = 286_430
"""Shared power of a month."""
NEVER_PAYS, FIRST_HOME = 9, 0


@dataclass(frozen=True, slots=True)
class _Counter:
    """The firm's counter, at any time of the past."""

    session: Session
    house: House
    community: str

    def clerk(self, day: date) -> Clerk:
        """Return the firm's clerk at ten o'clock of a day."""
        moment = datetime.combine(day, time(2), UTC)
        actor = acting(self.session, self.house, STAFF[0].phone)
        return clerk_of(self.session, replace(self.house, clock=lambda: moment), actor, self.community)


def enter_fees(session: Session, house: House, community: str, today: date) -> None:
    """Enter the items, bill month by month, and take what was paid."""
    counter = _Counter(session, house, community)
    months = _months(today)
    clerk = counter.clerk(months[0].first)
    charge = items.add_item(clerk, items.NewItem("物业服务费", Basis.AREA_MONTH, ["HOME", "SHOP"])).id
    clause = "《演示花园物业服务合同》第八条"
    items.add_price(clerk, charge, price=PRICE, first_day=months[0].first, last_day=None, clause=clause)
    power = items.add_item(clerk, items.NewItem("公共照明电费", Basis.SHARED, ["HOME"])).id
    units = units_of(session, community)
    for number, month in enumerate(months):
        costs = {power: POWER_FEN + 1_000 * month.first.month}
        order = runs.Order([charge, power], month, costs, day=month.first)
        runs.commit_run(counter.clerk(month.first), order)
        if month is not months[-1]:
            _take_payments(counter, units, month, is_last=number == len(months) - 2)
    _remind(counter, [units[FIRST_HOME], units[NEVER_PAYS - 1]], today)


def _months(today: date) -> list[Period]:
    until = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    found: list[Period] = []
    for _ in range(MONTHS):
        first = (until - timedelta(days=1)).replace(day=1)
        found.append(Period(first, until))
        until = first
    return found[::-1]


def _take_payments(counter: _Counter, units: list[UnitFacts], month: Period, *, is_last: bool) -> None:
    day = month.first.replace(day=PAID_ON)
    clerk = counter.clerk(day)
    owed = open_bills(counter.session, [unit.id for unit in units])
    for (unit_id, _), bills in owed.items():
        number = next(place for place, unit in enumerate(units) if unit.id == unit_id)
        if number % NEVER_PAYS == NEVER_PAYS - 1 or (is_last and number == FIRST_HOME):
            continue
        money = payments.Money(
            unit_id=unit_id,
            method=(Method.CASH, Method.TRANSFER, Method.POS)[number % 3],
            amount_fen=sum(bill.open_fen for bill in bills),
            day=day,
            reference=f"{month.first:%Y%m}-{number + 1:03d}",
        )
        payments.record_payment(clerk, money)


def _remind(counter: _Counter, units: list[UnitFacts], today: date) -> None:
    """Remind homes of what is overdue, where anything is: early in a month nothing may be."""
    session, actor = counter.session, acting(counter.session, counter.house, STAFF[0].phone)
    for unit in units:
        if overdue_claims(session, unit.id, 0, today):
            opening.remind(session, counter.house, actor, counter.community, (unit.id, 0))
