"""A community whose assembly is READY, made once and copied for each test that goes on from there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from backend.infra.house import House
from tests.assemblies.scene import Scene
from tests.assemblies.world import Cast
from tests.houses import SetClock, a_house, an_app


@pytest.fixture
def scene(app: Flask, house: House, clock: SetClock) -> Scene:
    """Nothing but an application: a test that is about preparing begins here."""
    return Scene(app, house, clock, Cast())


@pytest.fixture
def founded(scene: Scene) -> Scene:
    """A community with its roll, its developer and everybody's roles."""
    scene.found()
    return scene


@pytest.fixture(scope="session")
def ready_folder(migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """A data folder whose assembly is READY, and what its people hold."""
    folder = Path(shutil.copytree(migrated_folder, tmp_path_factory.mktemp("ready") / "data"))
    clock = SetClock()
    house = a_house(folder, clock)
    app = an_app(house)
    scene = Scene(app, house, clock, Cast())
    scene.make_ready()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    return folder, scene.people


@pytest.fixture
def ready(ready_folder: tuple[Path, Cast], tmp_path: Path, clock: SetClock) -> Iterator[Scene]:
    """An assembly that is READY."""
    folder, people = ready_folder
    house = a_house(Path(shutil.copytree(folder, tmp_path / "ready")), clock)
    app = an_app(house)
    yield Scene(app, house, clock, replace(people.copied(), devices={}))
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def voting(ready: Scene) -> Scene:
    """An assembly that is OPEN."""
    ready.go_to("opens_at")
    return ready
