"""Our side of a comparison, and the bank's: what the books say of some days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Entry, Payment, Reconciliation, Refund
from backend.fees.rules.pay_refusals import BankFileRefused
from backend.fees.rules.reconciling import Line, Source, What, compare
from backend.fees.rules.sheets import CreditRow
from backend.fees.rules.values import Method
from backend.fees.service.clerk import Clerk
from backend.fees.service.differences import Look, keep_look
from backend.fees.service.journal import find_ledger
from backend.fees.service.refunds import state_of
from backend.fees.service.sheet_files import Upload
from backend.kernel.clock import CHINA

MOST_ERRORS = 100


def payments_between(
    session: Session, community_id: str, method: Method, first: date, last: date
) -> list[Line]:
    """Return the payments of some days that were not undone."""
    undone = sa.select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
    query = _payments(session, community_id, method).where(
        Entry.day.between(first, last), Payment.id.not_in(undone)
    )
    return [_payment_line(row) for row in session.execute(query)]


def payments_numbered(
    session: Session, community_id: str, method: Method, numbers: Sequence[str]
) -> list[Line]:
    """Return payments of these numbers, whatever their day."""
    undone = sa.select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
    query = _payments(session, community_id, method).where(
        Payment.reference.in_(numbers), Payment.id.not_in(undone)
    )
    return [_payment_line(row) for row in session.execute(query)]


def refunds_between(session: Session, community_id: str, first: date, last: date) -> list[Line]:
    """Return the refunds that the channel took on in some days."""
    since, until = (datetime.combine(day, time(), CHINA) for day in (first, last + timedelta(days=1)))
    query = sa.select(Refund).where(
        Refund.community_id == community_id,
        Refund.out_refund_no.is_not(None),
        Refund.accepted_at >= since,
        Refund.accepted_at < until,
    )
    return [_refund_line(refund) for refund in session.scalars(query)]


def refunds_numbered(session: Session, community_id: str, numbers: Sequence[str]) -> list[Line]:
    """Return refunds of these numbers at the channel, whatever their day."""
    query = sa.select(Refund).where(
        Refund.community_id == community_id,
        Refund.out_refund_no.in_(numbers),
        Refund.accepted_at.is_not(None),
    )
    return [_refund_line(refund) for refund in session.scalars(query)]


def reconcile_bank(clerk: Clerk, upload: Upload) -> Reconciliation | None:
    """Compare the transfers in the books with what a bank's list says that it credited.

    The days compared are those from the list's first to its last; a transfer is known by its slip's number.

    Raises:
        BankFileRefused: rows that cannot be read, each with what is wrong.
    """
    if upload.errors:
        errors: list[dict[str, object]] = [
            {"row": one.row, "column": one.column, "code": one.code, "detail": one.detail}
            for one in upload.errors[:MOST_ERRORS]
        ]
        raise BankFileRefused("清单中有无法识别的行，未对账；请按提示修改后重新上传", errors=errors)
    credits_ = [row for row in upload.rows if isinstance(row, CreditRow)]
    theirs = [Line(What.PAYMENT, row.number, row.amount_fen, row.day) for row in credits_]
    first, last = min(line.day for line in theirs), max(line.day for line in theirs)
    ours = _with_numbered(clerk, theirs, first, last)
    look = Look(Source.BANK, first, last, clerk.community_id, clerk.account_id)
    row = keep_look(clerk.session, clerk.house, look, ours, theirs, compare(ours, theirs))
    clerk.record("bank-reconciled", f"community:{clerk.community_id}", {"rows": len(theirs)})
    return row


def _with_numbered(clerk: Clerk, theirs: Sequence[Line], first: date, last: date) -> list[Line]:
    """Return our transfers of the days, and those of other days that the bank names."""
    session, community = clerk.session, clerk.community_id
    ours = payments_between(session, community, Method.TRANSFER, first, last)
    numbers = sorted({line.number for line in theirs} - {line.number for line in ours})
    for start in range(0, len(numbers), 500):
        ours += payments_numbered(session, community, Method.TRANSFER, numbers[start : start + 500])
    return ours


def _payments(session: Session, community_id: str, method: Method) -> sa.Select[str, int, date]:
    ledger_id = find_ledger(session, community_id)
    query = sa.select(Payment.reference, Payment.amount_fen, Entry.day).join(Entry, Entry.id == Payment.id)
    return query.where(Entry.ledger_id == ledger_id, Payment.method == method.value)


def _payment_line(row: sa.Row[str, int, date]) -> Line:
    return Line(What.PAYMENT, row.reference, row.amount_fen, row.day)


def _refund_line(refund: Refund) -> Line:
    assert refund.accepted_at is not None  # of those that were asked for here
    day = refund.accepted_at.astimezone(CHINA).date()
    return Line(What.REFUND, refund.out_refund_no or "", refund.amount_fen, day, state_of(refund).value)
