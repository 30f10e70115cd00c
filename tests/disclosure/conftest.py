"""The scene of disclosure: a final assembly, made once for a process and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.assemblies.scene import Scene as Assembly
from tests.assemblies.world import Cast
from tests.disclosure.scene import Scene, join_firm, pass_items
from tests.houses import SetClock, a_house, an_app


@pytest.fixture(scope="session")
def final_folder(
    migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Cast, datetime]:
    """A data folder whose assembly is FINAL, what its people hold, and when that was."""
    folder = Path(shutil.copytree(migrated_folder, tmp_path_factory.mktemp("final") / "data"))
    clock = SetClock()
    house = a_house(folder, clock)
    app = an_app(house)
    assembly = Assembly(app, house, clock, Cast())
    pass_items(assembly)
    join_firm(assembly)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    return folder, assembly.people, clock.at


@pytest.fixture
def scene(final_folder: tuple[Path, Cast, datetime], tmp_path: Path) -> Iterator[Scene]:
    """The scene, of the test's own."""
    folder, people, at = final_folder
    clock = SetClock(at)
    house = a_house(Path(shutil.copytree(folder, tmp_path / "final")), clock)
    app = an_app(house)
    yield Scene(Assembly(app, house, clock, replace(people)))
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
