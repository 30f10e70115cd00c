"""What a convenor should weigh before the opening: nothing here blocks, everything is told to all.

Exact totals of heads and area are published. In a small electorate they betray single votes: in simulations
with distinct areas and full turnout every vote of 16 owners was open, and none of 40 (docs/threat-model.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from backend.assemblies.models import Assembly, Election
from backend.assemblies.rules import scope_name

SMALL = 40
"""Below so many electors the totals of an election are likely to open votes."""


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing that may harm somebody although it is allowed; the detail says what could be done instead."""

    code: str
    detail: str


def cautions(assembly: Assembly) -> list[Caution]:
    """Name every election whose exact totals may open votes; known once the rolls are frozen."""
    return [_small(election) for election in assembly.elections if election.heads_total < SMALL]


def _small(election: Election) -> Caution:
    where = scope_name(election.scope)
    return Caution(
        "small-electorate",
        f"表决（{where}）只有 {election.heads_total} 个业主，不足 {SMALL} 个：结果须公布人数与面积，"
        "由此可能推出个人的选择；请在开始前告知各业主，或改用记名表决",
    )
