"""What the registry holds about a person: homes, and words about homes; and what ends when they leave."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.own_data import Value, at_farewell, own_data
from backend.registry.models import ResidencyRow
from backend.registry.rules.bodies import Residency
from backend.registry.service.homes import homes_of


@own_data("homes")
def home_data(session: Session, _house: House, actor: Actor) -> Value:
    """Return the homes to which the actor belongs, or asked to."""
    return [asdict(home) for home in homes_of(session, actor)]


@at_farewell
def end_residencies(session: Session, house: House, actor: Actor) -> None:
    """End what stands or waits of somebody's words about homes; a title in the register is no such word."""
    standing = ResidencyRow.state.in_((Residency.ASKED.value, Residency.CONFIRMED.value))
    ending = sa.update(ResidencyRow).where(ResidencyRow.account_id == actor.account_id, standing)
    session.execute(ending.values(state=Residency.ENDED.value, ended_at=house.clock()))
