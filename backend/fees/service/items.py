"""Fee items and their prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Bill, Entry, FeeItem, FeePrice
from backend.fees.rules.charging import ItemTerms
from backend.fees.rules.periods import Period
from backend.fees.rules.prices import FOREVER, Price, check_apart, parse_price
from backend.fees.rules.refusals import (
    FeeItemRefused,
    FeeItemUnknown,
    PeriodRefused,
    PriceInUse,
    PriceUnknown,
)
from backend.fees.rules.values import Basis, SplitBy
from backend.fees.service.clerk import Clerk
from backend.fees.service.journal import Journal

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewItem:
    """A fee item as somebody enters it. No buildings means all of them."""

    name: str
    basis: Basis
    kinds: Sequence[str]
    buildings: Sequence[str] = ()
    split_by: SplitBy = SplitBy.AREA


def add_item(clerk: Clerk, new: NewItem) -> ItemTerms:
    """Enter a fee item.

    Raises:
        FeeItemRefused: its name is taken, or it concerns no kind of unit.
    """
    if not new.kinds:
        raise FeeItemRefused("收费项目至少适用于一种房屋用途；请选择住宅、商铺、车位等")
    taken = sa.select(FeeItem.id).where(FeeItem.community_id == clerk.community_id, FeeItem.name == new.name)
    if clerk.session.scalar(taken) is not None:
        raise FeeItemRefused(f"本小区已有收费项目“{new.name}”；请换一个名称")
    row = FeeItem(
        community_id=clerk.community_id,
        name=new.name,
        basis=new.basis.value,
        split_by=new.split_by.value,
        kinds="\n".join(new.kinds),
        buildings="\n".join(new.buildings),
        created_at=clerk.now,
    )
    clerk.session.add(row)
    clerk.session.flush()
    clerk.record("fee-item-added", f"fee-item:{row.id}", {"basis": row.basis, "community": row.community_id})
    return _terms(row, ())


def add_price(
    clerk: Clerk, item_id: str, *, price: str, first_day: date, last_day: date | None, clause: str
) -> Price:
    """Enter a price of an item, in yuan, and when it is in force; `clause` names what was agreed where.

    Raises:
        FeeItemUnknown, PriceUnreadable, PeriodRefused: what it says.
        FeeItemRefused: a shared cost has no price.
        PriceOverlaps: the item has another price on one of these days.
    """
    Journal(clerk)  # nobody bills or enters another price meanwhile
    item = get_item(clerk.session, clerk.community_id, item_id)
    if item.basis is Basis.SHARED:
        raise FeeItemRefused("公摊项目按每期费用总额分摊，不设单价")
    if last_day is not None and last_day < first_day:
        raise PeriodRefused(f"截止日 {last_day} 早于生效日 {first_day}；请核对")
    force = Period(first_day, FOREVER if last_day is None else last_day + _DAY)
    price_e4 = parse_price(price)
    check_apart(force, item.prices)
    row = FeePrice(
        item_id=item_id,
        first_day=force.first,
        until=force.until,
        price_e4=price_e4,
        clause=clause,
        created_at=clerk.now,
    )
    clerk.session.add(row)
    clerk.session.flush()
    detail = {"from": str(first_day), "price_e4": price_e4}
    clerk.record("fee-price-added", f"fee-item:{item_id}", detail)
    return _price(row)


def end_price(clerk: Clerk, price_id: str, last_day: date) -> Price:
    """Say on which day a price is last in force.

    Raises:
        PriceUnknown: no such price here.
        PeriodRefused: it would end before it begins, or later than it does.
        PriceInUse: bills that stand were made by it for later days.
    """
    Journal(clerk)  # nobody bills meanwhile
    row = clerk.session.get(FeePrice, price_id)
    if row is None or clerk.session.get_one(FeeItem, row.item_id).community_id != clerk.community_id:
        raise PriceUnknown("没有这条单价；请核对编号")
    if not row.first_day <= last_day < row.until:
        raise PeriodRefused(f"截止日须在 {row.first_day} 与原截止日之间；请核对")
    used = billed_until(clerk.session, Bill.item_id == row.item_id)
    if used is not None and used > last_day + _DAY:
        raise PriceInUse(f"已按该单价出账至 {used - _DAY}；请先冲销 {last_day} 之后的账单")
    row.until = last_day + _DAY
    clerk.session.flush()
    clerk.record("fee-price-ended", f"fee-item:{row.item_id}", {"last_day": str(last_day)})
    return _price(row)


def list_items(session: Session, community_id: str) -> list[ItemTerms]:
    """Return a community's fee items with all their prices, by name."""
    query = sa.select(FeeItem).where(FeeItem.community_id == community_id).order_by(FeeItem.name)
    rows = session.scalars(query).all()
    prices = _prices(session, [row.id for row in rows])
    return [_terms(row, prices.get(row.id, ())) for row in rows]


def get_item(session: Session, community_id: str, item_id: str) -> ItemTerms:
    """Return an item of a community.

    Raises:
        FeeItemUnknown: none of this id here.
    """
    query = sa.select(FeeItem).where(FeeItem.id == item_id, FeeItem.community_id == community_id)
    row = session.scalar(query)
    if row is None:
        raise FeeItemUnknown("本小区没有这个收费项目；请核对编号")
    return _terms(row, _prices(session, [row.id]).get(row.id, ()))


def item_names(session: Session, item_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of items by their ids."""
    query = sa.select(FeeItem.id, FeeItem.name).where(FeeItem.id.in_(sorted(set(item_ids))))
    return {row.id: row.name for row in session.execute(query)}


def billed_until(session: Session, condition: sa.ColumnElement[bool]) -> date | None:
    """Return the day before which the last of some bills that stand ends; None if none stands."""
    reversed_ids = sa.select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
    return session.scalar(sa.select(sa.func.max(Bill.until)).where(condition, Bill.id.not_in(reversed_ids)))


def _prices(session: Session, item_ids: Sequence[str]) -> Mapping[str, Sequence[Price]]:
    query = sa.select(FeePrice).where(FeePrice.item_id.in_(item_ids)).order_by(FeePrice.first_day)
    found: dict[str, list[Price]] = {}
    for row in session.scalars(query.execution_options(populate_existing=True)):
        found.setdefault(row.item_id, []).append(_price(row))
    return found


def _price(row: FeePrice) -> Price:
    return Price(row.id, Period(row.first_day, row.until), row.price_e4, row.clause)


def _terms(row: FeeItem, prices: Sequence[Price]) -> ItemTerms:
    return ItemTerms(
        row.id,
        row.name,
        Basis(row.basis),
        frozenset(row.kinds.split("\n")),
        frozenset(filter(None, row.buildings.split("\n"))),
        SplitBy(row.split_by),
        tuple(prices),
    )
