"""Whatever people do, in whatever order: nothing disputed is asked for, nothing is filed before its time."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import chinese_calendar
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.fees.models import ArrearsCase, ArrearsEvent
from backend.fees.rules.arrears.life import dispute_of, replay
from backend.fees.rules.arrears.values import Kind, Side, State
from backend.fees.rules.periods import a_period
from backend.fees.rules.values import Basis, Method, SplitBy
from backend.fees.service import items, payments, runs
from backend.fees.service.arrears import acts, cases, opening
from backend.fees.service.arrears.events import as_event
from backend.fees.service.arrears.scene import Act, Scene
from backend.fees.service.disputes import disputed_bill_ids
from backend.fees.service.journal import Journal
from backend.fees.service.standing import bills_of
from backend.infra.auth import Actor
from backend.infra.db import reading
from backend.kernel.refusal import Refusal
from tests.fees import scene as fees

A = "1-1-101"
NUMBERS = itertools.count()
FIRM_ACTS = (Kind.REMINDED, Kind.NOTICED, Kind.FILED, Kind.MEDIATION_ASKED, Kind.CLOSED)
OWNER_ACTS = (Kind.RECEIVED, Kind.REPLIED, Kind.MEDIATION_ASKED)
ENDS = (
    (Kind.DISPUTE_ANSWERED, Side.FIRM),
    (Kind.DISPUTE_ACCEPTED, Side.OWNER),
    (Kind.DISPUTE_WITHDRAWN, Side.OWNER),
    (Kind.DISPUTE_UPHELD, Side.COMMUNITY),
    (Kind.DISPUTE_REJECTED, Side.COMMUNITY),
)
SPANS = (0, 1, 6, 7, 8, 18, 20, 30)
HOW_OFTEN = {
    "go_on": 6,
    "the_firm_acts": 3,
    "the_owner_acts": 1,
    "a_letter_is_delivered": 1,
    "the_owner_disputes": 2,
    "a_dispute_goes_on": 4,
    "a_mediation_is_recorded": 2,
    "instalments": 1,
    "pay": 1,
    "let_time_pass": 2,
}
ACTS = st.tuples(
    st.sampled_from([name for name, often in HOW_OFTEN.items() for _ in range(often)]), st.integers(0, 999)
)


class Dunning:
    """A firm, an owner and a mediator at work on one home, with bills for two months."""

    def __init__(self, scene: fees.Scene) -> None:
        self.scene = scene
        self.actor = Actor("clerk", "nobody", "token")
        self.slip = 0
        self.unit = scene.units[A]
        with scene.acting() as clerk:
            item = items.add_item(
                clerk, items.NewItem("物业费", Basis.AREA_MONTH, ["HOME"], (), SplitBy.AREA)
            )
            items.add_price(
                clerk, item.id, price="1.85", first_day=date(2020, 1, 1), last_day=None, clause="合同"
            )
            for month in (11, 12):
                last = date(2025, month, 30)
                order = runs.Order(
                    [item.id], a_period(date(2025, month, 1), last), {}, day=last, due_day=last
                )
                runs.commit_run(clerk, order)

    def _step(self, kind: Kind, side: Side, text: str = "说明", **facts: object) -> bool:
        """Act in the open case, where there is one; tell whether it was let."""
        try:
            with self.scene.acting() as clerk:
                row = cases.find_open(clerk.session, self.unit, 0)
                if row is None:
                    return False
                Journal(clerk)
                case = cases.load(clerk.session, row)
                cases.catch_up(clerk, case)
                acts.step(Scene(clerk, case, self.actor, side), Act(kind, text, (), facts))
        except Refusal:
            return False
        return True

    def _open(self) -> None:
        try:
            with self.scene.acting() as clerk:
                if cases.find_open(clerk.session, self.unit, 0) is None:
                    bills = opening.overdue_claims(clerk.session, self.unit, 0, clerk.today)
                    case = opening._begin(
                        clerk, (self.unit, 0), Side.FIRM, opening.guards.claimable(None, bills)
                    )
                    acts.step(Scene(clerk, case, self.actor, Side.FIRM), Act(Kind.REMINDED))
        except Refusal:
            return

    def the_firm_acts(self, chance: int) -> None:
        self._step(FIRM_ACTS[chance % len(FIRM_ACTS)], Side.FIRM)

    def the_owner_acts(self, chance: int) -> None:
        self._step(OWNER_ACTS[chance % len(OWNER_ACTS)], Side.OWNER)

    def a_letter_is_delivered(self, chance: int) -> None:
        day = self._today() - timedelta(days=chance % 10)
        self._step(Kind.DELIVERED, Side.FIRM, way="post", day=str(day), tracking="EX-1")

    def the_owner_disputes(self, chance: int) -> None:
        with self.scene.app.app_context(), reading() as session:
            bills = [one.bill.id for one in bills_of(session, [self.unit]) if one.open_fen]
        if bills:
            self._step(Kind.DISPUTED, Side.OWNER, bill_ids=[bills[chance % len(bills)]], ground="amount")

    def a_dispute_goes_on(self, chance: int) -> None:
        kind, side = ENDS[chance % len(ENDS)]
        standing = self._open_standing()
        if standing is None or not standing.open_disputes:
            return
        dispute = dispute_of(standing, standing.open_disputes[0].number)
        back = {"reverse": sorted(dispute.bill_ids)} if chance % 7 == 0 else {}
        was_answered, was_mediated = dispute.answered, dispute.mediated
        if self._step(kind, side, dispute=dispute.number, **back):
            assert kind is not Kind.DISPUTE_ACCEPTED or was_answered
            assert side is not Side.COMMUNITY or was_mediated

    def a_mediation_is_recorded(self, chance: int) -> None:
        """The record's photo is left out: what is attached changes nothing about the order."""
        side = (Side.FIRM, Side.COMMUNITY)[chance % 2]
        facts = {"day": str(self._today()), "body": "示例调委会", "outcome": "not-agreed"}
        try:
            with self.scene.acting() as clerk:
                row = cases.find_open(clerk.session, self.unit, 0)
                if row is None:
                    return
                Journal(clerk)
                case = cases.load(clerk.session, row)
                if side is Side.COMMUNITY and not case.standing.mediation_asked:
                    return
                if side is Side.FIRM:
                    acts.mediating.guards.check_notice_over(case.standing, clerk.today, case.calendar)
                    if case.standing.open_disputes:
                        return
                cases.record(clerk, case, Kind.MEDIATED, side, facts=facts)
        except Refusal:
            return

    def instalments(self, chance: int) -> None:
        with self.scene.app.app_context(), reading() as session:
            owed = sum(one.open_fen for one in opening.overdue_claims(session, self.unit, 0, self._today()))
        part = {"day": str(self._today() + timedelta(days=1 + chance % 25)), "amount_fen": owed}
        if owed and self._step(Kind.INSTALMENTS_ASKED, Side.OWNER, parts=[part]):
            self._step(Kind.INSTALMENTS_AGREED, Side.FIRM)

    def pay(self, chance: int) -> None:
        self.slip += 1
        with self.scene.acting() as clerk:
            money = payments.Money(self.unit, Method.CASH, 1 + chance * 20, clerk.today, f"S{self.slip}")
            payments.record_payment(clerk, money)

    def let_time_pass(self, chance: int) -> None:
        self._forward(SPANS[chance % len(SPANS)])

    def _forward(self, days: int) -> None:
        if self._today() + timedelta(days=days) < date(2026, 10, 1):
            self.scene.clock.forward(timedelta(days=days))

    def go_on(self, _chance: int) -> None:
        """Do what leads on towards a court, after its period; chance alone seldom gets there."""
        standing = self._open_standing()
        if standing is None:
            self._open()
        elif standing.stage is State.OPENED:
            self._step(Kind.REMINDED, Side.FIRM)
        elif standing.stage is State.REMINDED:
            self._forward(8)
            self._step(Kind.NOTICED, Side.FIRM)
        elif standing.stage is State.NOTICED:
            self.a_letter_is_delivered(0)
            self._forward(20)
            self.a_mediation_is_recorded(0)
        elif standing.stage is State.MEDIATED:
            self._step(Kind.FILED, Side.FIRM)

    def _today(self) -> date:
        return self.scene.clock().date()

    def _open_standing(self):
        with self.scene.app.app_context(), reading() as session:
            row = cases.find_open(session, self.unit, 0)
            return cases.load(session, row).standing if row else None

    def _histories(self) -> list[list]:
        with self.scene.app.app_context(), reading() as session:
            rows = session.scalars(
                sa.select(ArrearsEvent).order_by(ArrearsEvent.case_id, ArrearsEvent.number)
            ).all()
        by_case = itertools.groupby(((row.case_id, as_event(row)) for row in rows), lambda pair: pair[0])
        return [[event for _, event in pairs] for _, pairs in by_case]

    def nothing_disputed_is_asked_for(self) -> None:
        for events in self._histories():
            for place, event in enumerate(events):
                if event.kind in {Kind.REMINDED, Kind.NOTICED, Kind.FILED}:
                    before = replay(events[:place])
                    assert event.bill_ids
                    assert not event.bill_ids & before.disputed
                    assert not before.open_disputes
                    assert before.plan is None

    def nothing_is_filed_before_its_time(self) -> None:
        for events in self._histories():
            for place, event in enumerate(events):
                if event.kind is not Kind.FILED:
                    continue
                notice = [one for one in events[:place] if one.kind is Kind.NOTICED][-1]
                since = events[notice.number : place]
                assert event.bill_ids <= notice.bill_ids
                assert any(one.kind is Kind.MEDIATED for one in since)
                assert self._whole_days(notice, since, event.day) >= 15
                assert event.day > _rolled(date.fromisoformat(notice.facts["last_day"]))

    def _whole_days(self, notice, since: list, filed: date) -> int:
        """Count, beside the rules, the days that ran from the delivery to the day before filing."""
        arrived = [
            date.fromisoformat(one.facts["day"]) if "day" in one.facts else one.day
            for one in since
            if one.kind in {Kind.DELIVERED, Kind.RECEIVED}
        ]
        begins = max(min(arrived), date.fromisoformat(notice.facts["begins"]))
        stood: set[date] = set()
        for first, last in _spans(since):
            stood |= {first + timedelta(days=one) for one in range((last - first).days + 1)}
        running = [begins + timedelta(days=one) for one in range(1, (filed - begins).days)]
        return len([day for day in running if day not in stood])

    def what_is_copied_is_what_the_events_say(self) -> None:
        with self.scene.app.app_context(), reading() as session:
            rows = session.scalars(sa.select(ArrearsCase)).all()
            disputed = disputed_bill_ids(session, [self.unit])
            standings = [cases.load(session, row).standing for row in rows]
        assert [row.state for row in rows] == [one.state.value for one in standings]
        assert disputed == {bill for one in standings for bill in one.disputed}
        assert sum(one.state is not State.CLOSED for one in standings) <= 1

    def reminders_are_a_week_apart(self) -> None:
        for events in self._histories():
            days = [event.day for event in events if event.kind is Kind.REMINDED]
            assert all((later - earlier).days >= 7 for earlier, later in itertools.pairwise(days))


def _spans(events: list) -> list[tuple[date, date]]:
    """Return when disputes and plans that have ended stood."""
    ends = {Kind.DISPUTE_ACCEPTED, Kind.DISPUTE_WITHDRAWN, Kind.DISPUTE_UPHELD, Kind.DISPUTE_REJECTED}
    began = {event.number: event.day for event in events if event.kind is Kind.DISPUTED}
    found = [
        (began[event.facts["dispute"]], event.day)
        for event in events
        if event.kind in ends and event.facts["dispute"] in began
    ]
    agreed = [event.day for event in events if event.kind is Kind.INSTALMENTS_AGREED]
    broken = [event.day for event in events if event.kind is Kind.INSTALMENTS_BROKEN]
    return found + list(zip(agreed, broken, strict=False))


def _rolled(day: date) -> date:
    while not chinese_calendar.is_workday(day):
        day += timedelta(days=1)
    return day


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTS, min_size=12, max_size=40))
def test_whatever_is_done_in_whatever_order_the_process_is_due(many_scenes, done: list) -> None:
    with many_scenes(next(NUMBERS)) as scene:
        dunning = Dunning(scene)
        for name, chance in done:
            getattr(dunning, name)(chance)
        dunning.nothing_disputed_is_asked_for()
        dunning.nothing_is_filed_before_its_time()
        dunning.what_is_copied_is_what_the_events_say()
        dunning.reminders_are_a_week_apart()
