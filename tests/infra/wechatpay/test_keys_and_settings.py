"""A server starts with all settings of WeChat Pay or none, with keys that serve, and keeps them to itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.infra.config import SettingsError
from backend.infra.wechatpay.client import open_client
from backend.infra.wechatpay.errors import PaymentKeysUnusable
from backend.infra.wechatpay.settings import NAMES, WechatPaySettings
from tests.houses import SetClock, some_settings
from tests.infra.wechatpay.merchant import a_client, wechatpay_settings
from tests.standins.wechatpay_keys import (
    APIV3_KEY,
    PUBLIC_KEY_ID,
    certificate_pem,
    public_pem,
    rsa_key,
    serial_of,
    write_keys,
)

OFFICIAL = "https://api.mch.weixin.qq.com"


def test_without_its_settings_nothing_is_paid_by_wechat(tmp_path: Path) -> None:
    assert some_settings(tmp_path).wechatpay is None


def test_the_official_host_is_talked_to_unless_another_is_named(tmp_path: Path) -> None:
    settings = some_settings(tmp_path, **write_keys(tmp_path / "keys")).wechatpay
    assert settings is not None
    assert settings.base_url == OFFICIAL


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    environment = write_keys(tmp_path / "keys") | {name: ""}
    with pytest.raises(SettingsError, match=name):
        some_settings(tmp_path, **environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHATPAY_MCHID", "merchant"),
        ("WECHATPAY_SERIAL", "no serial"),
        ("WECHATPAY_BASE_URL", "http://pay.example"),
        ("WECHATPAY_BASE_URL", "https://pay.example/path"),
        ("WECHATPAY_BASE_URL", "ftp://127.0.0.1"),
        ("WECHATPAY_BASE_URL", "https://user@pay.example"),
        ("WECHATPAY_BASE_URL", "https://"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        some_settings(tmp_path, **write_keys(tmp_path / "keys") | {name: value})


def ed25519_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def weak_pem(private: bool) -> bytes:
    key = rsa_key("weak", 1024)
    if not private:
        return key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def theirs(settings: WechatPaySettings, name: str, content: bytes) -> None:
    (settings.public_keys / name).write_bytes(content)


DAMAGES: dict[str, Callable[[WechatPaySettings], object]] = {
    "no private key": lambda s: s.key_file.unlink(),
    "a private key open to others": lambda s: s.key_file.chmod(0o640),
    "a damaged private key": lambda s: s.key_file.write_text("-----BEGIN PRIVATE KEY-----"),
    "a private key of another kind": lambda s: s.key_file.write_bytes(ed25519_pem()),
    "a weak private key": lambda s: s.key_file.write_bytes(weak_pem(private=True)),
    "no APIv3 key": lambda s: s.apiv3_key_file.unlink(),
    "an APIv3 key open to others": lambda s: s.apiv3_key_file.chmod(0o604),
    "an APIv3 key too short": lambda s: s.apiv3_key_file.write_text("short"),
    "no key of the platform": lambda s: (s.public_keys / f"{PUBLIC_KEY_ID}.pem").unlink(),
    "a public key without its id": lambda s: theirs(s, "key.pem", public_pem("platform").encode()),
    "a file that is no key": lambda s: theirs(s, "readme.pem", b"hello"),
    "a damaged certificate": lambda s: theirs(s, "c.pem", b"-----BEGIN CERTIFICATE-----"),
    "a weak public key": lambda s: theirs(s, "PUB_KEY_ID_2.pem", weak_pem(private=False)),
    "one certificate twice": lambda s: [
        theirs(s, name, certificate_pem("platform-old").encode()) for name in ("a.pem", "b.pem")
    ],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_key_file_that_does_not_serve_stops_the_start_and_is_named(
    tmp_path: Path, clock: SetClock, damage: Callable[[WechatPaySettings], object]
) -> None:
    settings = wechatpay_settings(tmp_path / "keys", OFFICIAL).wechatpay
    assert settings is not None
    damage(settings)
    with pytest.raises(PaymentKeysUnusable, match=str(tmp_path)) as caught:
        open_client(settings, clock)
    assert APIV3_KEY.decode() not in str(caught.value)


def test_both_kinds_of_platform_keys_are_read_and_the_newer_is_asked_for(
    tmp_path: Path, clock: SetClock
) -> None:
    client = a_client(tmp_path / "keys", OFFICIAL, clock, "public-key", "certificate")
    assert set(client.platform.keys) == {PUBLIC_KEY_ID, serial_of("platform-old")}
    assert client.platform.asked_for() == PUBLIC_KEY_ID
    old = a_client(tmp_path / "old", OFFICIAL, clock, "certificate")
    assert old.platform.asked_for() is None
