"""How many people a bench's city has, and by which word each is signed in; see town.sql."""

from __future__ import annotations

import hashlib

COMMUNITIES, HOMES = 500, 200
"""`HOMES` in each community, with one resident each, who are numbered through."""
OFFICER_OF_MANY = 2_000_000
"""The number of an officer of several streets, who may export more than one street has."""


def token_of(number: int) -> str:
    """Return the header that signs a person in: residents from 0 to 99,999, above them those at work."""
    return f"Bearer bench-{number}"


def community_of(resident: int) -> str:
    """Return the id of a resident's community."""
    return hashlib.md5(f"community{resident // HOMES}".encode(), usedforsecurity=False).hexdigest()[:20]
