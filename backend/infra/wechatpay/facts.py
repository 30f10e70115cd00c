"""What WeChat Pay states about a payment or a refund, and how it is held against what was ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.infra.wechatpay.errors import (
    NotPaid,
    WrongAmount,
    WrongApp,
    WrongCurrency,
    WrongMerchant,
    WrongOrder,
)
from backend.infra.wechatpay.reading import Fields

CURRENCY = "CNY"


class TradeState(StrEnum):
    """Where a transaction stands; only SUCCESS means that the money came."""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"


class RefundState(StrEnum):
    """Where a refund stands. ABNORMAL: the payer's card takes no money, so staff must act by hand."""

    SUCCESS = "SUCCESS"
    PROCESSING = "PROCESSING"
    CLOSED = "CLOSED"
    ABNORMAL = "ABNORMAL"


@dataclass(frozen=True, slots=True)
class Transaction:
    """A payment as WeChat Pay states it, in a notice or in the answer to a query.

    Attributes:
        transaction_id: WeChat Pay's number; empty until something was paid.
        state_text: WeChat Pay's own words on the state.
        success_time: when it was paid, in UTC.
        total_fen: what was ordered; None when WeChat Pay does not say, as for an order nobody paid.
        payer_total_fen: what the payer paid after coupons.
    """

    mchid: str
    appid: str
    out_trade_no: str
    transaction_id: str
    state: TradeState
    state_text: str
    trade_type: str
    bank_type: str
    attach: str
    openid: str
    success_time: datetime | None
    total_fen: int | None
    payer_total_fen: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as WeChat Pay states it, in a notice or in an answer.

    Attributes:
        mchid: the merchant; empty in answers, which do not name it.
        refund_id: WeChat Pay's number.
        received_by: the account that gets the money, in WeChat Pay's words.
        success_time: when the money arrived, in UTC.
        total_fen: the order's amount.
        refund_fen: what is given back of it.
        payer_refund_fen: what the payer gets, coupons left out.
        currency: empty in notices, which do not name it.
    """

    mchid: str
    out_trade_no: str
    transaction_id: str
    out_refund_no: str
    refund_id: str
    state: RefundState
    received_by: str
    success_time: datetime | None
    total_fen: int
    refund_fen: int
    payer_refund_fen: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What we ordered, to be held against what WeChat Pay states; the amount is in fen."""

    mchid: str
    appid: str
    out_trade_no: str
    amount_fen: int


def read_transaction(fields: Fields) -> Transaction:
    """Read a payment.

    Raises:
        NotAsPublished: a field that must be there is not, or is of another kind.
    """
    amount = fields.object_if_any("amount")
    return Transaction(
        mchid=fields.text("mchid"),
        appid=fields.text("appid"),
        out_trade_no=fields.text("out_trade_no"),
        transaction_id=fields.text_if_any("transaction_id"),
        state=fields.word("trade_state", TradeState),
        state_text=fields.text_if_any("trade_state_desc"),
        trade_type=fields.text_if_any("trade_type"),
        bank_type=fields.text_if_any("bank_type"),
        attach=fields.text_if_any("attach"),
        openid=fields.object_if_any("payer").text_if_any("openid"),
        success_time=fields.instant_if_any("success_time"),
        total_fen=amount.fen_if_any("total"),
        payer_total_fen=amount.fen_if_any("payer_total"),
        currency=amount.text_if_any("currency"),
    )


def read_refund(fields: Fields, *, state_name: str = "status") -> Refund:
    """Read a refund; answers call its state `status`, notices `refund_status`.

    Raises:
        NotAsPublished: a field that must be there is not, or is of another kind.
    """
    amount = fields.object("amount")
    return Refund(
        mchid=fields.text_if_any("mchid"),
        out_trade_no=fields.text("out_trade_no"),
        transaction_id=fields.text("transaction_id"),
        out_refund_no=fields.text("out_refund_no"),
        refund_id=fields.text("refund_id"),
        state=fields.word(state_name, RefundState),
        received_by=fields.text_if_any("user_received_account"),
        success_time=fields.instant_if_any("success_time"),
        total_fen=amount.fen("total"),
        refund_fen=amount.fen("refund"),
        payer_refund_fen=amount.fen_if_any("payer_refund"),
        currency=amount.text_if_any("currency"),
    )


def check_payment(paid: Transaction, expected: Expected) -> None:
    """Refuse a payment that is not the one we ordered; without this check no bill may be settled.

    Raises:
        FactsDiffer: by its subclass, what differs: merchant, app, order, amount, currency or state.
    """
    if paid.mchid != expected.mchid:
        raise WrongMerchant(f"微信支付称收款商户号为 {paid.mchid}，本机商户号为 {expected.mchid}")
    if paid.appid != expected.appid:
        raise WrongApp(f"微信支付称应用编号为 {paid.appid}，下单时为 {expected.appid}")
    if paid.out_trade_no != expected.out_trade_no:
        raise WrongOrder(f"微信支付答复的是订单 {paid.out_trade_no}，应为 {expected.out_trade_no}")
    if paid.total_fen != expected.amount_fen:
        raise WrongAmount(f"微信支付称订单金额为 {paid.total_fen} 分，下单时为 {expected.amount_fen} 分")
    if paid.currency != CURRENCY:
        raise WrongCurrency(f"微信支付称币种为 {paid.currency or '空'}，应为 {CURRENCY}")
    if paid.state is not TradeState.SUCCESS or not paid.transaction_id or paid.success_time is None:
        raise NotPaid(f"订单 {paid.out_trade_no} 的状态为 {paid.state}")


def check_refund(refund: Refund, expected: Expected, *, out_refund_no: str, refund_fen: int) -> None:
    """Refuse a refund that is not the one we asked for; its state is for the caller to read.

    Raises:
        FactsDiffer: by its subclass, what differs: merchant, order, refund number, amount or currency.
    """
    if refund.mchid not in {"", expected.mchid}:
        raise WrongMerchant(f"微信支付称退款商户号为 {refund.mchid}，本机商户号为 {expected.mchid}")
    if (refund.out_trade_no, refund.out_refund_no) != (expected.out_trade_no, out_refund_no):
        raise WrongOrder(f"微信支付答复的是退款 {refund.out_refund_no}，应为 {out_refund_no}")
    if (refund.total_fen, refund.refund_fen) != (expected.amount_fen, refund_fen):
        raise WrongAmount(
            f"微信支付称订单 {refund.total_fen} 分、退款 {refund.refund_fen} 分，"
            f"应为 {expected.amount_fen} 分、{refund_fen} 分"
        )
    if refund.currency not in {"", CURRENCY}:
        raise WrongCurrency(f"微信支付称退款币种为 {refund.currency}，应为 {CURRENCY}")
