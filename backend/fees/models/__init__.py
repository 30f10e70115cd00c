"""Tables of fees. Journal entries and postings are only ever inserted; the database refuses anything else."""

from __future__ import annotations

from backend.fees.models.arrears import ArrearsCase, ArrearsEvent, ArrearsTerms
from backend.fees.models.charging import ChargeRun, FeeItem, FeePrice, Handover, SharedCost
from backend.fees.models.ledger import Account, Bill, Entry, Ledger, LedgerCheck, Payment, Posting
from backend.fees.models.meters import BilledReading, Meter, Reading
from backend.fees.models.orders import ChannelIncident, ChannelNotice, PayOrder, PayOrderBill
from backend.fees.models.receipts import Receipt, ReceiptCheck
from backend.fees.models.reconciling import ChannelDay, Difference, Reconciliation
from backend.fees.models.refunds import Refund
from backend.fees.models.viewing import FeeAuthorisation, TitleAnswer

__all__ = [
    "Account",
    "ArrearsCase",
    "ArrearsEvent",
    "ArrearsTerms",
    "Bill",
    "BilledReading",
    "ChannelDay",
    "ChannelIncident",
    "ChannelNotice",
    "ChargeRun",
    "Difference",
    "Entry",
    "FeeAuthorisation",
    "FeeItem",
    "FeePrice",
    "Handover",
    "Ledger",
    "LedgerCheck",
    "Meter",
    "PayOrder",
    "PayOrderBill",
    "Payment",
    "Posting",
    "Reading",
    "Receipt",
    "ReceiptCheck",
    "Reconciliation",
    "Refund",
    "SharedCost",
    "TitleAnswer",
]
