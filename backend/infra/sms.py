"""Sending text messages to phones."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Protocol

from backend.infra.config import Settings
from backend.kernel.clock import format_instant
from backend.kernel.refusal import Refusal


class SmsUnavailable(Refusal):
    """No way to send a text message is set up on this server."""

    code = "sms-unavailable"
    status = 503
    title = "本服务器尚未接通短信"


class SmsSender(Protocol):
    """A way to send text messages."""

    def send(self, phone: str, text: str, at: datetime) -> None:
        """Send `text` to `phone`. Raises `SmsUnavailable` if nothing can be sent."""
        ...


class ConsoleSender:
    """For development and drills: prints each message and appends it to a file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, phone: str, text: str, at: datetime) -> None:
        """Print the message and append {"at", "phone", "text"} to the file."""
        line = json.dumps({"at": format_instant(at), "phone": phone, "text": text}, ensure_ascii=False) + "\n"
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())  # one write, so that lines of two processes never mix
        finally:
            os.close(file)
        sys.stdout.write(f"[SMS] {phone} {text}\n")
        sys.stdout.flush()


class NoSender:
    """Refuses every message, since none could be delivered."""

    def send(self, phone: str, text: str, at: datetime) -> None:
        """Refuse."""
        del phone, text, at
        raise SmsUnavailable("本服务器尚未接通短信，无法发送验证码；请联系管理员")


def sender_of(settings: Settings) -> SmsSender:
    """Return the sender that the settings name."""
    if settings.sms_sender == "console":
        return ConsoleSender(settings.data_dir / "outbox" / "sms.jsonl")
    return NoSender()
