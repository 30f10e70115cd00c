"""Owners' assemblies over HTTP, one subject a module."""

from __future__ import annotations

from backend.assemblies.routes import casting, counting, delivery, listing, page, paper, preparation, record

blueprints = (
    preparation.blueprint,
    listing.blueprint,
    record.blueprint,
    casting.blueprint,
    delivery.blueprint,
    paper.blueprint,
    counting.blueprint,
)
"""What is mounted under /api/v1."""
pages = page.blueprint
"""What people open from a receipt's QR code, at the root."""

__all__ = ["blueprints", "pages"]
