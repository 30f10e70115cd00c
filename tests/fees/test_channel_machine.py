"""The same with a payment channel: orders, notices doubled and late, lost answers, refunds, crashes.

In the end the gateway's books and ours say the same, number by number.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from backend.fees.models import Entry, Payment, Refund
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

    read_the_meter = bill_water = bill_a_shared_cost = None  # so that the rest comes more often

    @initialize()
    def set_up(self) -> None:
        """Bill two months, and let one home pay by WeChat; its notice is still under way."""
        super().set_up()
        self._sign_in()
        self._run(self.area, date(2026, 1, 1), date(2026, 1, 31))
        self._run(self.area, date(2026, 2, 1), date(2026, 2, 28))
        self.order(A, 1, 1, lost=False)
        self.order(B, 0, 20_000, lost=False)
        self.somebody_pays(0)
        self.somebody_pays(0)

    def _sign_in(self) -> None:
        with self.scene.app.app_context():
            self.actors = {label: self.till.actor(by) for label, by in HOMES.items()}
            self.actors["second"] = self.till.actor("second")

    @rule(
        label=st.sampled_from(sorted(HOMES)),
        some=st.integers(0, 7),
        fen=st.integers(1, 30_000),
        lost=st.booleans(),
    )
    def order(self, label: str, some: int, fen: int, lost: bool) -> None:
        """Order some of the open bills, or an amount in advance where `some` picks none."""
        with self.scene.app.app_context():
            with reading() as session:
                standings = [one for one in bills_of(session, [self.scene.units[label]]) if one.open_fen]
            chosen = frozenset(one.bill.id for place, one in enumerate(standings) if some >> place & 1)
            wanted = Wanted(self.scene.units[label], Way.NATIVE, chosen, 0 if chosen else fen)
            if lost:
                self.gateway.spoil(lambda _: None)
            with suppress(Refusal):
                order_asking.order_payment(self.scene.house, self.actors[label], self.scene.community, wanted)
            self.gateway.spoils.clear()

    @rule(place=PLACES)
    def somebody_pays(self, place: int) -> None:
        """The notice may come at once, later, doubled, or never."""
        numbers = [number for number, each in self.gateway.orders.items() if each.state == "NOTPAY"]
        if numbers:
            self.notices.append(self.gateway.pay(numbers[place % len(numbers)]))

    @precondition(lambda self: self.notices)
    @rule(place=PLACES, how=st.sampled_from(["once", "twice", "tampered", "crash"]))
    def a_notice_arrives(self, place: int, how: str) -> None:
        notice = self.gateway.again(self.notices[place % len(self.notices)])
        if how == "crash":
            self._the_server_ends_while_it_takes(notice)
        elif how == "tampered":
            assert self.till.hear(replace(notice, raw=notice.raw + b" "))[0] == 401
        else:
            answers = [self.till.hear(notice)[0] for _ in range(2 if how == "twice" else 1)]
            assert set(answers) <= {204, 409}

    def _the_server_ends_while_it_takes(self, notice: SentNotice) -> None:
        with self.scene.app.app_context(), pytest.raises((Crash, Refusal)), transaction() as session:
            read = self.scene.house.wechatpay.read_notice(notice.pairs, notice.raw)
            take_notice(session, self.scene.house, read)
            raise Crash

    @rule(minutes=st.integers(0, 40), lost=st.booleans())
    def the_worker_works(self, minutes: int, lost: bool) -> None:
        if lost:
            self.gateway.spoil(lambda _: None)
        self.till.work(minutes=minutes)
        self.gateway.spoils.clear()

    @rule(place=PLACES, share=st.integers(1, 4), how=st.sampled_from(["approve", "approve", "by hand", ""]))
    def propose_a_refund(self, place: int, share: int, how: str) -> None:
        with self.scene.app.app_context(), reading() as session:
            found = session.scalars(sa.select(Payment).order_by(Payment.id)).all()
        if not found:
            return
        payment = found[place % len(found)]
        proposal = refunds.Proposal(
            payment.id, max(1, payment.amount_fen // share), RefundCause.BY_STAFF, "", None
        )
        with suppress(Refusal), self.scene.acting() as clerk:
            refunds.propose_refund(clerk, proposal)
        if how:
            self.somebody_acts_on_a_refund(-1, "approve")
            self.somebody_acts_on_a_refund(-1, how)

    @rule(place=PLACES, how=st.sampled_from(["approve", "approve", "reject", "by hand"]))
    def somebody_acts_on_a_refund(self, place: int, how: str) -> None:
        with self.scene.app.app_context(), reading() as session:
            ids = session.scalars(sa.select(Refund.id).order_by(Refund.proposed_at, Refund.id)).all()
        if not ids:
            return
        self.slip += 1
        with suppress(Refusal), self.scene.app.app_context(), transaction() as session:
            clerk = Clerk(session, self.scene.house, self.scene.community, "second")
            refund, second = ids[place % len(ids)], self.actors["second"]
            if how == "by hand":
                refunds.record_slip(clerk, refund, slip=f"R{self.slip}", day=clerk.today)
            else:
                refunds.decide_refund(clerk, second, refund, is_approved=how == "approve", note="")

    @rule(place=PLACES, state=st.sampled_from(["SUCCESS", "SUCCESS", "CLOSED", "ABNORMAL"]))
    def a_refund_ends_at_the_channel(self, place: int, state: str) -> None:
        going = [
            number
            for number, each in self.gateway.refunds.items()
            if each.state in ("PROCESSING", "ABNORMAL")
        ]
        if going:
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
                number: each.amount for number, each in self.gateway.refunds.items() if each.state != "CLOSED"
            }
            self.the_books_agree()
            self.no_fen_is_lost_or_made()
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
        gone = sa.select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
        query = sa.select(Refund.out_refund_no, Refund.amount_fen)
        query = query.where(Refund.entry_id.not_in(gone), Refund.out_refund_no.is_not(None))
        with self.scene.app.app_context(), reading() as session:
            return {row.out_refund_no: row.amount_fen for row in session.execute(query)}

    def _sum_of_refunds(self, which: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.coalesce(sa.func.sum(Refund.amount_fen), 0))
        with self.scene.app.app_context(), reading() as session:
            return int(session.scalar(query.where(Refund.entry_id.is_not(None), which)))


def test_whatever_comes_from_the_channel_in_whatever_order_both_books_agree_in_the_end(many_scenes) -> None:
    machine = type("TheseBooks", (Channel,), {"scenes": staticmethod(many_scenes)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=12, stateful_step_count=20, deadline=None, derandomize=True)
    )
