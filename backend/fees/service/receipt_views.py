"""Who sees which receipts: the firm all of them; who sees an account, those of it; anybody, by a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Ledger, Payment, Receipt, ReceiptCheck
from backend.fees.rules.receipt_codes import verify_code, write_code
from backend.fees.rules.receipt_refusals import ReceiptChecksLimited, ReceiptNotInBooks, ReceiptUnknown
from backend.fees.rules.receipts import Details, Facts, ReceiptKind, ReceiptState, state_of
from backend.fees.service.access import viewer_of
from backend.fees.service.clerk import clerk_of
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor

CHECKS_PER_ADDRESS = 300
"""So many codes may be checked from one address within the hour; many phones may share one address."""
WINDOW = timedelta(hours=1)
_ADDRESS = "receipt-check.address"


@dataclass(frozen=True, slots=True)
class Counter:
    """A receipt that undoes another one; its amount is below zero."""

    number: str
    kind: ReceiptKind
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt as it stands now. `left_fen` is what it is still good for; `url` is in its QR code."""

    facts: Facts
    details: Details
    counters: Sequence[Counter]
    state: ReceiptState
    left_fen: int
    payment_id: int
    signature: str
    code: str
    url: str

    @property
    def number(self) -> str:
        """Return the number as it is printed."""
        return self.facts.number.text


def receipts_of_unit(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str, *, cursor: str | None
) -> Page[ReceiptView]:
    """Return a page of a unit's receipts, the newest first.

    Raises:
        As `access.viewer_of`.
        CursorRefused: what it says.
    """
    tenure = viewer_of(session, house, actor, community_id, unit_id).tenure
    return _page(session, house, _of_unit(unit_id, tenure), cursor)


def receipts_of_community(
    session: Session, house: House, actor: Actor, community_id: str, *, cursor: str | None
) -> Page[ReceiptView]:
    """Return a page of a community's receipts, the newest first (firm).

    Raises:
        RoleMissing: not on the staff of its firm.
        CommunityUnknown, CursorRefused: what it says.
    """
    clerk_of(session, house, actor, community_id)
    ledger = sa.select(Ledger.id).where(Ledger.community_id == community_id)
    return _page(session, house, Receipt.ledger_id.in_(ledger), cursor)


def get_receipt(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str, number: str
) -> ReceiptView:
    """Return a receipt of a unit.

    Raises:
        ReceiptUnknown: the unit has none of this number, or not in the asker's time.
        As `access.viewer_of`.
    """
    tenure = viewer_of(session, house, actor, community_id, unit_id).tenure
    row = session.scalar(sa.select(Receipt).where(Receipt.number == number, _of_unit(unit_id, tenure)))
    if row is None:
        raise ReceiptUnknown("这套房屋没有这个编号的收据；请核对编号")
    return _views(session, house, [row])[0]


def count_check(session: Session, house: House, address: str) -> None:
    """Count a check of a code against where it came from; forget those of more than an hour ago.

    Raises:
        ReceiptChecksLimited: too many within the hour.
    """
    now = house.clock()
    hashed = house.fields.lookup_hash(_ADDRESS, address)
    session.execute(sa.delete(ReceiptCheck).where(ReceiptCheck.at <= now - WINDOW))
    counted = sa.select(sa.func.count()).where(ReceiptCheck.address == hashed)
    if (session.scalar(counted) or 0) >= CHECKS_PER_ADDRESS:
        raise ReceiptChecksLimited("这个网络地址一小时内查验的收据过多；请稍后再试")
    session.add(ReceiptCheck(address=hashed, at=now))


def checked_receipt(session: Session, house: House, code: str) -> ReceiptView:
    """Return the receipt that a code proves. Only masked facts of it may be shown to whoever has the code.

    Raises:
        ReceiptNotOurs: no code of ours.
        ReceiptNotInBooks: signed, and not to be found as it says.
    """
    facts = verify_code(code, house.receipt_keys.public)
    row = session.get(Receipt, facts.number.text)
    if row is None or row.facts != facts.text:
        raise ReceiptNotInBooks
    return _views(session, house, [row])[0]


def _of_unit(unit_id: str, tenure: int | None) -> sa.ColumnElement[bool]:
    payments = sa.select(Payment.id).where(Payment.unit_id == unit_id)
    if tenure is not None:
        payments = payments.where(Payment.tenure == tenure)
    return Receipt.payment_id.in_(payments)


def _page(
    session: Session, house: House, condition: sa.ColumnElement[bool], cursor: str | None
) -> Page[ReceiptView]:
    query = sa.select(Receipt).where(condition)
    if cursor:
        at, number = read_cursor(cursor)
        here = sa.and_(Receipt.issued_at == at, Receipt.number < number)
        query = query.where(sa.or_(Receipt.issued_at < at, here))
    query = query.order_by(Receipt.issued_at.desc(), Receipt.number.desc()).limit(PAGE + 1)
    rows = session.scalars(query).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(_views(session, house, rows[:PAGE]), cursor_of(last.issued_at, last.number) if last else None)


def _views(session: Session, house: House, rows: Sequence[Receipt]) -> list[ReceiptView]:
    counters = _counters(session, rows)
    return [_view(house, row, counters.get(row.number, ())) for row in rows]


def _counters(session: Session, rows: Sequence[Receipt]) -> Mapping[str, Sequence[Counter]]:
    query = sa.select(Receipt).where(Receipt.undoes.in_([row.number for row in rows]))
    found: dict[str, list[Counter]] = {}
    for row in session.scalars(query.order_by(Receipt.issued_at, Receipt.number)):
        one = Counter(row.number, ReceiptKind(row.kind), row.amount_fen, row.issued_at)
        found.setdefault(str(row.undoes), []).append(one)
    return found


def _view(house: House, row: Receipt, counters: Sequence[Counter]) -> ReceiptView:
    facts, sums = Facts.read(row.facts), dict.fromkeys(ReceiptKind, 0)
    for one in counters:
        sums[one.kind] += one.amount_fen
    code = write_code(facts, row.signature)
    return ReceiptView(
        facts=facts,
        details=Details.read(row.details),
        counters=counters,
        state=state_of(facts.kind, row.amount_fen, sums),
        left_fen=row.amount_fen + sum(sums.values()),
        payment_id=row.payment_id,
        signature=row.signature,
        code=code,
        url=f"{house.settings.public_url}/r/{code}",
    )
