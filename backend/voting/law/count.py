"""The pair that everything in the assembly is counted in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """Area in 0.01 m2 and heads, always together. Civil Code art. 278."""

    area: int = 0
    heads: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.area + other.area, self.heads + other.heads)

    def fits(self, whole: Count) -> bool:
        """Tell whether this is a part of the whole, in both dimensions."""
        return 0 <= self.area <= whole.area and 0 <= self.heads <= whole.heads


NOTHING = Count()
