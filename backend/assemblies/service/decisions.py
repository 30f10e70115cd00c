"""What the assembly decided: items that passed and whose result is final. For other capabilities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.assemblies.models import Assembly, AssemblyStep, Item
from backend.assemblies.rules import (
    STAGE_NAMES,
    DecisionNotFinal,
    DecisionNotPassed,
    DecisionUnknown,
    Stage,
    Step,
)
from backend.assemblies.service import lifecycle
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.voting.law.majority import Outcome
from backend.voting.record.canonical import parse_canonical


@dataclass(frozen=True, slots=True)
class Decision:
    """An item that the owners passed: its matter (Civil Code art. 278), scope, and the day it was final."""

    community_id: str
    assembly_id: str
    item_id: str
    title: str
    text: str
    matter: int
    scope: str
    day: date


def get_decision(
    session: Session, house: House, community_id: str, assembly_id: str, item_id: str
) -> Decision:
    """Return an item of a community's assembly that passed and is final.

    Raises:
        DecisionUnknown: no such item in this community; one of another community is none.
        DecisionNotFinal: the assembly has not come to its final result.
        DecisionNotPassed: it was rejected, had no quorum, or elected somebody.
    """
    assembly = session.get(Assembly, assembly_id)
    if assembly is None or assembly.community_id != community_id:
        raise DecisionUnknown("本小区没有这次业主大会会议；请核对编号")
    items = [item for item in assembly.items if item.item_id == item_id]
    if not items:
        raise DecisionUnknown("这次会议没有该事项；请核对编号")
    stage = lifecycle.stage(session, house, assembly)
    if stage is not Stage.FINAL:
        raise DecisionNotFinal(f"会议现处“{STAGE_NAMES[stage]}”阶段；最终结果公布后才能作为依据")
    if not _has_passed(assembly, item_id):
        raise DecisionNotPassed("该事项未获通过，不能作为依据")
    return _decision(assembly, items[0])


def decisions_of(session: Session, community_id: str, matters: Iterable[int]) -> list[Decision]:
    """Return the items of some matters that passed and are final, the latest first."""
    final = select(AssemblyStep.assembly_id).where(AssemblyStep.step == Step.FINAL)
    query = (
        select(Assembly, Item)
        .join(Item, Item.assembly_id == Assembly.id)
        .where(Assembly.community_id == community_id, Assembly.id.in_(final), Item.matter.in_(set(matters)))
        .order_by(Item.position)
    )
    rows = session.execute(query).all()
    found = [_decision(assembly, item) for assembly, item in rows if _has_passed(assembly, item.item_id)]
    return sorted(found, key=lambda one: one.day, reverse=True)


def _has_passed(assembly: Assembly, item_id: str) -> bool:
    if assembly.result is None:
        return False
    items: Mapping[str, Any] = parse_canonical(assembly.result)["items"]
    return bool(items[item_id]["outcome"] == Outcome.PASSED.value)


def _decision(assembly: Assembly, item: Item) -> Decision:
    [final] = [step for step in assembly.steps if step.step == Step.FINAL]
    return Decision(
        community_id=assembly.community_id,
        assembly_id=assembly.id,
        item_id=item.item_id,
        title=item.title,
        text=item.text,
        matter=item.matter,
        scope=item.scope,
        day=final.at.astimezone(CHINA).date(),
    )
