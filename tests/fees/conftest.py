"""The scene of fees, set once for a process and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fees.scene import Scene, open_scene
from tests.fees.till import Till, open_till
from tests.houses import SetClock, a_house, an_app
from tests.standins.wechatpay import Gateway, serving


@pytest.fixture(scope="session")
def set_scene(migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scene]:
    """A data folder with the scene in it."""
    folder = Path(shutil.copytree(migrated_folder, tmp_path_factory.mktemp("fees") / "data"))
    clock = SetClock()
    house = a_house(folder, clock)
    app = an_app(house)
    made = open_scene(app, house, clock)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    return folder, made


@contextmanager
def copied(set_scene: tuple[Path, Scene], folder: Path) -> Iterator[Scene]:
    """A copy of the scene, in a folder that is not there yet."""
    origin, made = set_scene
    clock = SetClock()
    house = a_house(Path(shutil.copytree(origin, folder)), clock)
    app = an_app(house)
    client = app.test_client()
    desk = replace(made.desk, client=client, house=house)
    yield replace(made, desk=desk, client=client, app=app, house=house, clock=clock, tokens={})
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def scene(set_scene: tuple[Path, Scene], tmp_path: Path) -> Iterator[Scene]:
    """The scene, of the test's own."""
    with copied(set_scene, tmp_path / "data") as made:
        yield made


@pytest.fixture
def many_scenes(set_scene: tuple[Path, Scene], tmp_path: Path) -> Callable[[int], object]:
    """Copies of the scene by number, each to be entered as a context."""
    return lambda number: copied(set_scene, tmp_path / f"data-{number}")


@pytest.fixture(scope="session")
def billed_scene(
    set_scene: tuple[Path, Scene], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Scene]:
    """A data folder with the scene in it and March billed, made once for a process."""
    folder = tmp_path_factory.mktemp("billed") / "data"
    with copied(set_scene, folder) as made:
        made.run(made.item())
    return folder, made


@pytest.fixture
def till(billed_scene: tuple[Path, Scene], tmp_path: Path) -> Iterator[Till]:
    """The scene with a merchant account at a gateway of its own, and March billed."""
    with (
        copied(billed_scene, tmp_path / "data") as scene,
        serving(Gateway(scene.clock)) as gateway,
        open_till(scene, gateway) as made,
    ):
        yield made
