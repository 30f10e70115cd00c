"""Making receipts: in the same writing as the entry behind them, so that neither is there without the other.

The journal holds its ledger's row, so numbers follow each other without gaps: a number that was taken and not
written is taken again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from backend.fees.models import Bill, FeeItem, Payment, Receipt
from backend.fees.rules.periods import Period
from backend.fees.rules.receipt_refusals import ReceiptSpent
from backend.fees.rules.receipt_wording import FORMER_HOLDER
from backend.fees.rules.receipts import (
    STATEMENT,
    Details,
    Facts,
    Number,
    ReceiptKind,
    ReceiptLine,
    digest_of,
    mask_unit,
    year_of,
)
from backend.fees.rules.settling import Step
from backend.fees.service.handovers import handovers_of
from backend.fees.service.journal import Journal, Row, in_parts
from backend.kernel.money import format_fen
from backend.registry import bodies_of, community_names, get_unit, masked_owners, organisation_names
from backend.sealing.signing import sign

SALT_BYTES = 16


def issue_receipt(journal: Journal, payment: Row, steps: Sequence[Step]) -> str:
    """Make the receipt of a payment that is being entered, and return its number.

    `payment` is the row of the payment, `steps` what it settles.
    """
    parts: dict[int, int] = {}
    for move in (move for step in steps for move in step.moves):
        if move.bill_id is not None:
            parts[move.bill_id] = parts.get(move.bill_id, 0) - move.amount_fen
    details = _details(
        journal,
        payment,
        day=steps[0].day,
        lines=_lines(journal, parts),
        prepaid_fen=int(payment["amount_fen"]) - sum(parts.values()),
    )
    return _issue(
        journal, ReceiptKind.RECEIPT, payment, int(payment["id"]), int(payment["amount_fen"]), details
    )


def counter_receipt(journal: Journal, payment_id: int, entry_id: int, amount_fen: int) -> str | None:
    """Make the counter-receipt of a refund that is being entered; None where the payment has no receipt.

    `amount_fen` is what is given back, above zero; `entry_id` the refund's entry.

    Raises:
        ReceiptSpent: more than the receipt is still good for.
    """
    return _undo(journal, ReceiptKind.REFUND, payment_id, entry_id, amount_fen, "")


def void_receipt(journal: Journal, payment_id: int, entry_id: int, reason: str) -> str | None:
    """Make the counter-receipt of a payment that is being reversed; None where it has no receipt.

    Raises:
        ReceiptSpent: a part of the payment was given back; what is left is refunded, not reversed.
    """
    amount_fen = journal.clerk.session.get_one(Payment, payment_id).amount_fen
    return _undo(journal, ReceiptKind.VOID, payment_id, entry_id, amount_fen, reason)


def _undo(
    journal: Journal, kind: ReceiptKind, payment_id: int, entry_id: int, amount_fen: int, reason: str
) -> str | None:
    session = journal.clerk.session
    query = sa.select(Receipt).where(Receipt.payment_id == payment_id)
    made = list(session.scalars(query.order_by(Receipt.serial)))
    first = next((one for one in made if one.kind == ReceiptKind.RECEIPT), None)
    if first is None:
        return None
    unwritten = [row for row in journal.added_beside(Receipt) if row["payment_id"] == payment_id]
    left = sum(one.amount_fen for one in made) + sum(row["amount_fen"] for row in unwritten)
    if not 0 < amount_fen <= left:
        raise ReceiptSpent(
            f"收据 {first.number} 只余 {format_fen(left)} 元可退，不足 {format_fen(amount_fen)} 元；"
            "已部分退款的收款不能整笔冲销，请将余额退款"
        )
    payment = _values(session.get_one(Payment, payment_id))
    details = _details(journal, payment, day=journal.clerk.today, undoes=first.number, reason=reason)
    return _issue(journal, kind, payment, entry_id, -amount_fen, details)


def _values(payment: Payment) -> Row:
    return {column.name: getattr(payment, column.name) for column in Payment.__table__.columns}


def _details(  # noqa: PLR0913  (the parts of a document)
    journal: Journal,
    payment: Row,
    *,
    day: date,
    lines: Sequence[ReceiptLine] = (),
    prepaid_fen: int = 0,
    undoes: str = "",
    reason: str = "",
) -> Details:
    clerk = journal.clerk
    session, community_id = clerk.session, clerk.community_id
    firm = bodies_of(session, community_id).firm
    return Details(
        community=community_names(session, [community_id])[community_id],
        firm=organisation_names(session, [firm])[firm] if firm else "",
        unit=get_unit(session, payment["unit_id"]).label,
        payer=_payer(journal, payment["unit_id"], payment["tenure"]),
        method=payment["method"],
        day=day,
        lines=tuple(lines),
        prepaid_fen=prepaid_fen,
        undoes=undoes,
        reason=reason,
        salt=secrets.token_hex(SALT_BYTES),
    )


def _payer(journal: Journal, unit_id: str, tenure: int) -> str:
    """Return the owners, masked; the register knows the present ones only."""
    clerk = journal.clerk
    if tenure != len(handovers_of(clerk.session, unit_id)):
        return FORMER_HOLDER
    return "、".join(masked_owners(clerk.session, clerk.house, unit_id))


def _lines(journal: Journal, parts: Mapping[int, int]) -> list[ReceiptLine]:
    session, found = journal.clerk.session, []
    for some in in_parts(parts):
        query = (
            sa.select(Bill.id, FeeItem.name, Bill.first_day, Bill.until)
            .join(FeeItem, FeeItem.id == Bill.item_id)
            .where(Bill.id.in_(some))
            .order_by(Bill.first_day, Bill.id)
        )
        for row in session.execute(query):
            period = Period(row.first_day, row.until)
            found.append(ReceiptLine(row.name, period.first, period.last, parts[row.id]))
    return found


def _issue(
    journal: Journal, kind: ReceiptKind, payment: Row, entry_id: int, amount_fen: int, details: Details
) -> str:
    house, at = journal.clerk.house, journal.clerk.now.replace(microsecond=0)
    facts = Facts(
        number=_next_number(journal, at),
        kind=kind,
        amount_fen=amount_fen,
        at=at,
        unit=mask_unit(get_unit(journal.clerk.session, payment["unit_id"]).building),
        details=digest_of(details.text),
        drill=house.is_drill,
        key=house.receipt_keys.id,
    )
    row = {
        "number": facts.number.text,
        "ledger_id": facts.number.ledger,
        "year": facts.number.year,
        "serial": facts.number.serial,
        "kind": kind.value,
        "payment_id": payment["id"],
        "entry_id": entry_id,
        "undoes": details.undoes or None,
        "amount_fen": amount_fen,
        "issued_at": at,
        "facts": facts.text,
        "details": details.text,
        "signature": sign(house.receipt_keys.signing, STATEMENT, facts.document()),
    }
    journal.add_beside(Receipt, row)
    return facts.number.text


def _next_number(journal: Journal, at: datetime) -> Number:
    ledger, year = journal.ledger_id, year_of(at)
    query = sa.select(sa.func.max(Receipt.serial)).where(Receipt.ledger_id == ledger, Receipt.year == year)
    taken = [row["serial"] for row in journal.added_beside(Receipt) if row["year"] == year]
    written = journal.clerk.session.scalar(query) or 0
    return Number(ledger, year, max([written, *taken]) + 1)
