"""Assemblies for people in browsers: prepared on a data folder of the present day, then left to a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.infra.migrating import migrate
from backend.kernel.clock import CHINA
from tests.assemblies.scene import Scene
from tests.assemblies.world import Cast, Json, a_committee, an_item
from tests.houses import SetClock, a_house, an_app, some_settings

NOTICE_DAYS = 16
VOTING_DAYS = 15
BOTH_VOTES = (
    an_item(text="两部电梯各更换一台，概算四十八万元，从维修资金列支。" * 6),
    an_item(id="rules", title="修订管理规约", matter=2, text="增加电动车停放与充电条款。"),
)
WITH_COMMITTEE = (an_item(), a_committee(), an_item(id="roof", title="一号楼屋面维修", scope="building:1"))


@dataclass(frozen=True)
class Poll:
    """A data folder that no process has open, and what the people of its assembly hold."""

    folder: Path
    scene: Scene

    def notice(self, address: str, label: str) -> str:
        """Return the link on the notice of the elector who owns a unit."""
        people = self.scene.people
        return f"{address}/vote/{people.assembly}#{people.codes[people.labels[label]]}"


def open_poll(path: Path, items: tuple[Json, ...] = BOTH_VOTES, **changes: object) -> Poll:
    """Prepare an assembly in which voting opened yesterday."""
    return _prepared(path, NOTICE_DAYS + 1, items, changes, lambda scene: scene.go_to("opens_at"))


def posted_poll(path: Path) -> Poll:
    """Prepare an assembly whose preliminary result was posted yesterday."""
    return _prepared(path, NOTICE_DAYS + VOTING_DAYS + 1, WITH_COMMITTEE, {}, _hold)


def _prepared(
    path: Path,
    days: int,
    items: tuple[Json, ...],
    changes: dict[str, object],
    act: Callable[[Scene], None],
) -> Poll:
    folder, clock = path / "data", SetClock(datetime.now(UTC) - timedelta(days=days))
    house = a_house(folder, clock)
    migrate(some_settings(folder))
    app = an_app(house)
    scene = Scene(app, house, clock, Cast())
    noticed = clock.at.astimezone(CHINA).date().isoformat()
    scene.make_ready(items=list(items), notice_date=noticed, voting_days=VOTING_DAYS, **changes)
    act(scene)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    return Poll(folder, scene)


def _hold(scene: Scene) -> None:
    """Have most owners vote, and the result counted, audited and posted."""
    scene.go_to("opens_at")
    whole, house_1 = scene.whole, scene.people.uuids["building:1"]
    yes, no = [1, 0, 0], [0, 1, 0]
    scene.cast("owner-a", whole, "1-1-101", yes, [0, 1, 1, 1, 0, 0, 0])
    scene.cast("owner-b", whole, "1-1-102", no, [0, 1, 0, 1, 1, 0, 0])
    scene.cast("owner-de", whole, "2-1-301", yes, [0, 1, 1, 1, 1, 1, 0])
    scene.cast("owner-de", whole, "2-1-302", yes, [1, 0, 0, 0, 0, 0, 0])
    scene.cast("developer", whole, "2-1-401", [0, 0, 1], [0, 1, 1, 0, 1, 0, 0])
    scene.cast("owner-a", house_1, "1-1-101", yes)
    scene.count()
    scene.agree()
    scene.step("preliminary")
