"""What a holder owes and since when, as due process names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Bill, FeePrice
from backend.fees.rules.arrears.events import ClaimedBill
from backend.fees.rules.periods import Period
from backend.fees.service.disputes import disputed_bill_ids
from backend.fees.service.items import item_names
from backend.fees.service.standing import BillFacts, Standing, bills_of


def open_claims(session: Session, unit_id: str, tenure: int) -> list[ClaimedBill]:
    """Return the bills of which a holder owes something, due or not, oldest first."""
    standings = [one for one in bills_of(session, [unit_id]) if one.bill.tenure == tenure]
    return as_claims(session, [one for one in standings if one.open_fen > 0 and not one.is_cancelled])


def overdue_claims(session: Session, unit_id: str, tenure: int, today: date) -> list[ClaimedBill]:
    """Return a holder's bills that are past their due day and not disputed in any case."""
    barred = disputed_bill_ids(session, [unit_id])
    claims = open_claims(session, unit_id, tenure)
    return [claim for claim in claims if claim.due_day < today and claim.id not in barred]


def as_claims(session: Session, standings: Sequence[Standing]) -> list[ClaimedBill]:
    """Return bills with the names of their items and the clauses that set their prices."""
    items = {one.bill.item_id for one in standings}
    names, prices = item_names(session, items), _prices(session, items)
    return [_claim(one, names[one.bill.item_id], prices.get(one.bill.item_id, ())) for one in standings]


def _claim(one: Standing, item: str, prices: Sequence[FeePrice]) -> ClaimedBill:
    bill = one.bill
    return ClaimedBill(
        id=bill.id,
        item=item,
        first_day=bill.first_day,
        last_day=Period(bill.first_day, bill.until).last,
        due_day=bill.due_day,
        amount_fen=bill.amount_fen,
        open_fen=one.open_fen,
        clause=_clause(bill, prices),
    )


def _clause(bill: Bill | BillFacts, prices: Sequence[FeePrice]) -> str:
    period = Period(bill.first_day, bill.until)
    used = [price.clause for price in prices if period.overlaps(Period(price.first_day, price.until))]
    return "；".join(dict.fromkeys(used))


def _prices(session: Session, item_ids: Iterable[str]) -> Mapping[str, Sequence[FeePrice]]:
    query = sa.select(FeePrice).where(FeePrice.item_id.in_(sorted(item_ids))).order_by(FeePrice.first_day)
    found: dict[str, list[FeePrice]] = {}
    for price in session.scalars(query):
        found.setdefault(price.item_id, []).append(price)
    return found
