"""Who may ask for money back: the firm's staff, and whoever may pay for the unit now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from backend.fees.models import Payment, Refund
from backend.fees.rules.pay_refusals import PaymentUnknown
from backend.fees.rules.refunding import RefundCause
from backend.fees.service.access import resident_tenure
from backend.fees.service.clerk import Clerk, clerk_of
from backend.fees.service.refunds import Proposal, propose_refund, refunds_of_unit
from backend.infra.auth import Actor
from backend.infra.house import House


def ask_refund(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str, proposal: Proposal
) -> Refund:
    """Ask for money back as whoever may pay for a unit now; somebody of the firm decides.

    Raises:
        RoleMissing: the unit is not theirs to pay for.
        PaymentUnknown: no payment of theirs, and what `refunds.propose_refund` raises.
    """
    tenure = resident_tenure(session, house, actor, community_id, unit_id)
    payment = session.get(Payment, proposal.payment_id)
    if payment is None or (payment.unit_id, payment.tenure) != (unit_id, tenure):
        raise PaymentUnknown("这套房屋在您名下没有这笔收款；请核对编号")
    asker = Clerk(session, house, community_id, actor.account_id)
    return propose_refund(asker, replace(proposal, cause=RefundCause.ASKED))


def propose_as_staff(
    session: Session, house: House, actor: Actor, community_id: str, proposal: Proposal
) -> Refund:
    """Propose a refund as staff of the firm. Raises RoleMissing, and what `refunds.propose_refund` raises."""
    return propose_refund(clerk_of(session, house, actor, community_id), proposal)


def own_refunds(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str
) -> Sequence[Refund]:
    """Return the refunds of a unit's present holder. Raises RoleMissing."""
    return refunds_of_unit(session, unit_id, resident_tenure(session, house, actor, community_id, unit_id))
