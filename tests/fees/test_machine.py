"""Whatever people do, in whatever order: every posting balances, and no fen is lost or made."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from datetime import date, timedelta

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backend.fees.models import Bill, Entry, Payment
from backend.fees.rules.pay_refusals import ChannelPaymentStands, PaymentRefunded
from backend.fees.rules.periods import a_period
from backend.fees.rules.refusals import HandoverRefused, NotReversible, PrepaymentSpent, ReadingImplausible
from backend.fees.rules.values import REVERSIBLE, Basis, BillState, Method, SplitBy
from backend.fees.service import handovers, items, meters, payments, runs
from backend.fees.service.standing import bills_of
from backend.fees.service.statements import statement_of
from backend.infra.db import reading
from tests.fees.scene import CLAUSE, LABELS, Scene

HOMES = LABELS[:3]
AMOUNTS = st.integers(1, 60_000)
UNITS = st.sampled_from(LABELS)
MONTHS = st.integers(1, 3)


class Books(RuleBasedStateMachine):
    """A firm at work. What came in and what was billed is also counted here, beside the books."""

    scenes = None
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.scene: Scene = self.stack.enter_context(self.scenes(next(self.numbers)))
        self.paid, self.billed, self.slip = 0, 0, 0

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def set_up(self) -> None:
        with self.scene.acting() as clerk:
            self.area = self._item(clerk, "物业费", Basis.AREA_MONTH, "1.85")
            self.water = self._item(clerk, "水费", Basis.METERED, "2.85")
            self.shared = self._item(clerk, "公摊", Basis.SHARED, None)
            new = meters.NewMeter(
                self.scene.units[HOMES[0]], self.water, "W-1", 3, "20", date(2026, 1, 1), "900"
            )
            self.meter = meters.add_meter(clerk, new).id

    def _item(self, clerk, name: str, basis: Basis, price: str | None) -> str:
        item = items.add_item(clerk, items.NewItem(name, basis, ["HOME"], (), SplitBy.AREA))
        if price:
            items.add_price(
                clerk, item.id, price=price, first_day=date(2020, 1, 1), last_day=None, clause=CLAUSE
            )
        return item.id

    @rule(month=MONTHS, quarter=st.booleans())
    def bill_by_area(self, month: int, quarter: bool) -> None:
        last = date(2026, 3, 31) if quarter else date(2026, month + 1, 1) - timedelta(days=1)
        self._run(self.area, date(2026, 1 if quarter else month, 1), last)

    @rule(month=MONTHS)
    def bill_water(self, month: int) -> None:
        self._run(self.water, date(2026, month, 1), date(2026, month + 1, 1) - timedelta(days=1))

    @rule(month=MONTHS)
    def bill_a_shared_cost(self, month: int) -> None:
        last = date(2026, month + 1, 1) - timedelta(days=1)
        self._run(self.shared, date(2026, month, 1), last, {self.shared: 10_001 * month})

    def _run(self, item: str, first: date, last: date, costs: dict[str, int] | None = None) -> None:
        with self.scene.acting() as clerk:
            order = runs.Order([item], a_period(first, last), costs or {})
            self.billed += runs.commit_run(clerk, order).total_fen
            again = runs.commit_run(clerk, order)
            assert again.bills == 0

    @rule(
        unit=UNITS, amount=AMOUNTS, days=st.integers(0, 60), method=st.sampled_from([Method.CASH, Method.POS])
    )
    def pay(self, unit: str, amount: int, days: int, method: Method) -> None:
        self.slip += 1
        with self.scene.acting() as clerk:
            day = clerk.today - timedelta(days=days)
            money = payments.Money(self.scene.units[unit], method, amount, day, f"S{self.slip}")
            first, again = payments.record_payment(clerk, money), payments.record_payment(clerk, money)
        assert (first.payment_id, again.is_new) == (again.payment_id, False)
        self.paid += amount

    @rule(place=st.integers(0, 10**6))
    def reverse(self, place: int) -> None:
        """Undo some entry that could be, and count with it what falls with it."""
        with self.scene.app.app_context(), reading() as session:
            kinds = [kind.value for kind in REVERSIBLE]
            ids = session.scalars(sa.select(Entry.id).where(Entry.kind.in_(kinds)).order_by(Entry.id)).all()
        if not ids:
            return
        try:
            with self.scene.acting() as clerk:
                payments.reverse_entry(clerk, ids[place % len(ids)], "录入有误")
        except (NotReversible, PrepaymentSpent, ChannelPaymentStands, PaymentRefunded):
            return
        self.billed, self.paid = self._standing()

    def _standing(self) -> tuple[int, int]:
        """Return what the bills and payments that stand come to, by their own rows and not by postings.

        What came by WeChat is left out: the gateway counts it.
        """
        return self._sum(Bill, sa.true()), self._sum(Payment, Payment.method != Method.WECHAT)

    def _sum(self, table: type[Bill | Payment], which: sa.ColumnElement[bool]) -> int:
        gone = sa.select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
        total = sa.select(sa.func.coalesce(sa.func.sum(table.amount_fen), 0))
        with self.scene.app.app_context(), reading() as session:
            return int(session.scalar(total.where(table.id.not_in(gone), which)))

    def _elsewhere(self) -> int:
        """Return what came and did not go back by ways that only machines with a gateway know."""
        return 0

    @rule(days=st.integers(1, 20), value=st.integers(0, 999))
    def read_the_meter(self, days: int, value: int) -> None:
        try:
            with self.scene.acting() as clerk:
                last = meters.last_readings(clerk.session, [self.meter])[self.meter][-1]
                day = min(last.day + timedelta(days=days), clerk.today)
                meters.record_reading(clerk, self.meter, meters.NewReading(day, value * 1000))
        except ReadingImplausible:
            return

    @rule(unit=UNITS, days=st.integers(0, 60))
    def hand_over(self, unit: str, days: int) -> None:
        try:
            with self.scene.acting() as clerk:
                day = clerk.today - timedelta(days=days)
                handovers.hand_over(clerk, self.scene.units[unit], day, "")
        except HandoverRefused:
            return

    @rule(days=st.integers(1, 20))
    def let_time_pass(self, days: int) -> None:
        self.scene.clock.forward(timedelta(days=days))

    @invariant()
    def the_books_agree(self) -> None:
        report = self.scene.check()
        assert report.findings == ()
        assert report.debits_fen == report.credits_fen

    @invariant()
    def no_fen_is_lost_or_made(self) -> None:
        assert self._standing() == (self.billed, self.paid)
        with self.scene.app.app_context(), reading() as session:
            today = self.scene.clock().date() + timedelta(days=1)
            found = [statement_of(session, unit, today, tenure=None) for unit in self.scene.units.values()]
        owed, prepaid = sum(one.owed_fen for one in found), sum(one.prepaid_fen for one in found)
        assert owed - prepaid == self.billed - self.paid - self._elsewhere()
        assert all(one.owed_fen == sum(bill.open_fen for bill in one.bills) for one in found)
        assert all(bill.open_fen >= 0 for one in found for bill in one.bills)

    @invariant()
    def on_no_day_is_anything_below_nothing(self) -> None:
        today = self.scene.clock().date()
        with self.scene.app.app_context(), reading() as session:
            for unit, days in itertools.product(self.scene.units.values(), (3, 20, 45)):
                found = statement_of(session, unit, today - timedelta(days=days), tenure=None)
                figures = (found.owed_fen, found.prepaid_fen, *(bill.open_fen for bill in found.bills))
                assert min(figures) >= 0
                by_query = bills_of(session, [unit], on=found.day)
                assert [(one.bill.id, one.day, one.open_fen, one.is_cancelled) for one in by_query] == [
                    (bill.id, bill.day, bill.open_fen, bill.state == BillState.CANCELLED)
                    for bill in found.bills
                ]


def test_whatever_is_done_in_whatever_order_no_fen_is_lost_or_made(many_scenes) -> None:
    machine = type("TheseBooks", (Books,), {"scenes": staticmethod(many_scenes)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=12, stateful_step_count=15, deadline=None, derandomize=True)
    )
