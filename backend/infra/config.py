"""The settings, read once from the environment and trusted afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

MODES = ("development", "production")
SMS_SENDERS = ("console", "none")
WECHATPAY_NAMES = (
    "WECHATPAY_MCHID",
    "WECHATPAY_SERIAL",
    "WECHATPAY_KEY_FILE",
    "WECHATPAY_APIV3_KEY_FILE",
    "WECHATPAY_PUBLIC_KEYS",
)
"""All of them or none: without them nothing can be paid by WeChat."""
WECHATPAY_HOST = "https://api.mch.weixin.qq.com"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsError(RuntimeError):
    """A setting that forbids starting; the message says which one and what to do."""


@dataclass(frozen=True, slots=True)
class WechatPaySettings:
    """The merchant's account at WeChat Pay. Secrets stand in files, of which only the paths are known here.

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


@dataclass(frozen=True, slots=True)
class Settings:
    """How this server was told to run.

    Attributes:
        data_dir: the folder with database, keys and files. It says itself whether it is a drill's.
        database_url: the embedded SQLite file, or PostgreSQL when DATABASE_URL says so.
        operator: the organisation that operates the server; it must not be an assembly's registrar.
        public_url: how phones reach this server, for links and QR codes; no slash at its end.
        drill_clock: the file that tells the time of a drill, None for the machine's time.
        codes_per_address: how many sign-in codes one network address may ask for within an hour.
        trusted_proxies: how many proxies of the operator's own stand in front and name the caller's address.
        create_drill: the data folder, if it is empty, is to become a drill's for good.
        wechatpay: the merchant's account at WeChat Pay; None: nothing is paid by WeChat here.
    """

    data_dir: Path
    database_url: str
    port: int
    operator: str
    public_url: str
    mode: str
    sms_sender: str
    web_workers: int
    codes_per_address: int
    trusted_proxies: int
    drill_clock: Path | None
    create_drill: bool
    wechatpay: WechatPaySettings | None

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings.

        Raises:
            SettingsError: a value that cannot be used, with its name and the values that can.
        """
        data_dir = Path(env.get("DATA_DIR") or "data").resolve()
        port = _whole(env, "PORT", 8000, least=1)
        return cls(
            data_dir=data_dir,
            database_url=_database_url(env.get("DATABASE_URL", ""), data_dir),
            port=port,
            operator=env.get("OPERATOR", "").strip(),
            public_url=(env.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            mode=_one_of(env, "MODE", MODES),
            sms_sender=_sms_sender(env),
            web_workers=_whole(env, "WEB_WORKERS", 2, least=1),
            codes_per_address=_whole(env, "CODES_PER_ADDRESS", 200, least=1),
            trusted_proxies=_whole(env, "TRUSTED_PROXIES", 0),
            drill_clock=Path(env["DRILL_CLOCK"]).resolve() if env.get("DRILL_CLOCK") else None,
            create_drill=env.get("DRILL") == "1",
            wechatpay=_wechatpay(env),
        )


def _whole(env: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise SettingsError(f"{name}={text!r}: expected a whole number, at least {least}")
    return int(text)


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or allowed[0]
    if value not in allowed:
        raise SettingsError(f"{name}={value!r}: expected one of {', '.join(allowed)}")
    return value


def _sms_sender(env: Mapping[str, str]) -> str:
    sender = _one_of(env, "SMS_SENDER", SMS_SENDERS)
    if sender == "console" and _one_of(env, "MODE", MODES) == "production":
        raise SettingsError(
            "SMS_SENDER=console prints sign-in codes and is for development only; "
            "with MODE=production set SMS_SENDER=none (nobody can sign in by SMS until a gateway is built)"
        )
    return sender


def _database_url(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'yishiting.db'}"
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise SettingsError("DATABASE_URL: expected sqlite:///PATH or postgresql://...")


def _wechatpay(env: Mapping[str, str]) -> WechatPaySettings | None:
    missing = [name for name in WECHATPAY_NAMES if not env.get(name)]
    if len(missing) == len(WECHATPAY_NAMES):
        return None
    if missing:
        raise SettingsError(f"WeChat Pay needs {', '.join(missing)} too, or none of its settings at all")
    return WechatPaySettings(
        mchid=_of_form(env, "WECHATPAY_MCHID", r"[0-9]{6,32}", "the merchant number, digits only"),
        serial=_of_form(
            env, "WECHATPAY_SERIAL", r"[0-9A-Fa-f]{8,64}", "a certificate's serial in hexadecimal"
        ),
        key_file=Path(env["WECHATPAY_KEY_FILE"]).resolve(),
        apiv3_key_file=Path(env["WECHATPAY_APIV3_KEY_FILE"]).resolve(),
        public_keys=Path(env["WECHATPAY_PUBLIC_KEYS"]).resolve(),
        base_url=_origin(env, "WECHATPAY_BASE_URL", WECHATPAY_HOST),
    )


def _of_form(env: Mapping[str, str], name: str, form: str, meaning: str) -> str:
    if not re.fullmatch(form, env[name]):
        raise SettingsError(f"{name}: expected {meaning}")
    return env[name]


def _origin(env: Mapping[str, str], name: str, default: str) -> str:
    """Read an origin: https, or http on this very machine, where nobody listens in."""
    url = (env.get(name) or default).rstrip("/")
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)
    if not is_safe or not parts.hostname or url != f"{parts.scheme}://{parts.netloc}":
        raise SettingsError(f"{name}={url!r}: expected https://HOST, or http://127.0.0.1:PORT")
    return url
