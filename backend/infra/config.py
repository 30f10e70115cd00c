"""The settings, read once from the environment and trusted afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.infra.wechat_settings import WeChatSettings, WeChatSettingsError, read_wechat
from backend.infra.wechatpay.settings import WechatPaySettings, WechatPaySettingsError, read_wechatpay

MODES = ("development", "production")
SMS_SENDERS = ("console", "none")
BUILT_APP = Path(__file__).resolve().parents[2] / "miniprogram" / "dist" / "build" / "h5"
"""Where the app's build puts it."""


class SettingsError(RuntimeError):
    """A setting that forbids starting; the message says which one and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this server was told to run.

    Attributes:
        data_dir: the folder with database, keys and files. It says itself whether it is a drill's.
        database_url: the embedded SQLite file, or PostgreSQL when DATABASE_URL says so.
        operator: the organisation that operates the server; it must not be an assembly's registrar.
        public_url: how phones reach this server, for links and QR codes; no slash at its end.
        quiet_hours: when nobody is woken by a message, minutes of the day in +08:00; None for never.
        wechat: the mini-program, None where there is none.
        drill_clock: the file that tells the time of a drill, None for the machine's time.
        codes_per_address: how many sign-in codes one network address may ask for within an hour.
        trusted_proxies: how many proxies of the operator's own stand in front and name the caller's address.
        create_drill: the data folder, if it is empty, is to become a drill's for good.
        wechatpay: the merchant's account at WeChat Pay; None: nothing is paid by WeChat here.
        webapp_dir: the folder of the built app; it may be missing, then /app/ says so.
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
    quiet_hours: tuple[int, int] | None
    wechat: WeChatSettings | None
    drill_clock: Path | None
    create_drill: bool
    wechatpay: WechatPaySettings | None
    webapp_dir: Path

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
            quiet_hours=_quiet_hours(env.get("QUIET_HOURS") or "21:30-07:30"),
            wechat=_wechat(env),
            drill_clock=Path(env["DRILL_CLOCK"]).resolve() if env.get("DRILL_CLOCK") else None,
            create_drill=env.get("DRILL") == "1",
            wechatpay=_wechatpay(env),
            webapp_dir=Path(env.get("WEBAPP_DIR") or BUILT_APP).resolve(),
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


_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


def _quiet_hours(text: str) -> tuple[int, int] | None:
    if text == "none":
        return None
    found = _HOURS.fullmatch(text)
    if found is None:
        raise SettingsError(f"QUIET_HOURS={text!r}: expected HH:MM-HH:MM, such as 21:30-07:30, or none")
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    return start_hour * 60 + start_minute, end_hour * 60 + end_minute


def _wechat(env: Mapping[str, str]) -> WeChatSettings | None:
    try:
        return read_wechat(env)
    except WeChatSettingsError as error:
        raise SettingsError(str(error)) from error


def _wechatpay(env: Mapping[str, str]) -> WechatPaySettings | None:
    try:
        return read_wechatpay(env)
    except WechatPaySettingsError as error:
        raise SettingsError(str(error)) from error
