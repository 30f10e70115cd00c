"""What happens by itself: boards whose closing instant has passed are ended and tallied."""

from __future__ import annotations

from backend.assemblies.service import counting
from backend.infra.db import reading, transaction
from backend.infra.house import current_house
from backend.infra.jobs import every_round


@every_round
def close_boards() -> None:
    """End every board whose time is over. No ballot depends on when this runs: the clock decides."""
    house = current_house()
    with reading() as session:
        due = counting.elections_to_close(session, house)
    for uuid in due:
        with transaction() as session:
            counting.close(session, house, uuid)
