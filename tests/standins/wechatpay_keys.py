"""Keys of a fictional merchant and of a platform that plays WeChat Pay, and what is signed with them."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MCHID = "1900000001"
APPID = "wxfffffffffffffff1"
OPENID = "oFictionalPayer0000000000001"
APIV3_KEY = b"fictional-apiv3-key-of-32-bytes!"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026030200000000000001"
FROM, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2044, 1, 1, tzinfo=UTC)


@cache
def rsa_key(owner: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The key of an owner, made once for a run of tests."""
    return rsa.generate_private_key(65537, bits)


@cache
def certificate(owner: str, since: datetime = FROM, until: datetime = UNTIL) -> x509.Certificate:
    """A certificate of an owner's key."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"fictional {owner}")])
    key = rsa_key(owner)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number() | 1 << 155)
        .not_valid_before(since)
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )


def serial_of(owner: str) -> str:
    """A certificate's serial as headers carry it."""
    return f"{certificate(owner).serial_number:X}"


def private_pem(owner: str) -> str:
    """An owner's private key, PKCS#8."""
    return (
        rsa_key(owner)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def public_pem(owner: str) -> str:
    """An owner's public key."""
    return (
        rsa_key(owner)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def certificate_pem(owner: str) -> str:
    """An owner's certificate."""
    return certificate(owner).public_bytes(serialization.Encoding.PEM).decode()


def sign(owner: str, message: bytes) -> str:
    """Sign as the platform or the merchant does."""
    signature = rsa_key(owner).sign(message, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()


def is_signed(owner: str, message: bytes, signature: str) -> bool:
    """Tell whether an owner signed a message."""
    try:
        rsa_key(owner).public_key().verify(
            base64.b64decode(signature), message, padding.PKCS1v15(), hashes.SHA256()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def seal(text: bytes, associated_data: str, original_type: str = "") -> dict[str, str]:
    """Encrypt a resource with the merchant's APIv3 key."""
    nonce = secrets.token_hex(6)
    sealed = AESGCM(APIV3_KEY).encrypt(nonce.encode(), text, associated_data.encode())
    resource = {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "nonce": nonce,
        "associated_data": associated_data,
    }
    return resource | ({"original_type": original_type} if original_type else {})


def write_keys(folder: Path, kinds: frozenset[str] = frozenset({"public-key"})) -> dict[str, str]:
    """Write a merchant's key files into a folder and return the settings that name them."""
    theirs = folder / "platform"
    theirs.mkdir(parents=True)
    for name, text in {"key.pem": private_pem("merchant"), "apiv3": APIV3_KEY.decode() + "\n"}.items():
        (folder / name).write_text(text, encoding="ascii")
        (folder / name).chmod(0o600)
    if "public-key" in kinds:
        (theirs / f"{PUBLIC_KEY_ID}.pem").write_text(public_pem("platform"), encoding="ascii")
    if "certificate" in kinds:
        (theirs / "certificate.pem").write_text(certificate_pem("platform-old"), encoding="ascii")
    return {
        "WECHATPAY_MCHID": MCHID,
        "WECHATPAY_SERIAL": serial_of("merchant"),
        "WECHATPAY_KEY_FILE": str(folder / "key.pem"),
        "WECHATPAY_APIV3_KEY_FILE": str(folder / "apiv3"),
        "WECHATPAY_PUBLIC_KEYS": str(theirs),
    }


@dataclass(frozen=True)
class Signer:
    """With which of its keys the platform signs: its public key with an id, or its older certificate."""

    owner: str
    serial: str

    def headers(self, body: bytes, at: datetime) -> dict[str, str]:
        """The headers that prove a body."""
        timestamp, nonce = str(int(at.timestamp())), secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": self.serial,
            "Wechatpay-Signature": sign(self.owner, f"{timestamp}\n{nonce}\n".encode() + body + b"\n"),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }


@cache
def signer(kind: str) -> Signer:
    """The signer of a kind, "public-key" or "certificate"."""
    if kind == "public-key":
        return Signer("platform", PUBLIC_KEY_ID)
    return Signer("platform-old", serial_of("platform-old"))


@dataclass(frozen=True)
class SentNotice:
    """A notice as it goes over the wire; a test may change any part with `replace`."""

    url: str
    headers: dict[str, str]
    raw: bytes

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Headers as a server receives them."""
        return list(self.headers.items())


@dataclass(frozen=True)
class NoticeMaker:
    """Writes and signs notices."""

    kind: str = "public-key"
    counter: list[int] = field(default_factory=lambda: [0])

    def make(self, url: str, event: str, resource: dict[str, object], at: datetime) -> SentNotice:
        """A new notice, with an id of its own, signed at an instant."""
        self.counter[0] += 1
        original = "transaction" if event.startswith("TRANSACTION") else "refund"
        envelope = {
            "id": f"EV-2026-{self.counter[0]:08d}-{secrets.token_hex(4)}",
            "create_time": china_text(at),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": "支付成功" if original == "transaction" else "退款通知",
            "resource": seal(json.dumps(resource, ensure_ascii=False).encode(), original, original),
        }
        return self.sign(url, json.dumps(envelope, ensure_ascii=False).encode(), at)

    def sign(self, url: str, raw: bytes, at: datetime) -> SentNotice:
        """Any bytes as a notice, signed at an instant; so is one sent again, under its old id."""
        headers = {"Content-Type": "application/json"} | signer(self.kind).headers(raw, at)
        return SentNotice(url, headers, raw)


def china_text(at: datetime, form: str = "%Y-%m-%dT%H:%M:%S+08:00") -> str:
    """An instant as WeChat Pay writes it."""
    return (at.astimezone(UTC) + timedelta(hours=8)).strftime(form)
