"""What happens by itself: boards whose time is over are ended and tallied; owners are told of a ballot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.assemblies.service import counting, telling
from backend.infra.db import reading, transaction
from backend.infra.house import current_house
from backend.infra.jobs import every_round
from backend.infra.outbox import job


@every_round
def close_boards() -> None:
    """End every board whose time is over. No ballot depends on when this runs: the clock decides."""
    house = current_house()
    with reading() as session:
        due = counting.elections_to_close(session, house)
    for uuid in due:
        with transaction() as session:
            counting.close(session, house, uuid)


@job(telling.CAST)
def tell_of_cast(payload: Mapping[str, Any]) -> None:
    """Tell the owners of an elector; after a crash they may be told twice, never not at all."""
    with transaction() as session:
        telling.tell_of_cast(session, current_house(), payload)
