"""Fixtures that every test may use. Each test has a data folder and a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from backend.infra.house import House
from backend.infra.migrating import migrate
from tests.houses import SetClock, a_house, an_app, some_settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def migrated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A begun and migrated data folder, to be copied: migrating once is quicker than for each test."""
    folder = tmp_path_factory.mktemp("migrated") / "data"
    a_house(folder, SetClock())
    migrate(some_settings(folder))
    return folder


@pytest.fixture
def clock() -> SetClock:
    """The clock of the house; noon on 2 March 2026 in China until the test moves it."""
    return SetClock()


@pytest.fixture
def house(migrated_folder: Path, tmp_path: Path, clock: SetClock) -> House:
    """A house of the test's own."""
    return a_house(Path(shutil.copytree(migrated_folder, tmp_path / "data")), clock)


@pytest.fixture
def app(house: House) -> Iterator[Flask]:
    """The application of the house, its connections closed at the end."""
    made = an_app(house)
    yield made
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()
