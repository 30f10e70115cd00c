"""The key files of WeChat Pay: ours, which nobody else may read, and theirs, which anybody may."""

from __future__ import annotations

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from backend.infra.wechatpay.crypto import ApiV3Key
from backend.infra.wechatpay.errors import PaymentKeysUnusable
from backend.infra.wechatpay.settings import WechatPaySettings
from backend.infra.wechatpay.signing import (
    PUBLIC_KEY_PREFIX,
    MerchantKey,
    PlatformKey,
    PlatformKeys,
    normal_serial,
)

FEWEST_BITS = 2048
_KEY_ID = re.compile(PUBLIC_KEY_PREFIX + r"[0-9A-Za-z]{1,64}")


def load_merchant_key(settings: WechatPaySettings) -> MerchantKey:
    """Read the merchant's private key.

    Raises:
        PaymentKeysUnusable: it is missing, open to others, or no RSA key of 2048 bits or more.
    """
    raw = _read_private(settings.key_file)
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError):
        raise PaymentKeysUnusable(
            f"{settings.key_file}: expected an unencrypted private key in PEM"
        ) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < FEWEST_BITS:
        raise PaymentKeysUnusable(f"{settings.key_file}: expected an RSA key of at least {FEWEST_BITS} bits")
    return MerchantKey(settings.mchid, settings.serial, key)


def load_apiv3_key(settings: WechatPaySettings) -> ApiV3Key:
    """Read the APIv3 key; line ends around it do not count.

    Raises:
        PaymentKeysUnusable: it is missing, open to others, or not 32 bytes long.
    """
    try:
        return ApiV3Key(_read_private(settings.apiv3_key_file).strip())
    except ValueError:
        raise PaymentKeysUnusable(f"{settings.apiv3_key_file}: an APIv3 key has 32 characters") from None


def load_platform_keys(folder: Path) -> PlatformKeys:
    """Read every PEM file of a folder: platform certificates, and public keys named PUB_KEY_ID_....pem.

    A certificate says its own serial number; a public key does not, so its file is named for its id.

    Raises:
        PaymentKeysUnusable: no file, a file that is neither, a public key without its id, or one key twice.
    """
    keys: dict[str, PlatformKey] = {}
    for path in sorted(folder.glob("*.pem")):
        key = _read_platform_key(path)
        if key.identity in keys:
            raise PaymentKeysUnusable(f"{path}: {key.identity} is in another file too")
        keys[key.identity] = key
    if not keys:
        raise PaymentKeysUnusable(
            f"{folder}: put WeChat Pay's public key there as {PUBLIC_KEY_PREFIX}....pem"
        )
    return PlatformKeys(keys)


def _read_platform_key(path: Path) -> PlatformKey:
    try:
        raw = path.read_bytes()
        if b"BEGIN CERTIFICATE" in raw:
            return _certificate(raw, path)
        public_key = load_pem_public_key(raw)
    except (OSError, ValueError) as error:
        raise PaymentKeysUnusable(f"{path}: neither a certificate nor a public key in PEM") from error
    if not _KEY_ID.fullmatch(path.stem):
        raise PaymentKeysUnusable(
            f"{path}: name the file of a public key for its id, {PUBLIC_KEY_PREFIX}....pem"
        )
    return PlatformKey(path.stem, _strong(public_key, path))


def _certificate(raw: bytes, path: Path) -> PlatformKey:
    certificate = load_pem_x509_certificate(raw)
    return PlatformKey(
        normal_serial(f"{certificate.serial_number:X}"),
        _strong(certificate.public_key(), path),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


def _strong(key: object, path: Path) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey) or key.key_size < FEWEST_BITS:
        raise PaymentKeysUnusable(f"{path}: expected an RSA key of at least {FEWEST_BITS} bits")
    return key


def _read_private(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise PaymentKeysUnusable(f"{path} can be read by others; set its mode to 600")
        return path.read_bytes()
    except OSError as error:
        raise PaymentKeysUnusable(f"{path}: {error.strerror}") from error
