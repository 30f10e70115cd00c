"""In which parts a person acts on a ticket: as reporter, for the firm, for an office."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.complaints.models import Ticket, Whistle
from backend.complaints.rules.life import Standing
from backend.complaints.rules.refusals import TicketUnknown
from backend.complaints.rules.values import Party
from backend.identity import Role
from backend.infra.auth import Actor
from backend.registry import Post, posts_in

PARTY_OF = {
    Role.FIRM_DISPATCHER: Party.DISPATCHER,
    Role.FIRM_WORKER: Party.WORKER,
    Role.COMMUNITY_OFFICER: Party.COMMUNITY,
    Role.STREET_OFFICER: Party.STREET,
    Role.DEPARTMENT_OFFICER: Party.DEPARTMENT,
}
EVERYWHERE = frozenset({Party.COMMUNITY})
"""Parties that see every ticket of their communities; the others see those that their body has to do with."""

Parts = dict[Party, str | None]
"""The parties in which somebody acts, each with the organisation for which."""


def parts_of(session: Session, actor: Actor, row: Ticket, standing: Standing) -> Parts:
    """Return the parts that a person has in a ticket, the resident's first.

    Raises:
        TicketUnknown: none, so that not even its existence is told.
    """
    parts: Parts = {}
    if row.reporter_id == actor.account_id:
        parts[Party.REPORTER] = None
    elif session.get(Whistle, (row.id, actor.account_id)) is not None:
        parts[Party.JOINER] = None
    for post in posts_in(session, actor, row.community_id):
        party = PARTY_OF.get(Role(post.role))
        if party is not None and _has_part(party, post, standing):
            parts.setdefault(party, post.organisation_id)
    if not parts:
        raise TicketUnknown("没有这张工单，或您无权查看；请核对编号")
    return parts


def _has_part(party: Party, post: Post, standing: Standing) -> bool:
    return party in EVERYWHERE or post.organisation_id in standing.bodies
