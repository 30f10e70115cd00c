"""Names of records that may stand in a link: random, so that none can be guessed from another."""

from __future__ import annotations

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 20
"""31 letters to the power of 20 are 99 bits."""


def new_id() -> str:
    """Return a fresh id of 20 lower-case letters and digits, none of which looks like another."""
    number, letters = secrets.randbelow(len(ALPHABET) ** LENGTH), []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
