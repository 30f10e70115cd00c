"""Telling people: an inbox, a WeChat subscribe message where a consent is left, and SMS.

Other capabilities import from here only.
"""

from __future__ import annotations

from backend.messages.service.everybody import notify_owners
from backend.messages.service.inbox import notify, notify_account

__all__ = ["notify", "notify_account", "notify_owners"]
