from datetime import timedelta

import pytest

from tests.registry.people import open_desk
from tests.registry.town import open_town


@pytest.fixture
def desk(app, house):
    """A community with a chair and no roll yet."""
    return open_desk(app, house)


@pytest.fixture
def town(app, house):
    """Communities with bodies to serve them, and a roll of some homes."""
    return open_town(app, house)


@pytest.fixture
def clock_step(clock):
    """Let time pass: days, hours, minutes."""
    return lambda **step: clock.forward(timedelta(**step))
