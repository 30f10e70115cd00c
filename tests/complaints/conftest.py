"""The scene of complaints, set once for a process and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.complaints.scene import Scene, open_scene
from tests.complaints.story import live_some_days
from tests.houses import SetClock, a_house, an_app


@pytest.fixture(scope="session")
def set_scene(migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scene]:
    """A data folder with the scene in it."""
    folder = Path(shutil.copytree(migrated_folder, tmp_path_factory.mktemp("scene") / "data"))
    clock = SetClock()
    house = a_house(folder, clock)
    app = an_app(house)
    scene = open_scene(app, house, clock)
    scene.work()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    return folder, scene


@pytest.fixture
def scene(set_scene: tuple[Path, Scene], tmp_path: Path) -> Iterator[Scene]:
    """The scene, of the test's own."""
    with copied(*set_scene, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def lived_scene(
    set_scene: tuple[Path, Scene], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Scene]:
    """The scene after some days of reports and answers."""
    with copied(*set_scene, tmp_path_factory.mktemp("lived")) as made:
        live_some_days(made, seed=7)
        return made.house.settings.data_dir, made


@pytest.fixture
def lived(lived_scene: tuple[Path, Scene], tmp_path: Path) -> Iterator[Scene]:
    """The scene after some days, of the test's own."""
    folder, before = lived_scene
    with copied(folder, before, tmp_path) as made:
        made.clock.at = before.clock.at
        yield made


@contextmanager
def copied(folder: Path, made: Scene, into: Path) -> Iterator[Scene]:
    """Copy a scene with its data, so that nothing done to it reaches another test."""
    clock = SetClock()
    house = a_house(Path(shutil.copytree(folder, into / "data")), clock)
    app = an_app(house)
    client = app.test_client()
    desk = replace(made.desk, client=client, house=house)
    yield replace(made, desk=desk, client=client, app=app, house=house, clock=clock, tokens={})
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def key(scene: Scene) -> str:
    """A key for Open311."""
    answer = scene.call("POST", "/open311-keys", "administrator", json={"name": "演示城市应用"})
    assert answer.status_code == 201
    return answer.get_json()["api_key"]


@pytest.fixture
def second(scene: Scene) -> str:
    """Another community, served by the same firm."""
    body = {"name": "另一花园", "organisation_id": scene.desk.organisation}
    community = scene.call("POST", "/communities", "administrator", json=body).get_json()["id"]
    form = {"duty": "firm", "department": "", "organisation_id": scene.bodies["firm"]}
    answer = scene.call("POST", f"/communities/{community}/bodies", "administrator", json=form)
    assert answer.status_code == 204
    return community
