"""What may go wrong with the payment channel, each with a stable code.

The families tell a caller what it knows: `Unproven` (nobody may believe these bytes), `FactsDiffer` (true,
but not what was ordered), `NotSent` (nothing happened), `OutcomeUnknown` (ask again, by query),
`ChannelRefused` (WeChat Pay said no, and signed it). Headers, keys and bodies never stand in a message.
"""

from __future__ import annotations

from backend.kernel.refusal import BadInput, Refusal


class WechatPayRefusal(Refusal):
    """Base of everything that the payment channel refuses or fails at."""

    code = "wechatpay"
    status = 502
    title = "微信支付没有成功"


class PaymentKeysUnusable(RuntimeError):
    """A key file of WeChat Pay is missing, damaged or open to others: the server must not start with it."""


class Unproven(WechatPayRefusal):
    """Bytes that claim to come from WeChat Pay and do not prove it; nothing in them may be believed."""

    code = "wechatpay-unproven"
    status = 401
    title = "无法证明消息来自微信支付"


class HeaderMissing(Unproven):
    """One of the four headers that carry the proof is absent or empty."""

    code = "wechatpay-header-missing"
    title = "缺少微信支付的签名信息"


class HeaderRepeated(Unproven):
    """A header of the proof stands twice, so that two readers could take different ones."""

    code = "wechatpay-header-repeated"
    title = "微信支付的签名信息重复"


class HeaderMalformed(Unproven):
    """A header of the proof holds what it cannot hold, such as a line break in the nonce."""

    code = "wechatpay-header-malformed"
    title = "微信支付的签名信息格式不对"


class SignatureTypeUnknown(Unproven):
    """Signed by an algorithm other than RSA with SHA-256."""

    code = "wechatpay-signature-type"
    title = "不支持的微信支付签名方式"


class SerialUnknown(Unproven):
    """Signed with a platform certificate or public key that this server was not given."""

    code = "wechatpay-serial-unknown"
    title = "不认识的微信支付证书或公钥"


class CertificateNotValid(Unproven):
    """Signed with a platform certificate before or after its period."""

    code = "wechatpay-certificate-not-valid"
    title = "微信支付平台证书不在有效期内"


class TimestampOutside(Unproven):
    """Signed 300 seconds or more away from our clock: a replay, or one of the two clocks is wrong."""

    code = "wechatpay-timestamp"
    title = "微信支付消息的时间与本机相差过大"


class SignatureWrong(Unproven):
    """The signature is not one over these bytes."""

    code = "wechatpay-signature-wrong"
    title = "微信支付的签名不对"


class SignatureProbe(SignatureWrong):
    """WeChat Pay's own probe, a signature wrong on purpose; it must be refused, and needs no alarm."""

    code = "wechatpay-signature-probe"
    title = "微信支付的验签探测"


class NoticeMalformed(WechatPayRefusal):
    """A proven notice that is not of the published form."""

    code = "wechatpay-notice-malformed"
    status = 400
    title = "微信支付通知的格式不对"


class DecryptionFailed(WechatPayRefusal):
    """The resource does not open with our APIv3 key: another key, or changed bytes."""

    code = "wechatpay-decryption"
    status = 400
    title = "微信支付通知无法解密"


class FactsDiffer(WechatPayRefusal):
    """Proven, and not what was ordered: it must be recorded and looked into, and never settle a bill."""

    code = "wechatpay-facts-differ"
    status = 409
    title = "微信支付的结果与订单不一致"


class WrongMerchant(FactsDiffer):
    """Paid to another merchant."""

    code = "wechatpay-wrong-merchant"
    title = "收款商户号不一致"


class WrongApp(FactsDiffer):
    """Ordered for another app."""

    code = "wechatpay-wrong-app"
    title = "应用编号不一致"


class WrongOrder(FactsDiffer):
    """About another order or refund than the one at hand."""

    code = "wechatpay-wrong-order"
    title = "订单号不一致"


class WrongAmount(FactsDiffer):
    """Another amount than ordered, or none at all."""

    code = "wechatpay-wrong-amount"
    title = "金额不一致"


class WrongCurrency(FactsDiffer):
    """Another currency than CNY, or none at all."""

    code = "wechatpay-wrong-currency"
    title = "币种不一致"


class NotPaid(FactsDiffer):
    """The transaction is not in the state SUCCESS."""

    code = "wechatpay-not-paid"
    title = "尚未支付成功"


class NotSent(WechatPayRefusal):
    """No connection came about, so nothing was sent and nothing happened; the call may be repeated."""

    code = "wechatpay-not-sent"
    status = 503
    title = "暂时连接不上微信支付"


class OutcomeUnknown(WechatPayRefusal):
    """The call may have taken effect. The only way to know is to query by the same number."""

    code = "wechatpay-outcome-unknown"
    title = "微信支付的结果尚不明确"


class AnswerMissing(OutcomeUnknown):
    """The request was sent and no whole answer came in time."""

    code = "wechatpay-answer-missing"
    status = 504
    title = "微信支付没有及时答复"


class AnswerUnproven(OutcomeUnknown):
    """An answer came that does not prove to be WeChat Pay's; the cause is the `Unproven` that says why."""

    code = "wechatpay-answer-unproven"
    title = "微信支付的答复核验不通过"


class AnswerMalformed(OutcomeUnknown):
    """A proven answer that is not of the published form, is too long, or is about something else."""

    code = "wechatpay-answer-malformed"
    title = "微信支付的答复格式不对"


class ChannelFailed(OutcomeUnknown):
    """WeChat Pay says that it failed inside (SYSTEM_ERROR or a status from 500)."""

    code = "wechatpay-system-error"
    title = "微信支付系统繁忙"


class ChannelRefused(WechatPayRefusal):
    """WeChat Pay refused, and signed the refusal.

    Attributes:
        channel_code: the word it gave, such as PARAM_ERROR.
    """

    code = "wechatpay-refused"
    title = "微信支付拒绝了请求"

    def __init__(self, channel_code: str, message: str) -> None:
        self.channel_code = channel_code
        super().__init__(f"{self.title}（{channel_code}：{message}）")


class ResourceUnknown(ChannelRefused):
    """WeChat Pay knows no such order or refund."""

    code = "wechatpay-resource-unknown"
    status = 404
    title = "微信支付没有这笔订单或退款"


class OrderPaid(ChannelRefused):
    """The order is paid already: query it instead of ordering again."""

    code = "wechatpay-order-paid"
    status = 409
    title = "订单已经支付"


class OrderClosed(ChannelRefused):
    """The order was closed: a new number is needed."""

    code = "wechatpay-order-closed"
    status = 409
    title = "订单已经关闭"


class TradeNumberUsed(ChannelRefused):
    """The number was used with other terms."""

    code = "wechatpay-number-used"
    status = 409
    title = "商户订单号已用于另一笔订单"


class NotEnough(ChannelRefused):
    """The merchant's account cannot cover the refund."""

    code = "wechatpay-not-enough"
    status = 409
    title = "商户余额不足，无法退款"


class TooFrequent(ChannelRefused):
    """Asked too often; later it may be asked again."""

    code = "wechatpay-too-frequent"
    status = 503
    title = "请求微信支付过于频繁"


class SignatureRefused(ChannelRefused):
    """WeChat Pay does not accept our signature: merchant number, serial or key do not belong together."""

    code = "wechatpay-sign-error"
    title = "微信支付不认可本机的签名"


class BillNotReady(ChannelRefused):
    """No bill for that day, or not yet: bills come on the next day after 10 o'clock."""

    code = "wechatpay-bill-not-ready"
    status = 404
    title = "该日账单尚未生成"


class BillUnusable(WechatPayRefusal):
    """A bill file that cannot be relied on."""

    code = "wechatpay-bill-unusable"
    title = "微信支付账单文件无法使用"


class BillHashWrong(BillUnusable):
    """The file is not the one whose digest WeChat Pay signed."""

    code = "wechatpay-bill-hash"
    title = "微信支付账单文件校验不通过"


class BillMalformed(BillUnusable):
    """The file is not of the published form, or its summary does not agree with its rows."""

    code = "wechatpay-bill-malformed"
    title = "微信支付账单文件格式不对"


class OrderMalformed(BadInput):
    """An order or refund that WeChat Pay would not take; found before anything is sent."""

    code = "wechatpay-order-malformed"
    title = "支付订单的内容不符合要求"


REFUSED: dict[str, type[ChannelRefused]] = {
    "ORDER_NOT_EXIST": ResourceUnknown,
    "ORDERNOTEXIST": ResourceUnknown,
    "RESOURCE_NOT_EXISTS": ResourceUnknown,
    "ORDERPAID": OrderPaid,
    "ORDER_CLOSED": OrderClosed,
    "ORDERCLOSED": OrderClosed,
    "OUT_TRADE_NO_USED": TradeNumberUsed,
    "NOT_ENOUGH": NotEnough,
    "NOTENOUGH": NotEnough,
    "FREQUENCY_LIMITED": TooFrequent,
    "FREQUENCY_LIMIT_EXCEED": TooFrequent,
    "RATELIMIT_EXCEEDED": TooFrequent,
    "SIGN_ERROR": SignatureRefused,
    "NO_STATEMENT_EXIST": BillNotReady,
    "STATEMENT_CREATING": BillNotReady,
}
"""Which refusal each word of WeChat Pay becomes; both spellings are in use."""
