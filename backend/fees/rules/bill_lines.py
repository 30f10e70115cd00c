"""How the lines of a bill are kept: as short JSON, written once with the bill and read back for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from backend.fees.rules.charging import Line
from backend.fees.rules.periods import Period


def lines_to_text(lines: Sequence[Line]) -> str:
    """Write lines."""
    rows = [
        [
            line.period.first.isoformat(),
            line.period.until.isoformat(),
            line.quantity,
            line.price,
            line.months,
            line.of_days,
            line.amount_fen,
        ]
        for line in lines
    ]
    return json.dumps(rows, separators=(",", ":"))


def lines_from_text(text: str) -> tuple[Line, ...]:
    """Read what `lines_to_text` wrote."""
    return tuple(
        Line(Period(date.fromisoformat(first), date.fromisoformat(until)), *rest)
        for first, until, *rest in json.loads(text)
    )
