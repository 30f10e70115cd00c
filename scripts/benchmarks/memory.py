"""What one more ballot, by one more elector, costs the verifier in memory."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.benchmarks.archives import Stock
from scripts.benchmarks.figures import Figure
from scripts.benchmarks.runs import peak_memory

FEW, MANY = 1_000, 4_000
LIMIT = 1_024
"""Bytes for each further ballot."""


def further_ballot(stock: Stock) -> Iterator[Figure]:
    """Compare the peaks for two archives, the elector's place on the credential list included."""
    few, many = (peak_memory(stock.archive(size, size)) for size in (FEW, MANY))
    each = (many - few) / (MANY - FEW)
    yield Figure(
        what=f"memory for a further ballot ({FEW:,} and {MANY:,} ballots)",
        measured=f"{each:,.0f} B ({few / 2**20:.1f} and {many / 2**20:.1f} MB)",
        beside=f"{LIMIT:,} B",
        ratio=f"{each / LIMIT:.2f}",
        target="< 1.00",
        holds=each < LIMIT,
    )
