"""Who may do what in a case. What is not in the table is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backend.fees.rules.arrears.refusals import NotYourStep
from backend.fees.rules.arrears.values import Kind, Side
from backend.fees.rules.arrears.wording import KIND_NAMES

_FIRM, _OWNER = frozenset({Side.FIRM}), frozenset({Side.OWNER})

POWERS: Mapping[Kind, frozenset[Side]] = {
    Kind.REMINDED: _FIRM,
    Kind.NOTICED: _FIRM,
    Kind.DELIVERED: _FIRM,
    Kind.RECEIVED: _OWNER,
    Kind.REPLIED: _OWNER | _FIRM,  # the firm: what came on paper
    Kind.ANSWERED: _FIRM,
    Kind.DISPUTED: _OWNER | _FIRM,  # the firm: what came on paper
    Kind.DISPUTE_ANSWERED: _FIRM,
    Kind.DISPUTE_ACCEPTED: _OWNER,
    Kind.DISPUTE_WITHDRAWN: _OWNER,
    Kind.DISPUTE_UPHELD: frozenset({Side.COMMUNITY}),
    Kind.DISPUTE_REJECTED: frozenset({Side.COMMUNITY}),
    Kind.MEDIATION_ASKED: _OWNER | _FIRM,
    Kind.MEDIATED: frozenset({Side.COMMUNITY, Side.FIRM}),
    Kind.INSTALMENTS_ASKED: _OWNER,
    Kind.INSTALMENTS_AGREED: _FIRM,
    Kind.INSTALMENTS_REFUSED: _FIRM,
    Kind.FILED: _FIRM,
    Kind.CLOSED: _FIRM,
}
"""Opening follows from a reminder or a dispute; a broken plan is time's alone. The firm ends no dispute."""


def acting_as(sides: Iterable[Side], kind: Kind) -> Side:
    """Return the part in which somebody with these parts does this. Raises NotYourStep."""
    allowed = POWERS.get(kind, frozenset())
    for side in sides:
        if side in allowed:
            return side
    raise NotYourStep(f"您在这项催缴中不能{KIND_NAMES[kind]}")
