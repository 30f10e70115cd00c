"""Overdue bills, of the test's own."""

from __future__ import annotations

import pytest

from tests.fees.arrears.process import Process, open_process
from tests.fees.scene import Scene


@pytest.fixture
def process(scene: Scene) -> Process:
    """The scene with overdue bills."""
    return open_process(scene)
