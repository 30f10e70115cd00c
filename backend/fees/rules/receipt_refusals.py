"""What is refused about receipts, and how it is told."""

from __future__ import annotations

from backend.kernel.refusal import NotFound, Refusal


class ReceiptNotOurs(NotFound):
    """A code that no key of ours signed. What is wrong with it is not told: it would help who forges."""

    code = "receipt-not-ours"
    title = "这不是本平台开出的收据"

    def __init__(self) -> None:
        super().__init__("验真码不完整或签名不符；请重新扫描收据上的二维码，仍不通过请勿凭此收据付款或入账")


class ReceiptNotInBooks(NotFound):
    """The signature holds, and the books have no such receipt: a restored backup, or a stolen key."""

    code = "receipt-not-in-books"
    title = "账上没有这张收据"

    def __init__(self) -> None:
        super().__init__("签名相符，但账上没有这张收据或内容不同；请保存收据并联系收款单位和小区业主委员会")


class ReceiptUnknown(NotFound):
    """The unit has no such receipt, or it is that of another holder."""

    code = "receipt-unknown"
    title = "没有这张收据"


class ReceiptSpent(Refusal):
    """More would be undone than a receipt is good for."""

    code = "receipt-spent"
    title = "收据的余额不足"


class ReceiptChecksLimited(Refusal):
    """Too many checks from one address within the hour."""

    code = "receipt-checks-limited"
    status = 429
    title = "查验过于频繁"
