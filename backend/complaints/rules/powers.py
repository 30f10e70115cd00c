"""Who may do what with a ticket. What is not in the table is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backend.complaints.rules.refusals import NotYourPart
from backend.complaints.rules.values import FIRM, OFFICES, RESIDENTS, Kind, Party
from backend.complaints.rules.wording import KIND_NAMES

_STAFF = FIRM | OFFICES
_CHIEFS = frozenset({Party.DISPATCHER}) | OFFICES
_OVERSEERS = frozenset({Party.COMMUNITY, Party.STREET})

POWERS: Mapping[Kind, frozenset[Party]] = {
    Kind.ADDED: RESIDENTS,
    Kind.ASSIGNED: _STAFF,  # a worker takes a ticket on; see service.desk
    Kind.ACKNOWLEDGED: _STAFF,
    Kind.STARTED: _STAFF,
    Kind.ARRIVED: _STAFF,
    Kind.PLANNED: OFFICES,
    Kind.WAITED: _STAFF,
    Kind.RESUMED: _STAFF,
    Kind.RESOLVED: _STAFF,
    Kind.CONFIRMED: frozenset({Party.REPORTER}),
    Kind.REOPENED: RESIDENTS | _OVERSEERS,
    Kind.REJECTED: _CHIEFS,
    Kind.APPEALED: frozenset({Party.REPORTER}),
    Kind.APPEAL_DISMISSED: _OVERSEERS,
    Kind.MERGED: _CHIEFS,
    Kind.UNMERGED: _CHIEFS,
    Kind.CALLED_BACK: frozenset({Party.COMMUNITY, Party.STREET}),
    Kind.REPLIED: _STAFF,
    Kind.NOTED: _STAFF,
    Kind.RECLASSIFIED: _CHIEFS,
    Kind.CALLED_IN: _OVERSEERS,
    Kind.ESCALATED: _CHIEFS,
    Kind.REVIEWED: frozenset({Party.COMMUNITY}),
}
"""Joining, absorbing and releasing have use cases of their own; reminders and misses are time's alone."""


def acting_as(parties: Iterable[Party], kind: Kind) -> Party:
    """Return the part in which somebody with these parts does this.

    Raises:
        NotYourPart: none of the parts allows it.
    """
    allowed = POWERS.get(kind, frozenset())
    for party in parties:
        if party in allowed:
            return party
    raise NotYourPart(f"您在这张工单中的角色不能{KIND_NAMES[kind]}；请联系受理单位")
