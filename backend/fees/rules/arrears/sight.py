"""What somebody can do in a case now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from backend.fees.rules.arrears.life import MOVES, Standing
from backend.fees.rules.arrears.powers import POWERS
from backend.fees.rules.arrears.values import Kind, Side


def options_of(standing: Standing, sides: Iterable[Side]) -> list[Kind]:
    """Return what these parts may do in the present state, but for periods that must still run out."""
    held = frozenset(sides)
    return [
        kind
        for kind, allowed in POWERS.items()
        if held & allowed
        and standing.state in MOVES[kind].before
        and _FITTING.get(kind, _always)(standing, held)
    ]


Fitting = Callable[[Standing, frozenset[Side]], bool]


def _always(_standing: Standing, _held: frozenset[Side]) -> bool:
    return True


def _has_notice(standing: Standing, _held: frozenset[Side]) -> bool:
    return standing.notice is not None


def _has_answer(standing: Standing, _held: frozenset[Side]) -> bool:
    return any(dispute.answered for dispute in standing.open_disputes)


def _has_mediation(standing: Standing, _held: frozenset[Side]) -> bool:
    return any(dispute.mediated for dispute in standing.open_disputes)


def _has_asked(standing: Standing, _held: frozenset[Side]) -> bool:
    return standing.plan_asked is not None


def _may_ask(standing: Standing, _held: frozenset[Side]) -> bool:
    return not standing.mediation_asked


def _may_record(standing: Standing, held: frozenset[Side]) -> bool:
    return Side.COMMUNITY in held or not standing.open_disputes


def _is_undisputed(standing: Standing, _held: frozenset[Side]) -> bool:
    return not standing.open_disputes


_FITTING: Mapping[Kind, Fitting] = {
    Kind.DELIVERED: _has_notice,
    Kind.RECEIVED: _has_notice,
    Kind.DISPUTE_ACCEPTED: _has_answer,
    Kind.DISPUTE_UPHELD: _has_mediation,
    Kind.DISPUTE_REJECTED: _has_mediation,
    Kind.MEDIATION_ASKED: _may_ask,
    Kind.MEDIATED: _may_record,
    Kind.INSTALMENTS_AGREED: _has_asked,
    Kind.INSTALMENTS_REFUSED: _has_asked,
    Kind.CLOSED: _is_undisputed,
}
"""What must be there besides."""
