"""The scene of complaints, set once for a process and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.complaints.scene import Scene, open_scene
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
    folder, made = set_scene
    clock = SetClock()
    house = a_house(Path(shutil.copytree(folder, tmp_path / "data")), clock)
    app = an_app(house)
    client = app.test_client()
    yield replace(
        made,
        desk=replace(made.desk, client=client, house=house),
        client=client,
        app=app,
        house=house,
        clock=clock,
        tokens={},
    )
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
