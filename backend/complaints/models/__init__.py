"""Tables of complaints. Names and phones are encrypted; lists use copies of what events say."""

from __future__ import annotations

from backend.complaints.models.settings import Category, ComplaintSettings, ReplyTemplate
from backend.complaints.models.tickets import (
    HotlineNumber,
    Open311Key,
    Open311Token,
    Ticket,
    TicketBody,
    TicketEvent,
    Whistle,
)

__all__ = [
    "Category",
    "ComplaintSettings",
    "HotlineNumber",
    "Open311Key",
    "Open311Token",
    "ReplyTemplate",
    "Ticket",
    "TicketBody",
    "TicketEvent",
    "Whistle",
]
