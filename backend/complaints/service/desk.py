"""What makes a dispatcher's day shorter: the same act on many tickets, ready texts, who may be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import ReplyTemplate
from backend.complaints.rules.refusals import NotYourPart, TemplateUnknown
from backend.complaints.rules.values import FIRM, OFFICES
from backend.complaints.service.acts import FIRM_STAFF, OFFICERS, Act, perform
from backend.complaints.service.cases import get_case
from backend.complaints.service.lists import STAFF_ROLES
from backend.complaints.service.parts import parts_of
from backend.identity import get_account, name_of
from backend.infra.auth import Actor
from backend.infra.db import transaction
from backend.infra.house import House
from backend.kernel.refusal import Refusal
from backend.registry import organisations_of, staff_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one act among several; code and detail say why it was refused."""

    ticket_id: str
    done: bool
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Assignable:
    """Somebody to whom a ticket may be given."""

    account_id: str
    name: str | None


def perform_each(house: House, actor: Actor, ticket_ids: Sequence[str], act: Act) -> list[Outcome]:
    """Do the same with each ticket, each in a transaction of its own."""
    return [_perform_one(house, actor, ticket_id, act) for ticket_id in dict.fromkeys(ticket_ids)]


def _perform_one(house: House, actor: Actor, ticket_id: str, act: Act) -> Outcome:
    try:
        with transaction() as session:
            perform(session, house, actor, ticket_id, act)
    except Refusal as refusal:
        return Outcome(ticket_id, done=False, code=refusal.code, detail=refusal.detail)
    return Outcome(ticket_id, done=True)


def my_templates(session: Session, actor: Actor) -> Sequence[ReplyTemplate]:
    """Return the ready texts of the actor's organisations."""
    mine = organisations_of(session, actor, STAFF_ROLES)
    query = sa.select(ReplyTemplate).where(ReplyTemplate.organisation_id.in_(mine))
    return session.scalars(query.order_by(ReplyTemplate.kind, ReplyTemplate.name)).all()


def save_template(
    session: Session, actor: Actor, *, organisation_id: str, kind: str, name: str, text: str
) -> ReplyTemplate:
    """Keep a ready text. Raises NotYourPart where the actor does not work for the organisation."""
    _check_works_for(session, actor, organisation_id)
    row = ReplyTemplate(organisation_id=organisation_id, kind=kind, name=name, text=text)
    session.add(row)
    session.flush()
    return row


def remove_template(session: Session, actor: Actor, template_id: str) -> None:
    """Remove a ready text. Raises TemplateUnknown, NotYourPart."""
    row = session.get(ReplyTemplate, template_id)
    if row is None:
        raise TemplateUnknown("没有这条常用语；可能已被删除")
    _check_works_for(session, actor, row.organisation_id)
    session.delete(row)


def assignable(session: Session, house: House, actor: Actor, ticket_id: str) -> list[Assignable]:
    """Return the people of the actor's own bodies to whom the ticket may be given.

    Raises:
        TicketUnknown, NotYourPart: the actor does not work on it.
    """
    case = get_case(session, ticket_id)
    parts = parts_of(session, actor, case.row, case.standing)
    found: dict[str, Assignable] = {}
    for party, organisation_id in parts.items():
        roles = FIRM_STAFF if party in FIRM else OFFICERS if party in OFFICES else ()
        if organisation_id is None or not roles:
            continue
        for account_id in staff_of(session, organisation_id, case.row.community_id, roles):
            name = name_of(house, get_account(session, account_id))
            found[account_id] = Assignable(account_id, name)
    if not found:
        raise NotYourPart("只有办理人员可以派单")
    return list(found.values())


def _check_works_for(session: Session, actor: Actor, organisation_id: str) -> None:
    if organisation_id not in organisations_of(session, actor, STAFF_ROLES):
        raise NotYourPart("您不在这个单位任职，不能维护它的常用语")
