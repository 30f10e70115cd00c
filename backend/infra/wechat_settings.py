"""How the mini-program is set up: read once from the environment, checked before the server starts."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

OFFICIAL = "https://api.weixin.qq.com"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SUBJECT, TIME, NOTE = "subject", "time", "note"
VALUES = (SUBJECT, TIME, NOTE)
"""What a template may show: what it is about, when it was, and where to read on. Nothing personal."""
PLAIN = MappingProxyType({"thing1": SUBJECT, "time2": TIME})
"""The fields of a template that is set up as kind=template_id alone."""

_TOKEN = re.compile(r"[0-9A-Za-z]{16,32}")
_KIND = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FIELD = re.compile(
    r"(thing|number|letter|symbol|character_string|time|date|amount|phone_number|car_number|name|phrase)[0-9]{1,2}"
)


class WeChatSettingsError(ValueError):
    """The settings of the mini-program cannot be used; the message names the one, and never the secret."""


@dataclass(frozen=True, slots=True)
class Template:
    """A subscribe message's template: which kind of message it carries, and what fills its fields.

    Attributes:
        kind: a kind of message, or the words with which kinds begin: "ticket" carries "ticket-resolved" too.
        page: the mini-program's page that a tap opens; empty for its first one.
        fields: for each field of the template, which of `VALUES` fills it.
    """

    kind: str
    template_id: str
    page: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """How to reach WeChat. `secret` is never shown, not even where this object is printed.

    Attributes:
        events_token: what WeChat signs its events with; empty where it pushes none to this server.
    """

    appid: str
    secret: str = field(repr=False)
    base_url: str
    templates: Mapping[str, Template]
    events_token: str = field(repr=False)

    def template_for(self, kind: str) -> Template | None:
        """Return the template that carries a kind: of those that fit, the one with the longest name."""
        names = [name for name in self.templates if kind == name or kind.startswith(f"{name}-")]
        return self.templates[max(names, key=len)] if names else None


def read_wechat(env: Mapping[str, str]) -> WeChatSettings | None:
    """Read the settings whose names begin with WECHAT_; None without an appid.

    Raises:
        WeChatSettingsError: one is missing or cannot be used.
    """
    appid, secret = env.get("WECHAT_APPID", "").strip(), env.get("WECHAT_SECRET", "").strip()
    events_token = env.get("WECHAT_EVENTS_TOKEN", "").strip()
    if not appid and not secret and not events_token:
        return None
    if not appid or not secret:
        raise WeChatSettingsError("WECHAT_APPID and WECHAT_SECRET: set both, or neither")
    return WeChatSettings(
        appid=appid,
        secret=secret,
        base_url=_base_url((env.get("WECHAT_BASE_URL") or OFFICIAL).rstrip("/")),
        templates=_templates(env.get("WECHAT_TEMPLATES", "").strip()),
        events_token=_events_token(events_token, env.get("PUBLIC_URL", "").strip()),
    )


def _base_url(url: str) -> str:
    """Refuse an address over which the secret would travel in clear."""
    if not _is_safe(url):
        raise WeChatSettingsError(
            "WECHAT_BASE_URL: expected https://HOST (http only for the loopback address)"
        )
    return url


def _events_token(token: str, public_url: str) -> str:
    """Refuse a token that can be guessed from one signature, and an address where events travel in clear."""
    if token and not _TOKEN.fullmatch(token):
        raise WeChatSettingsError("WECHAT_EVENTS_TOKEN: expected 16 to 32 letters and digits, at random")
    if token and not _is_safe(public_url):
        raise WeChatSettingsError(
            "WECHAT_EVENTS_TOKEN: WeChat fetches pictures from PUBLIC_URL; set it to https://HOST"
        )
    return token


def _is_safe(url: str) -> bool:
    parts = urllib.parse.urlsplit(url)
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return is_private and bool(parts.hostname) and is_plain


def _templates(text: str) -> Mapping[str, Template]:
    if not text:
        return {}
    found = _from_file(Path(text)) if text.endswith(".json") else _from_pairs(text)
    return {kind: _template(kind, body) for kind, body in found.items()}


def _from_pairs(text: str) -> dict[str, Any]:
    pairs = [pair.strip().partition("=") for pair in text.split(",") if pair.strip()]
    found = {kind.strip(): {"template_id": template_id.strip()} for kind, _, template_id in pairs}
    if len(found) != len(pairs):
        raise WeChatSettingsError("WECHAT_TEMPLATES: a kind is named twice")
    return dict(found)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeChatSettingsError(f"WECHAT_TEMPLATES: {path}: {error}") from error
    if not isinstance(found, dict):
        raise WeChatSettingsError(f"WECHAT_TEMPLATES: {path}: expected an object of kinds")
    return found


def _template(kind: str, body: object) -> Template:
    where = f"WECHAT_TEMPLATES: {kind}"
    if not _KIND.fullmatch(kind):
        raise WeChatSettingsError(f"{where}: expected a kind such as ticket or ticket-resolved")
    if not isinstance(body, dict) or body.keys() - {"template_id", "page", "fields"}:
        raise WeChatSettingsError(f"{where}: expected template_id, and if need be page and fields")
    template_id, page, fields = body.get("template_id"), body.get("page", ""), body.get("fields", dict(PLAIN))
    if not isinstance(template_id, str) or not template_id or not isinstance(page, str):
        raise WeChatSettingsError(f"{where}: expected template_id and page as text")
    _check_fields(where, fields)
    return Template(kind, template_id, page, fields)


def _check_fields(where: str, fields: object) -> None:
    if not isinstance(fields, dict) or not fields:
        raise WeChatSettingsError(f"{where}: fields: expected an object such as {dict(PLAIN)}")
    for name, value in fields.items():
        if not _FIELD.fullmatch(name) or value not in VALUES:
            raise WeChatSettingsError(f"{where}: fields: {name}: expected one of {', '.join(VALUES)}")
