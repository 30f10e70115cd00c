"""A unit's year by item and month, and all homes of a person at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backend.fees.rules.viewing import Scope
from backend.fees.rules.viewing_refusals import SpanRefused
from backend.fees.rules.year import Billed, Year, sum_up
from backend.fees.service.authorisations import authorised_units
from backend.fees.service.disputes import disputed_bill_ids
from backend.fees.service.items import item_names
from backend.fees.service.journal import find_ledger
from backend.fees.service.standing import Holder, Standing, bills_of, prepayments_of
from backend.fees.service.statements import current_tenure
from backend.fees.service.titles import is_handover_pending
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.registry import Home, homes_of

YEARS = range(2000, 3000)


@dataclass(frozen=True, slots=True)
class NamedYear:
    """A year, with the names of its items by id."""

    year: Year
    items: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MyHome:
    """A home whose bills somebody may see, and how they stand today.

    `is_pending` says that the home is in new hands from a day not said yet; nothing is shown until then.
    `next_due_fen` is what of the bills due on `next_due_day`, the nearest one, is still owed.
    """

    community_id: str
    community: str
    unit_id: str
    label: str
    scope: Scope
    is_pending: bool
    owed_fen: int = 0
    arrears_fen: int = 0
    prepaid_fen: int = 0
    next_due_day: date | None = None
    next_due_fen: int = 0


def year_of(session: Session, unit_id: str, tenure: int | None, year: int) -> NamedYear:
    """Return a year of a unit. A bill belongs to the month in which its period begins; cancelled, to none.

    Raises:
        SpanRefused: no year of the calendar in use.
    """
    if year not in YEARS:
        raise SpanRefused(f"年份应在 {YEARS.start} 至 {YEARS.stop - 1} 之间")
    found = [
        Billed(one.bill.item_id, one.bill.first_day.month, one.bill.amount_fen, one.open_fen)
        for one in bills_of(session, [unit_id])
        if one.bill.first_day.year == year and tenure in (None, one.bill.tenure) and not one.is_cancelled
    ]
    return NamedYear(sum_up(year, found), item_names(session, [one.item_id for one in found]))


def my_homes(session: Session, house: House, actor: Actor) -> list[MyHome]:
    """Return every home whose bills somebody owns or was let see, over all communities."""
    let = authorised_units(session, actor)
    today = house.clock().astimezone(CHINA).date()
    return [
        _my_home(session, home, Scope.OWNER if home.bond == "owner" else Scope.AUTHORISED, today)
        for home in homes_of(session, actor)
        if home.bond == "owner" or home.unit_id in let
    ]


def _my_home(session: Session, home: Home, scope: Scope, today: date) -> MyHome:
    place = (home.community_id, home.community, home.unit_id, home.label, scope)
    if is_handover_pending(session, home.unit_id):
        return MyHome(*place, is_pending=True)
    holder = (home.unit_id, current_tenure(session, home.unit_id))
    bills = [one for one in bills_of(session, [home.unit_id]) if _is_owed_by(one, holder)]
    disputed = disputed_bill_ids(session, [home.unit_id])
    ahead = sorted(one.bill.due_day for one in bills if one.bill.due_day >= today)
    return MyHome(
        *place,
        is_pending=False,
        owed_fen=sum(one.open_fen for one in bills),
        arrears_fen=sum(
            one.open_fen for one in bills if one.bill.due_day < today and one.bill.id not in disputed
        ),
        prepaid_fen=_prepaid(session, home.community_id, holder),
        next_due_day=ahead[0] if ahead else None,
        next_due_fen=sum(one.open_fen for one in bills if ahead and one.bill.due_day == ahead[0]),
    )


def _is_owed_by(one: Standing, holder: Holder) -> bool:
    return (one.bill.unit_id, one.bill.tenure) == holder and one.open_fen > 0


def _prepaid(session: Session, community_id: str, holder: Holder) -> int:
    ledger = find_ledger(session, community_id)
    return 0 if ledger is None else prepayments_of(session, ledger, [holder[0]]).get(holder, 0)
