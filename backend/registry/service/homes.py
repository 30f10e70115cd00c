"""Every home of a person, over all communities."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.infra.auth import Actor
from backend.registry.models import Community, OwnerPhone, Ownership, ResidencyRow, Unit
from backend.registry.rules.bodies import Residency

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Home:
    """A unit to which a person belongs, or asked to. `bond` is "owner" or one of `Bond`.

    `residency_id` is what the person ends when they move out; an owner has none.
    """

    community_id: str
    community: str
    unit_id: str
    label: str
    building: str
    stair: str
    room: str
    bond: str
    state: str
    residency_id: str | None


_PLACES = sa.select(
    Unit.community_id, Community.name, Unit.id, Unit.label, Unit.building, Unit.stair, Unit.room
).join(Community, Community.id == Unit.community_id)


def homes_of(session: Session, actor: Actor) -> list[Home]:
    """Return every unit to which the actor belongs or asked to, over all communities, in two queries.

    Of several words about one unit the last one counts, and none where the actor owns it.
    """
    mine = sa.select(Ownership.unit_id).join(OwnerPhone, OwnerPhone.owner_id == Ownership.owner_id)
    owned = mine.where(OwnerPhone.phone_hash == actor.phone_hash)
    homes = {
        row.id: Home(*row, bond=OWNER, state=Residency.CONFIRMED.value, residency_id=None)
        for row in session.execute(_PLACES.where(Unit.id.in_(owned)).order_by(Unit.label))
    }
    words = (
        _PLACES.add_columns(ResidencyRow.bond, ResidencyRow.state, ResidencyRow.id)
        .join(ResidencyRow, ResidencyRow.unit_id == Unit.id)
        .where(ResidencyRow.account_id == actor.account_id, ResidencyRow.state != Residency.ENDED.value)
        .order_by(ResidencyRow.asked_at, ResidencyRow.id)
    )
    for row in session.execute(words):
        home = Home(*row)
        if home.unit_id not in homes or homes[home.unit_id].bond != OWNER:
            homes[home.unit_id] = home
    return list(homes.values())
