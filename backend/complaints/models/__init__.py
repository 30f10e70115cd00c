"""Tables of complaints. Names and phones are encrypted; lists use copies of what events say."""

from __future__ import annotations

from backend.complaints.models.settings import Category, ComplaintSettings, ReplyTemplate
from backend.complaints.models.tickets import Ticket, TicketBody, TicketEvent, Whistle

__all__ = [
    "Category",
    "ComplaintSettings",
    "ReplyTemplate",
    "Ticket",
    "TicketBody",
    "TicketEvent",
    "Whistle",
]
