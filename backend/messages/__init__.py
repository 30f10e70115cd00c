"""Telling people: an inbox, and a text message to the phone. Other capabilities import from here only."""

from __future__ import annotations

from backend.messages.service import notify, notify_account

__all__ = ["notify", "notify_account"]
