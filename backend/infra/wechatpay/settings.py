"""The merchant's account at WeChat Pay: read once from the environment, checked before the server starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

OFFICIAL = "https://api.mch.weixin.qq.com"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
NAMES = (
    "WECHATPAY_MCHID",
    "WECHATPAY_SERIAL",
    "WECHATPAY_KEY_FILE",
    "WECHATPAY_APIV3_KEY_FILE",
    "WECHATPAY_PUBLIC_KEYS",
)
"""All of them or none: without them nothing can be paid by WeChat."""


class WechatPaySettingsError(ValueError):
    """The settings of WeChat Pay cannot be used; the message names the one."""


@dataclass(frozen=True, slots=True)
class WechatPaySettings:
    """Where the account is and what it is called. Secrets stand in files, of which only the paths are here.

    Attributes:
        mchid: the merchant's number.
        serial: serial number of the merchant's API certificate, in hexadecimal digits.
        key_file: the private key of that certificate, PEM.
        apiv3_key_file: the APIv3 key, 32 characters.
        public_keys: the folder with WeChat Pay's platform certificates and public keys, PEM.
        base_url: where WeChat Pay is reached; no slash at its end.
    """

    mchid: str
    serial: str
    key_file: Path
    apiv3_key_file: Path
    public_keys: Path
    base_url: str


def read_wechatpay(env: Mapping[str, str]) -> WechatPaySettings | None:
    """Read the settings that begin with WECHATPAY; None when none of `NAMES` is set.

    Raises:
        WechatPaySettingsError: one is missing or cannot be used.
    """
    missing = [name for name in NAMES if not env.get(name)]
    if len(missing) == len(NAMES):
        return None
    if missing:
        raise WechatPaySettingsError(f"{', '.join(missing)}: needed too, or none of WeChat Pay's settings")
    return WechatPaySettings(
        mchid=_of_form(env, "WECHATPAY_MCHID", r"[0-9]{6,32}", "the merchant number, digits only"),
        serial=_of_form(env, "WECHATPAY_SERIAL", r"[0-9A-Fa-f]{8,64}", "a serial in hexadecimal digits"),
        key_file=Path(env["WECHATPAY_KEY_FILE"]).resolve(),
        apiv3_key_file=Path(env["WECHATPAY_APIV3_KEY_FILE"]).resolve(),
        public_keys=Path(env["WECHATPAY_PUBLIC_KEYS"]).resolve(),
        base_url=_origin((env.get("WECHATPAY_BASE_URL") or OFFICIAL).rstrip("/")),
    )


def _of_form(env: Mapping[str, str], name: str, form: str, meaning: str) -> str:
    if not re.fullmatch(form, env[name]):
        raise WechatPaySettingsError(f"{name}: expected {meaning}")
    return env[name]


def _origin(url: str) -> str:
    """Read an origin: https, or http on this very machine, where nobody listens in."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname or "@" in url or url != f"{parts.scheme}://{parts.netloc}":
        raise WechatPaySettingsError("WECHATPAY_BASE_URL: expected https://HOST, or http://127.0.0.1:PORT")
    return url
