"""What paying by WeChat, refunding and reconciling refuse, and how it is told."""

from __future__ import annotations

from backend.kernel.refusal import BadInput, Forbidden, NotFound, Refusal


class WechatPayOff(NotFound):
    """The server has no merchant account."""

    code = "wechatpay-off"
    title = "本服务器没有接通微信支付"


class WechatNotLinked(Refusal):
    """Whoever would pay inside WeChat has no mini-program linked to the account."""

    code = "wechat-payer-unlinked"
    title = "账号没有绑定微信"


class OrderUnknown(NotFound):
    """No such order of this person."""

    code = "pay-order-unknown"
    title = "没有这笔支付订单"


class OrderRefused(BadInput):
    """An order that asks for what cannot be."""

    code = "pay-order-refused"
    title = "支付订单填写有误"


class NothingOwed(Refusal):
    """The bills named are settled or undone."""

    code = "nothing-owed"
    title = "所选账单已结清"


class OrderInTheWay(Refusal):
    """Another order for the same bills could not be closed just now."""

    code = "pay-order-in-the-way"
    title = "同一账单另有未完成的支付"


class CodeMissing(Refusal):
    """The order has no code to be scanned: it is paid inside WeChat, is over, or is not placed yet."""

    code = "pay-code-missing"
    title = "这笔订单没有可扫的付款码"


class ChannelOrderUnknown(NotFound):
    """The channel tells of an order or a refund that is none of ours."""

    code = "channel-order-unknown"
    title = "微信支付通知的订单不在本系统中"


class PaidOtherwise(Refusal):
    """The channel states another payment of an order that is paid already."""

    code = "channel-paid-otherwise"
    title = "同一订单出现了两笔微信支付"


class RefundedElsewhere(Refusal):
    """The channel states that an order was paid and refunded, neither of which we know."""

    code = "channel-refunded-elsewhere"
    title = "订单在商户平台上已退款"


class RefundEndedOtherwise(Refusal):
    """The channel states another end of a refund than it did before, or one that nobody approved."""

    code = "channel-refund-otherwise"
    title = "微信支付的退款结果前后不一致"


class ChannelPaymentStands(Refusal):
    """A payment that the channel made cannot be undone in the books alone."""

    code = "channel-payment-stands"
    title = "微信支付的收款不能冲销"


class PaymentRefunded(Refusal):
    """A payment of which something was, or is to be, given back."""

    code = "payment-refunded"
    title = "这笔收款已有退款"


class PaymentUnknown(NotFound):
    """No such payment here."""

    code = "payment-unknown"
    title = "没有这笔收款"


class RefundUnknown(NotFound):
    """No such refund here."""

    code = "refund-unknown"
    title = "没有这笔退款"


class RefundRefused(BadInput):
    """A refund that cannot be like this."""

    code = "refund-refused"
    title = "退款填写有误"


class RefundTooLarge(Refusal):
    """More than is left of the payment, or of the holder's free prepayment."""

    code = "refund-too-large"
    title = "退款金额超过可退金额"


class RefundDecided(Refusal):
    """A refund that is past the step asked for."""

    code = "refund-not-at-this-step"
    title = "退款已不在这一步"


class SelfApproval(Forbidden):
    """Whoever proposed a refund, or would receive it, decides on it."""

    code = "self-approval"
    title = "不能审批自己提出的退款"


class IncidentUnknown(NotFound):
    """No such incident of the channel here."""

    code = "channel-incident-unknown"
    title = "没有这条异常"


class DifferenceUnknown(NotFound):
    """No such difference here."""

    code = "difference-unknown"
    title = "没有这条差异"


class ReconcileDayRefused(BadInput):
    """A day that has not ended, or is too old for the channel to have its bill."""

    code = "reconcile-day-refused"
    title = "对账日期有误"


class BankFileRefused(BadInput):
    """A file that is no list of what the bank credited."""

    code = "bank-file-refused"
    title = "文件不是银行收款清单"
