"""Which units bear a cost or get a share: those inside a scope that have accounts of the fund, by area."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backend.disclosure.rules.refusals import NothingToShareBy
from backend.disclosure.rules.shares import BEARING
from backend.registry import UnitFacts, units_of
from backend.voting.law.roll import Scope

MOST_NAMED = 20


def units_in(session: Session, community_id: str, scope: Scope) -> list[UnitFacts]:
    """Return the units inside a scope that bear shares, by label.

    Raises:
        NothingToShareBy: there is none.
    """
    found = [
        unit
        for unit in units_of(session, community_id)
        if unit.kind in BEARING
        and scope.building in (None, unit.building)
        and scope.stair in (None, unit.stair)
    ]
    if not found:
        raise NothingToShareBy(f"范围 {scope} 内没有房屋；请核对楼栋和单元")
    return found


def areas_of(units: Sequence[UnitFacts]) -> dict[str, int]:
    """Return the area of each unit in dm2.

    Raises:
        NothingToShareBy: one has none, so that nobody's share can be told.
    """
    missing = [unit.label for unit in units if not unit.area]
    if missing:
        named = "、".join(missing[:MOST_NAMED])
        raise NothingToShareBy(f"{len(missing)} 套房屋没有面积，无法分摊：{named}；请先在名册中补录")
    return {unit.id: unit.area for unit in units if unit.area}
