"""What an event says, in one Chinese line: for those whose case it is, and for the court file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from backend.fees.rules.arrears.events import Event
from backend.fees.rules.arrears.paper import in_words
from backend.fees.rules.arrears.values import Closing, Ground, Kind, Outcome, Way
from backend.fees.rules.arrears.wording import CLOSING_NAMES, GROUND_NAMES, OUTCOME_NAMES, WAY_NAMES
from backend.kernel.money import format_fen

Facts = Mapping[str, Any]


def story_of(event: Event) -> str:
    """Return what the facts of an event come to, without what the actor wrote; empty where there are none."""
    tell = _STORIES.get(event.kind)
    return tell(event.facts) if tell is not None else ""


def _bills(facts: Facts) -> str:
    bills = facts["bills"]
    return f"{len(bills)} 张账单，未缴 {format_fen(sum(bill['open_fen'] for bill in bills))} 元"


def _notice(facts: Facts) -> str:
    last = in_words(date.fromisoformat(facts["last_day"]))
    return f"编号 {facts['reference']}；{_bills(facts)}；期限 {facts['days']} 日，至 {last} 止"


def _delivery(facts: Facts) -> str:
    tracking = f"，单号 {facts['tracking']}" if facts.get("tracking") else ""
    phones = f"，{facts['phones']} 个手机号" if facts.get("phones") else ""
    return f"{facts['day']} {WAY_NAMES[Way(facts['way'])]}{tracking}{phones}"


def _dispute(facts: Facts) -> str:
    paper = "（物业代录业主书面意见）" if facts.get("on_paper") else ""
    return f"理由：{GROUND_NAMES[Ground(facts['ground'])]}；{_bills(facts)}{paper}"


def _answer(facts: Facts) -> str:
    taken = facts["reversed"]
    return f"{_of_dispute(facts)}；冲销账单 {len(taken)} 张" if taken else _of_dispute(facts)


def _of_dispute(facts: Facts) -> str:
    return f"针对第 {facts['dispute']} 项的异议"


def _mediation(facts: Facts) -> str:
    return f"{facts['day']}，{facts['body']}，{OUTCOME_NAMES[Outcome(facts['outcome'])]}"


def _parts(facts: Facts) -> str:
    return "；".join(f"{part['day']} {format_fen(part['amount_fen'])} 元" for part in facts["parts"])


_STORIES: Mapping[Kind, Callable[[Facts], str]] = {
    Kind.OPENED: _bills,
    Kind.REMINDED: _bills,
    Kind.NOTICED: _notice,
    Kind.DELIVERED: _delivery,
    Kind.DISPUTED: _dispute,
    Kind.DISPUTE_ANSWERED: _answer,
    Kind.DISPUTE_ACCEPTED: _of_dispute,
    Kind.DISPUTE_WITHDRAWN: _of_dispute,
    Kind.DISPUTE_UPHELD: _of_dispute,
    Kind.DISPUTE_REJECTED: _of_dispute,
    Kind.MEDIATED: _mediation,
    Kind.INSTALMENTS_ASKED: _parts,
    Kind.INSTALMENTS_AGREED: _bills,
    Kind.FILED: lambda facts: f"{_bills(facts)}；SHA-256 {facts['sha256']}",
    Kind.CLOSED: lambda facts: CLOSING_NAMES[Closing(facts["reason"])],
}
