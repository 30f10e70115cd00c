"""Tables of complaints. Names and phones are encrypted; what lists are sorted by is copied from the events."""

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
