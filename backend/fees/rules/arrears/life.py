"""The life of a case: which step may follow which, and what a series of events comes to.

The state is nowhere stored but in the events; `replay` derives it. A dispute or a plan of instalments lies
over the stage that was reached: while it lasts, no step leads towards a court, and the clocks stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from backend.fees.rules.arrears.clock import Pause
from backend.fees.rules.arrears.events import Event
from backend.fees.rules.arrears.refusals import OutOfOrder
from backend.fees.rules.arrears.values import LIVING, Kind, Side, State
from backend.fees.rules.arrears.wording import KIND_NAMES, STATE_NAMES


@dataclass(frozen=True, slots=True)
class Move:
    """In which states a kind of event is allowed, and the stage after it (None: it stays)."""

    before: frozenset[State]
    after: State | None = None


_NOTICED = frozenset({State.NOTICED, State.MEDIATED, State.FILED})
_PAUSED = frozenset({State.DISPUTED, State.INSTALMENTS})
_DISPUTED = frozenset({State.DISPUTED})

MOVES: Mapping[Kind, Move] = {
    Kind.REMINDED: Move(frozenset({State.OPENED, State.REMINDED}), State.REMINDED),
    Kind.NOTICED: Move(frozenset({State.REMINDED}) | _NOTICED, State.NOTICED),
    Kind.DELIVERED: Move(_NOTICED | _PAUSED),
    Kind.RECEIVED: Move(_NOTICED | _PAUSED),
    Kind.REPLIED: Move(LIVING),
    Kind.ANSWERED: Move(LIVING),
    Kind.DISPUTED: Move(LIVING),
    Kind.DISPUTE_ANSWERED: Move(_DISPUTED),
    Kind.DISPUTE_ACCEPTED: Move(_DISPUTED),
    Kind.DISPUTE_WITHDRAWN: Move(_DISPUTED),
    Kind.DISPUTE_UPHELD: Move(_DISPUTED),
    Kind.DISPUTE_REJECTED: Move(_DISPUTED),
    Kind.MEDIATION_ASKED: Move(_NOTICED | _DISPUTED),
    Kind.MEDIATED: Move(frozenset({State.NOTICED, State.MEDIATED}) | _DISPUTED),
    Kind.INSTALMENTS_ASKED: Move(LIVING - _PAUSED),
    Kind.INSTALMENTS_AGREED: Move(LIVING - _PAUSED),
    Kind.INSTALMENTS_REFUSED: Move(LIVING - {State.INSTALMENTS}),
    Kind.INSTALMENTS_BROKEN: Move(frozenset({State.INSTALMENTS})),
    Kind.FILED: Move(frozenset({State.MEDIATED, State.FILED}), State.FILED),
    Kind.CLOSED: Move(LIVING, State.CLOSED),
}
"""What is not in this table is refused; the opening has no state before it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A formal notice: from when its period may begin, how many days it gives, the last day it prints."""

    number: int
    day: date
    begins: date
    days: int
    printed_last_day: date
    bill_ids: frozenset[int]
    delivered: date | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """What an owner says is wrong with bills, by the number of the event; open while `ended` is None.

    `mediated`: the community has recorded a mediation since. `end`: the kind of event that ended it.
    """

    number: int
    day: date
    bill_ids: frozenset[int]
    answered: bool = False
    mediated: bool = False
    ended: date | None = None
    end: Kind | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment: by when how much."""

    day: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Instalments: asked for by the event `number`, running from `agreed` until `ended`."""

    number: int
    parts: tuple[Part, ...]
    agreed: date | None = None
    owed_fen: int = 0
    bill_ids: frozenset[int] = frozenset()
    ended: date | None = None


@dataclass(slots=True)
class Standing:
    """What the events of a case come to. `reminded` has the day of the first reminder about each bill."""

    stage: State
    bill_ids: frozenset[int]
    reminded: dict[int, date] = field(default_factory=dict)
    last_reminder: date | None = None
    notice: Notice | None = None
    disputes: dict[int, Dispute] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    mediation_asked: bool = False
    mediation: int | None = None
    court_file: str | None = None
    events: int = 1

    @property
    def state(self) -> State:
        """Return where the case stands now."""
        if self.stage is State.CLOSED:
            return State.CLOSED
        if self.open_disputes:
            return State.DISPUTED
        return State.INSTALMENTS if self.plan is not None else self.stage

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing is done any more."""
        return self.stage is State.CLOSED

    @property
    def open_disputes(self) -> list[Dispute]:
        """Return the disputes that are not settled."""
        return [dispute for dispute in self.disputes.values() if dispute.ended is None]

    @property
    def disputed(self) -> frozenset[int]:
        """Return the bills that must not be asked for: disputed now, or found wrong and not yet corrected.

        Closing ends a dispute of which nothing is owed any more; what was found wrong stays so.
        """
        return frozenset(
            bill_id
            for dispute in self.disputes.values()
            if dispute.end is Kind.DISPUTE_UPHELD
            or (dispute.ended is None and self.stage is not State.CLOSED)
            for bill_id in dispute.bill_ids
        )

    @property
    def decided(self) -> frozenset[int]:
        """Return the bills whose dispute was settled in the firm's favour, by agreement or mediation."""
        settled = {Kind.DISPUTE_REJECTED, Kind.DISPUTE_ACCEPTED}
        ended = (dispute for dispute in self.disputes.values() if dispute.end in settled)
        return frozenset(bill_id for dispute in ended for bill_id in dispute.bill_ids)

    @property
    def plan(self) -> Plan | None:
        """Return the plan that is running."""
        return next((plan for plan in self.plans if plan.agreed and plan.ended is None), None)

    @property
    def plan_asked(self) -> Plan | None:
        """Return the plan that waits for the firm's answer."""
        return next((plan for plan in self.plans if plan.agreed is None and plan.ended is None), None)

    @property
    def dispute_pauses(self) -> list[Pause]:
        """Return the days on which a dispute was open."""
        return [Pause(one.day, one.ended) for one in self.disputes.values()]

    @property
    def pauses(self) -> list[Pause]:
        """Return the days on which the clocks towards a court stand."""
        plans = [Pause(plan.agreed, plan.ended) for plan in self.plans if plan.agreed is not None]
        return [*self.dispute_pauses, *plans]


def replay(events: Iterable[Event]) -> Standing:
    """Return what a case's events come to.

    Raises:
        OutOfOrder: an event stands where the table of moves does not allow it.
    """
    remaining = iter(events)
    first = next(remaining)
    if first.kind is not Kind.OPENED:
        raise OutOfOrder("催缴记录的第一条必须是立案")
    standing = Standing(State.OPENED, first.bill_ids)
    for event in remaining:
        apply(standing, event)
    return standing


def check_move(standing: Standing, kind: Kind) -> None:
    """Refuse a step that the present state does not allow. Raises OutOfOrder."""
    move = MOVES.get(kind)
    if move is None or standing.state not in move.before:
        raise OutOfOrder(
            f"现为“{STATE_NAMES[standing.state]}”，不能{KIND_NAMES[kind]}；请刷新后查看可办理的事项"
        )


def apply(standing: Standing, event: Event) -> None:
    """Add one event to a standing. Raises OutOfOrder."""
    check_move(standing, event.kind)
    effect = _EFFECTS.get(event.kind)
    if effect is not None:
        effect(standing, event)
    after = MOVES[event.kind].after
    if after is not None:
        standing.stage = after
    standing.events += 1


def dispute_of(standing: Standing, number: object) -> Dispute:
    """Return the open dispute of this number. Raises OutOfOrder."""
    found = standing.disputes.get(number) if isinstance(number, int) else None
    if found is None or found.ended is not None:
        raise OutOfOrder("没有这项未结的异议；请刷新后再办理")
    return found


def _on_reminded(standing: Standing, event: Event) -> None:
    standing.bill_ids |= event.bill_ids
    standing.last_reminder = event.day
    for bill_id in event.bill_ids:
        standing.reminded.setdefault(bill_id, event.day)


def _on_noticed(standing: Standing, event: Event) -> None:
    facts = event.facts
    standing.notice = Notice(
        number=event.number,
        day=event.day,
        begins=date.fromisoformat(facts["begins"]),
        days=facts["days"],
        printed_last_day=date.fromisoformat(facts["last_day"]),
        bill_ids=event.bill_ids,
    )
    standing.mediation, standing.mediation_asked, standing.court_file = None, False, None


def _on_delivered(standing: Standing, event: Event) -> None:
    notice = standing.notice
    if notice is None:
        raise OutOfOrder("尚未发出书面催告，没有可以登记的送达")
    day = date.fromisoformat(event.facts["day"]) if "day" in event.facts else event.day
    first = min(day, notice.delivered) if notice.delivered else day
    standing.notice = replace(notice, delivered=first)


def _on_disputed(standing: Standing, event: Event) -> None:
    standing.bill_ids |= event.bill_ids
    standing.disputes[event.number] = Dispute(event.number, event.day, event.bill_ids)


def _on_answered(standing: Standing, event: Event) -> None:
    dispute = dispute_of(standing, event.facts["dispute"])
    standing.disputes[dispute.number] = replace(dispute, answered=True)


def _on_dispute_ended(standing: Standing, event: Event) -> None:
    dispute = dispute_of(standing, event.facts["dispute"])
    standing.disputes[dispute.number] = replace(dispute, ended=event.day, end=event.kind)
    if standing.state is State.NOTICED and standing.mediation is not None:
        standing.stage = State.MEDIATED


def _on_mediation_asked(standing: Standing, _event: Event) -> None:
    standing.mediation_asked = True


def _on_mediated(standing: Standing, event: Event) -> None:
    """Keep the record. Only one that the community entered lets a dispute end against the owner's word."""
    standing.mediation = event.number
    if event.side is Side.COMMUNITY:
        for dispute in standing.open_disputes:
            standing.disputes[dispute.number] = replace(dispute, mediated=True)
    if standing.state is State.NOTICED:
        standing.stage = State.MEDIATED


def _on_plan_asked(standing: Standing, event: Event) -> None:
    parts = (Part(date.fromisoformat(part["day"]), part["amount_fen"]) for part in event.facts["parts"])
    _end_asked(standing, event)
    standing.plans.append(Plan(event.number, tuple(parts)))


def _on_plan_agreed(standing: Standing, event: Event) -> None:
    plan = _asked(standing)
    standing.bill_ids |= event.bill_ids
    running = replace(plan, agreed=event.day, owed_fen=event.facts["owed_fen"], bill_ids=event.bill_ids)
    standing.plans[standing.plans.index(plan)] = running


def _on_plan_broken(standing: Standing, event: Event) -> None:
    standing.plans = [plan if plan.ended else replace(plan, ended=event.day) for plan in standing.plans]


def _end_asked(standing: Standing, event: Event) -> None:
    plan = standing.plan_asked
    if plan is not None:
        standing.plans[standing.plans.index(plan)] = replace(plan, ended=event.day)


def _on_plan_refused(standing: Standing, event: Event) -> None:
    _asked(standing)
    _end_asked(standing, event)


def _asked(standing: Standing) -> Plan:
    plan = standing.plan_asked
    if plan is None:
        raise OutOfOrder("没有待答复的分期申请；请刷新后再办理")
    return plan


def _on_filed(standing: Standing, event: Event) -> None:
    standing.court_file = event.facts["sha256"]


_EFFECTS: Mapping[Kind, Callable[[Standing, Event], None]] = {
    Kind.REMINDED: _on_reminded,
    Kind.NOTICED: _on_noticed,
    Kind.DELIVERED: _on_delivered,
    Kind.RECEIVED: _on_delivered,
    Kind.DISPUTED: _on_disputed,
    Kind.DISPUTE_ANSWERED: _on_answered,
    Kind.DISPUTE_ACCEPTED: _on_dispute_ended,
    Kind.DISPUTE_WITHDRAWN: _on_dispute_ended,
    Kind.DISPUTE_UPHELD: _on_dispute_ended,
    Kind.DISPUTE_REJECTED: _on_dispute_ended,
    Kind.MEDIATION_ASKED: _on_mediation_asked,
    Kind.MEDIATED: _on_mediated,
    Kind.INSTALMENTS_ASKED: _on_plan_asked,
    Kind.INSTALMENTS_AGREED: _on_plan_agreed,
    Kind.INSTALMENTS_REFUSED: _on_plan_refused,
    Kind.INSTALMENTS_BROKEN: _on_plan_broken,
    Kind.FILED: _on_filed,
}
"""What an event changes beside the stage."""
