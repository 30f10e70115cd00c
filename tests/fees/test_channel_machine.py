"""The same with a payment channel: orders, notices doubled and late, lost answers, refunds, crashes.

In the end the gateway's books and ours say the same, number by number.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from backend.fees.models import Payment, Refund
from backend.fees.rules.orders import Way
from backend.fees.rules.refunding import RefundCause
from backend.fees.rules.values import Method
from backend.fees.service import order_asking, refunds
from backend.fees.service.clerk import Clerk
from backend.fees.service.notices import take_notice
from backend.fees.service.orders import Wanted
from backend.fees.service.standing import bills_of
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.kernel.refusal import Refusal
from tests.fees.test_machine import Books
from tests.fees.till import A, B, C, Till, open_till
from tests.standins.wechatpay import Gateway, serving
from tests.standins.wechatpay_keys import SentNotice

PLACES = st.integers(0, 10**6)
HOMES = {A: "owner-a", B: "owner-b", C: "owner-a"}
DOINGS = [
    *("order", "somebody pays", "notice", "notice", "work", "work", "in the office"),
    *("refund", "refund", "decision", "end of a refund"),
]


class Crash(Exception):
    """The server ends here."""


class Channel(Books):
    """A firm whose owners also pay by WeChat."""

    def __init__(self) -> None:
        super().__init__()
        self.gateway = self.stack.enter_context(serving(Gateway(self.scene.clock)))
        self.till: Till = self.stack.enter_context(open_till(self.scene, self.gateway))
        self.scene = self.till.scene
        self.notices: list[SentNotice] = []
        self.actors: dict[str, Actor] = {}

    read_the_meter = bill_water = bill_a_shared_cost = hand_over = None
    bill_by_area = pay = reverse = let_time_pass = on_no_day_is_anything_below_nothing = None

    @initialize()
    def set_up(self) -> None:
        """Bill two months, and let two homes pay by WeChat; their notices are still under way."""
        super().set_up()
        with self.scene.app.app_context():
            self.actors = {label: self.till.actor(by) for label, by in HOMES.items()}
            self.actors["second"] = self.till.actor("second")
        for month in (1, 2):
            Books.bill_by_area(self, month, quarter=False)
        self._order(A, 1, is_odd=False)
        self._order(B, 0, is_odd=False)
        self._pays(0)
        self._pays(0)

    @rule(
        doing=st.sampled_from(DOINGS),
        place=PLACES,
        label=st.sampled_from(sorted(HOMES)),
        some=st.integers(0, 7),
        is_odd=st.booleans(),
    )
    def something_happens(self, doing: str, place: int, label: str, some: int, is_odd: bool) -> None:
        """One rule for all, so that each comes as often as `DOINGS` says."""
        match doing:
            case "order":
                self._order(label, some, is_odd)
            case "somebody pays":
                self._pays(place)
            case "notice":
                self._hears(place, some)
            case "work":
                self._works(some * 6, is_odd)
            case "refund":
                self._refund(place, some)
            case "decision":
                self._acts_on_a_refund(place, some)
            case "end of a refund":
                self._ends_a_refund(place, some)
            case _:
                self._in_the_office(label, place, some, is_odd)

    def _in_the_office(self, label: str, place: int, some: int, is_odd: bool) -> None:
        match some % 4:
            case 0:
                Books.bill_by_area(self, 1 + place % 3, is_odd)
            case 1:
                Books.pay(self, label, 1 + place % 60_000, place % 60, Method.CASH)
            case 2:
                Books.reverse(self, place)
            case 3:
                Books.let_time_pass(self, 1 + place % 3)

    def _order(self, label: str, some: int, is_odd: bool) -> None:
        """Order some of the open bills, or an amount in advance; the channel's answer may be lost."""
        with self.scene.app.app_context():
            with reading() as session:
                standings = [one for one in bills_of(session, [self.scene.units[label]]) if one.open_fen]
            chosen = frozenset(one.bill.id for place, one in enumerate(standings) if some >> place & 1)
            wanted = Wanted(self.scene.units[label], Way.NATIVE, chosen, 0 if chosen else 20_000 + some)
            if is_odd:
                self.gateway.spoil(lambda _: None)
            with suppress(Refusal):
                order_asking.order_payment(self.scene.house, self.actors[label], self.scene.community, wanted)
            self.gateway.spoils.clear()

    def _pays(self, place: int) -> None:
        """Somebody pays; the notice may come at once, later, doubled, or never."""
        numbers = [number for number, each in self.gateway.orders.items() if each.state == "NOTPAY"]
        if numbers:
            self.notices.append(self.gateway.pay(numbers[place % len(numbers)]))

    def _hears(self, place: int, how: int) -> None:
        if not self.notices:
            return
        notice = self.gateway.again(self.notices[place % len(self.notices)])
        if how == 0:
            self._ends_while_it_takes(notice)
        elif how == 1:
            assert self.till.hear(replace(notice, raw=notice.raw + b" "))[0] == 401
        else:
            answers = [self.till.hear(notice)[0] for _ in range(1 + how % 2)]
            assert set(answers) <= {204, 409}

    def _ends_while_it_takes(self, notice: SentNotice) -> None:
        with self.scene.app.app_context(), pytest.raises((Crash, Refusal)), transaction() as session:
            read = self.scene.house.wechatpay.read_notice(notice.pairs, notice.raw)
            take_notice(session, self.scene.house, read)
            raise Crash

    def _works(self, minutes: int, is_odd: bool) -> None:
        if is_odd:
            self.gateway.spoil(lambda _: None)
        self.till.work(minutes=minutes)
        self.gateway.spoils.clear()

    def _refund(self, place: int, some: int) -> None:
        """Propose to give back a payment or a part of it, and mostly have it approved."""
        with self.scene.app.app_context(), reading() as session:
            found = session.scalars(sa.select(Payment).order_by(Payment.id)).all()
        if not found:
            return
        payment = found[place % len(found)]
        part = max(1, payment.amount_fen // (1 + some % 4))
        with suppress(Refusal), self.scene.acting() as clerk:
            refunds.propose_refund(clerk, refunds.Proposal(payment.id, part, RefundCause.BY_STAFF, "", None))
        if some:
            self._acts_on_a_refund(-1, 1)
            self._acts_on_a_refund(-1, 3)

    def _acts_on_a_refund(self, place: int, how: int) -> None:
        with self.scene.app.app_context(), reading() as session:
            ids = session.scalars(sa.select(Refund.id).order_by(Refund.proposed_at, Refund.id)).all()
        if not ids:
            return
        self.slip += 1
        with suppress(Refusal), self.scene.app.app_context(), transaction() as session:
            clerk = Clerk(session, self.scene.house, self.scene.community, "second")
            refund, second = ids[place % len(ids)], self.actors["second"]
            if how == 3:
                refunds.record_slip(clerk, refund, slip=f"R{self.slip}", day=clerk.today)
            else:
                refunds.decide_refund(clerk, second, refund, is_approved=how > 0, note="")

    def _ends_a_refund(self, place: int, how: int) -> None:
        going = [
            number
            for number, each in self.gateway.refunds.items()
            if each.state in ("PROCESSING", "ABNORMAL")
        ]
        if going:
            state = {0: "ABNORMAL", 1: "CLOSED", 2: "CLOSED"}.get(how, "SUCCESS")
            self.notices.append(self.gateway.finish_refund(going[place % len(going)], state))

    @invariant()
    def we_say_no_more_than_the_channel(self) -> None:
        ours, theirs = self._payments(), self._payments_there()
        assert all(theirs[number] == fen for number, fen in ours.items())

    def teardown(self) -> None:
        try:
            for _ in range(5):
                self.till.work(minutes=8 * 60)
            assert self._payments() == self._payments_there()
            assert self._refunds() == {
                number: each.amount
                for number, each in self.gateway.refunds.items()
                if each.state == "SUCCESS"
            }
            self.the_books_agree()
            self.no_fen_is_lost_or_made()
            Books.on_no_day_is_anything_below_nothing(self)
        finally:
            super().teardown()

    def _elsewhere(self) -> int:
        by_hand = self._sum_of_refunds(Refund.out_refund_no.is_(None))
        return sum(self._payments().values()) - sum(self._refunds().values()) - by_hand

    def _payments(self) -> dict[str, int]:
        query = sa.select(Payment.reference, Payment.amount_fen).where(Payment.method == Method.WECHAT)
        with self.scene.app.app_context(), reading() as session:
            return {row.reference: row.amount_fen for row in session.execute(query)}

    def _payments_there(self) -> dict[str, int]:
        return {
            each.transaction_id: each.total
            for each in self.gateway.orders.values()
            if each.state == "SUCCESS"
        }

    def _refunds(self) -> dict[str, int]:
        query = sa.select(Refund.out_refund_no, Refund.amount_fen)
        query = query.where(Refund.entry_id.is_not(None), Refund.out_refund_no.is_not(None))
        with self.scene.app.app_context(), reading() as session:
            return {row.out_refund_no: row.amount_fen for row in session.execute(query)}

    def _sum_of_refunds(self, which: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.coalesce(sa.func.sum(Refund.amount_fen), 0))
        with self.scene.app.app_context(), reading() as session:
            return int(session.scalar(query.where(Refund.entry_id.is_not(None), which)))


def test_whatever_comes_from_the_channel_in_whatever_order_both_books_agree_in_the_end(many_scenes) -> None:
    machine = type("TheseBooks", (Channel,), {"scenes": staticmethod(many_scenes)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=6, stateful_step_count=25, deadline=None, derandomize=True)
    )
