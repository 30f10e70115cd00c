"""The same assembly on PostgreSQL: one writer per board by row locks, and the same record."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.infra.migrating import migrate
from backend.voting.protocol.verifier import verify_archive, verify_pair
from tests.assemblies.scene import Scene
from tests.assemblies.world import Cast
from tests.houses import SetClock, a_house, an_app, some_settings
from tests.postgres import postgres

FOR, AGAINST = [1, 0, 0], [0, 1, 0]
BLANK = [1, 0, 0, 0, 0, 0, 0]


@pytest.fixture
def voting_there(tmp_path: Path, clock: SetClock) -> Iterator[Scene]:
    """An assembly that is OPEN on PostgreSQL."""
    with postgres() as url:
        house = a_house(tmp_path / "data", clock, DATABASE_URL=url)
        migrate(some_settings(tmp_path / "data", DATABASE_URL=url))
        app = an_app(house)
        scene = Scene(app, house, clock, Cast())
        scene.make_ready()
        scene.go_to("opens_at")
        yield scene
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def test_an_assembly_is_held_on_postgresql_and_its_record_verifies(
    voting_there: Scene, tmp_path: Path
) -> None:
    scene = voting_there
    scene.cast("owner-a", scene.whole, "1-1-101", FOR, BLANK)
    refusals = _cast_at_once(scene)
    assert refusals == ["already-voted"] * 3
    scene.count()
    scene.agree()
    assert scene.assembly()["stage"] == "AUDITED"
    found = {chain: _verified(scene, chain, tmp_path) for chain in ("heads", "area")}
    verify_pair(found["heads"], found["area"])
    assert found["heads"].num_tallied == len(found["heads"].ballot_hashes) == 2


def _cast_at_once(scene: Scene) -> list[str]:
    """Send four ballots of one elector at the same moment and return the codes of those refused."""
    path = f"/elections/{scene.whole}/ballots"
    forms = [
        scene.ballot("co-owner-b", scene.whole, "1-1-102", choice, BLANK)
        for choice in (FOR, AGAINST, FOR, AGAINST)
    ]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda form: scene.call("POST", path, form, "co-owner-b"), forms))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    return [answer.get_json()["code"] for answer in answers if answer.status_code != 201]


def _verified(scene: Scene, chain: str, folder: Path):
    path = folder / f"{chain}.bel"
    path.write_bytes(scene.get_bytes(f"/elections/{scene.whole}/{chain}.bel"))
    return verify_archive(path, final=True)
