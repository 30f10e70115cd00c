"""How owners' personal data is stored: which column is sealed under which purpose, and how it is found."""

from __future__ import annotations

from backend.infra.fields import Fields

NAME = "owner.name"
DOCUMENT = "owner.document"
PHONE = "owner.phone"


def document_hash(fields: Fields, document: str) -> str:
    """Return the keyed hash that tells owners apart."""
    return fields.lookup_hash("document", document)


def phone_hash(fields: Fields, phone: str) -> str:
    """Return the keyed hash of a phone: for a mobile the same under which identity finds its account."""
    return fields.lookup_hash("phone", phone)
