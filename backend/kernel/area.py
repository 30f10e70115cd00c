"""Floor area as an exact integer of square decimetres: 1 dm2 is 0.01 m2, the step a deed is written in."""

from __future__ import annotations

import re

from backend.kernel.refusal import BadInput

DM2_PER_M2 = 100
DEED_FIGURE = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2})0*)?")


class AreaUnreadable(BadInput):
    """A floor area that is no deed figure, such as an empty cell, a negative number or 1e3."""

    code = "area-unreadable"
    title = "建筑面积无法识别"


def parse_area(text: str) -> int:
    """Read square metres as a deed writes them ("89.50") and return dm2; nothing is rounded.

    Raises:
        AreaUnreadable: not a plain figure above zero with at most two decimals.
    """
    figure = DEED_FIGURE.fullmatch(text.strip())
    dm2 = _dm2(figure) if figure else 0
    if dm2 == 0:
        raise AreaUnreadable(f"“{text}”不是建筑面积；请填写大于零、至多两位小数的平方米数，例如 89.50")
    return dm2


def format_area(dm2: int) -> str:
    """Write dm2 as square metres with two decimals, for people to read."""
    metres, rest = divmod(dm2, DM2_PER_M2)
    return f"{metres}.{rest:02d}"


def _dm2(figure: re.Match[str]) -> int:
    hundredths = (figure[2] or "").ljust(2, "0")
    return int(figure[1]) * DM2_PER_M2 + int(hundredths)
