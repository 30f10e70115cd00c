"""What fees hold of a person by name: the orders that the person made. They are kept, as bills are."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import PayOrder
from backend.fees.service.orders import state_of
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.own_data import Value, own_data
from backend.kernel.clock import format_instant


@own_data("pay_orders")
def order_data(session: Session, _house: House, actor: Actor) -> Value:
    """Return the actor's orders to pay by WeChat, oldest first."""
    query = sa.select(PayOrder).where(PayOrder.account_id == actor.account_id)
    return [
        {
            "number": order.out_trade_no,
            "ordered_at": format_instant(order.ordered_at),
            "description": order.description,
            "amount_fen": order.amount_fen,
            "state": state_of(order).value,
        }
        for order in session.scalars(query.order_by(PayOrder.ordered_at, PayOrder.id))
    ]
