"""Chance that repeats itself: what the core would draw from the system comes from a named stream instead.

Only the process that writes test vectors does this. A stream is SHA-256 of "NAME|0", "NAME|1" and so on,
joined; a number below a bound is 48 bytes of it, big-endian, modulo the bound, as the phone draws numbers.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

NUMBER_BYTES = 48


def stream(name: str) -> Iterator[int]:
    """Yield the bytes of a stream."""
    block = 0
    while True:
        yield from hashlib.sha256(f"{name}|{block}".encode()).digest()
        block += 1


def drawn(name: str, count: int) -> bytes:
    """Return the first bytes of a stream."""
    source = stream(name)
    return bytes(next(source) for _ in range(count))


@contextmanager
def fixed(name: str) -> Iterator[None]:
    """Let everything in this process that asks `secrets` for a number be answered from one stream."""
    source = stream(name)

    def below(bound: int) -> int:
        return int.from_bytes(bytes(next(source) for _ in range(NUMBER_BYTES)), "big") % bound

    def choice(sequence: Sequence[str]) -> str:
        return sequence[below(len(sequence))]

    kept = secrets.randbelow, secrets.choice
    secrets.randbelow, secrets.choice = below, choice  # type: ignore[assignment]
    try:
        yield
    finally:
        secrets.randbelow, secrets.choice = kept
