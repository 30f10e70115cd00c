"""Who is told of bills, payments and refunds: those who pay, never anybody else."""

from __future__ import annotations

from datetime import timedelta

from backend.fees.models import ChargeRun, Payment, Refund
from backend.fees.rules.receipt_wording import day_in_words, period_in_words
from backend.fees.rules.values import Method
from backend.fees.rules.wording import BILLED, METHODS, PAID, REFUNDED
from backend.fees.service.clerk import Clerk
from backend.fees.service.handovers import handovers_of
from backend.identity import get_account, phone_of
from backend.kernel.money import format_fen
from backend.messages import notify, notify_owners
from backend.registry import community_names, get_unit, owners_of_units, phones_of_owners


def tell_of_run(clerk: Clerk, run: ChargeRun) -> None:
    """Have every owner of a community told that there are new bills; what they come to, the app says."""
    text = BILLED.format(
        community=community_names(clerk.session, [clerk.community_id])[clerk.community_id],
        period=period_in_words(run.first_day, run.until - timedelta(days=1)),
        due=day_in_words(run.due_day),
    )
    notify_owners(clerk.session, clerk.community_id, at=clerk.now, kind="fee-billed", text=text)


def tell_of_payment(clerk: Clerk, payment_id: int, payer_id: str | None = None) -> None:
    """Tell the holder, and the account that paid, that a payment is in the books."""
    payment = clerk.session.get_one(Payment, payment_id)
    _tell(clerk, payment, "fee-paid", PAID, payer_id)


def tell_of_refund(clerk: Clerk, refund: Refund, payer_id: str | None = None) -> None:
    """Tell the holder, and the account that had paid, that money has gone back."""
    _tell(clerk, refund, "fee-refunded", REFUNDED, payer_id)


def _tell(clerk: Clerk, money: Payment | Refund, kind: str, words: str, payer_id: str | None) -> None:
    text = words.format(
        label=get_unit(clerk.session, money.unit_id).label,
        amount=format_fen(money.amount_fen),
        method=METHODS[Method(money.method)],
    )
    link = f"community={clerk.community_id}&unit={money.unit_id}"
    for phone in _phones(clerk, money, payer_id):
        notify(clerk.session, clerk.house, phone=phone, kind=kind, text=text, important=False, link=link)


def _phones(clerk: Clerk, money: Payment | Refund, payer_id: str | None) -> dict[str, None]:
    """Return each phone once; a former holder is not in the registry any more."""
    session, house = clerk.session, clerk.house
    found: list[str] = []
    if payer_id is not None:
        found.append(phone_of(house, get_account(session, payer_id)))
    if money.tenure == len(handovers_of(session, money.unit_id)):
        owners = owners_of_units(session, [money.unit_id]).get(money.unit_id, ())
        found += phones_of_owners(session, house, owners)
    return dict.fromkeys(found)
