import pytest

from tests.registry.people import open_desk


@pytest.fixture
def desk(app, house):
    """A community with a chair and no roll yet."""
    return open_desk(app, house)
