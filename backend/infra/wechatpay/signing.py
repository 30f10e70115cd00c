"""Signatures of WeChat Pay API v3: those we make, and those we must check before believing a byte.

A request is signed over method, target, timestamp, nonce and body; an answer or a notice over timestamp,
nonce and body; each part ends with a line feed. The signature is RSA PKCS#1 v1.5 with SHA-256, in base64.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from backend.infra.wechatpay.errors import (
    CertificateNotValid,
    HeaderMalformed,
    HeaderMissing,
    HeaderRepeated,
    SerialUnknown,
    SignatureProbe,
    SignatureTypeUnknown,
    SignatureWrong,
    TimestampOutside,
)

ALGORITHM = "WECHATPAY2-SHA256-RSA2048"
WINDOW = timedelta(seconds=300)
"""A message signed this long before or after our time, or longer, is refused: it may be a replay."""
PUBLIC_KEY_PREFIX = "PUB_KEY_ID_"
PROBE_PREFIX = "WECHATPAY/SIGNTEST/"

Headers = Iterable[tuple[str, str]]
"""Names and values as they arrived, so that a repeated name is seen; the case of names does not matter."""

_FORMS: Mapping[str, re.Pattern[str]] = {
    "wechatpay-timestamp": re.compile(r"[0-9]{1,12}"),
    "wechatpay-nonce": re.compile(r"[!-~]{1,128}"),
    "wechatpay-serial": re.compile(r"[0-9A-Za-z_-]{1,128}"),
    "wechatpay-signature": re.compile(r"[!-~]{1,4096}"),
}
"""A line feed in the nonce would let bytes move between nonce and body under one signature."""
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
_TYPE = "wechatpay-signature-type"


@dataclass(frozen=True, slots=True)
class MerchantKey:
    """With what a merchant signs requests.

    Attributes:
        mchid: the merchant's number.
        serial: serial number of the merchant's API certificate, in hexadecimal digits.
        private_key: the key of that certificate; it never appears in a representation.
    """

    mchid: str
    serial: str
    private_key: RSAPrivateKey = field(repr=False)

    def sign(self, message: bytes) -> str:
        """Return the signature over `message` in base64."""
        return base64.b64encode(self.private_key.sign(message, PKCS1v15(), SHA256())).decode("ascii")

    def authorization(self, message: bytes, *, timestamp: int, nonce: str) -> str:
        """Return the value of the header Authorization for a request whose signed text is `message`."""
        fields = {
            "mchid": self.mchid,
            "nonce_str": nonce,
            "signature": self.sign(message),
            "timestamp": str(timestamp),
            "serial_no": self.serial,
        }
        return ALGORITHM + " " + ",".join(f'{name}="{value}"' for name, value in fields.items())


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """One key with which WeChat Pay signs: of a platform certificate, or a public key with an id.

    Attributes:
        identity: the certificate's serial number in upper-case hexadecimal digits, or the id PUB_KEY_ID_....
        not_before: first instant of a certificate's period; None for a public key, which has no period.
        not_after: last instant of a certificate's period; None for a public key.
    """

    identity: str
    public_key: RSAPublicKey
    not_before: datetime | None = None
    not_after: datetime | None = None

    def check_period(self, now: datetime) -> None:
        """Refuse a certificate outside its period.

        Raises:
            CertificateNotValid: before its first or after its last instant.
        """
        early = self.not_before is not None and now < self.not_before
        if early or (self.not_after is not None and now > self.not_after):
            raise CertificateNotValid(
                f"平台证书 {self.identity} 不在有效期内，请更换 WECHATPAY_PUBLIC_KEYS 中的证书"
            )


@dataclass(frozen=True, slots=True)
class PlatformKeys:
    """Every key of WeChat Pay that this server trusts; both kinds stand side by side during migration."""

    keys: Mapping[str, PlatformKey]

    def get_key(self, serial: str) -> PlatformKey:
        """Return the key of a header Wechatpay-Serial.

        Raises:
            SerialUnknown: this server was not given such a key.
        """
        found = self.keys.get(normal_serial(serial))
        if found is None:
            raise SerialUnknown(
                "收到以未知证书或公钥签名的消息，请核对 WECHATPAY_PUBLIC_KEYS 中的文件是否齐全"
            )
        return found

    def asked_for(self) -> str | None:
        """Return the public-key id that requests ask WeChat Pay to sign with; None: platform certificates."""
        return max((each for each in self.keys if each.startswith(PUBLIC_KEY_PREFIX)), default=None)


def normal_serial(serial: str) -> str:
    """Return a serial as keys are looked up by: ids as they are, hexadecimal numbers in one spelling."""
    return serial.upper().lstrip("0") if _HEXADECIMAL.fullmatch(serial) else serial


def request_message(method: str, target: str, *, timestamp: int, nonce: str, body: bytes) -> bytes:
    """Return the bytes that a request's signature covers; `target` is path and query as they are sent."""
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def check_signature(headers: Headers, body: bytes, *, keys: PlatformKeys, now: datetime) -> None:
    """Refuse bytes that WeChat Pay did not sign, or did not sign lately.

    Args:
        headers: all headers as they arrived.
        body: the raw body as it arrived; parsing and writing it anew would change bytes.
        keys: whom to believe.
        now: the present instant.

    Raises:
        Unproven: by its subclass, what is missing or wrong.
    """
    proof = _read_proof(headers)
    timestamp, nonce = proof["wechatpay-timestamp"], proof["wechatpay-nonce"]
    if abs(now.timestamp() - int(timestamp)) >= WINDOW.total_seconds():
        raise TimestampOutside("消息的签名时间与本机时间相差五分钟以上，请核对本机时钟；过时的消息不予采信")
    key = keys.get_key(proof["wechatpay-serial"])
    key.check_period(now)
    signature = _decode_signature(proof["wechatpay-signature"])
    try:
        key.public_key.verify(
            signature, f"{timestamp}\n{nonce}\n".encode() + body + b"\n", PKCS1v15(), SHA256()
        )
    except InvalidSignature:
        raise SignatureWrong from None


def _read_proof(headers: Headers) -> dict[str, str]:
    proof: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if lower not in _FORMS and lower != _TYPE:
            continue
        if lower in proof:
            raise HeaderRepeated(f"请求头 {lower} 出现了不止一次")
        proof[lower] = value
    if proof.get(_TYPE, ALGORITHM) != ALGORITHM:
        raise SignatureTypeUnknown(f"签名方式不是 {ALGORITHM}")
    for name, form in _FORMS.items():
        if not proof.get(name):
            raise HeaderMissing(f"缺少请求头 {name}")
        if not form.fullmatch(proof[name]):
            raise HeaderMalformed(f"请求头 {name} 的格式不对")
    return proof


def _decode_signature(text: str) -> bytes:
    if text.startswith(PROBE_PREFIX):
        raise SignatureProbe
    return decode_base64(text, SignatureWrong)


def decode_base64(text: str, refusal: type[Exception]) -> bytes:
    """Read base64 in its one canonical spelling, so that no two texts stand for the same bytes.

    Raises:
        refusal: the text is not base64, or not the spelling that encoding gives.
    """
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise refusal from None
    if base64.b64encode(decoded).decode("ascii") != text:
        raise refusal
    return decoded
