"""A house whose mini-program is the stand-in's, for the tests of consents and deliveries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from backend.infra.house import House
from tests.houses import SetClock, an_app
from tests.messages.post import Post
from tests.standins.wechat import WeChatStandIn, wechat_stand_in
from tests.wechat import with_wechat


@pytest.fixture
def service() -> Iterator[WeChatStandIn]:
    with wechat_stand_in() as made:
        yield made


@pytest.fixture
def linked_app(house: House, service: WeChatStandIn, clock: SetClock) -> Iterator[Flask]:
    """An application of a house with a mini-program."""
    made = an_app(with_wechat(house, service, clock))
    yield made
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def post(linked_app: Flask, service: WeChatStandIn, clock: SetClock) -> Post:
    """Where messages are sent and received, through HTTP and the outbox."""
    return Post(linked_app, service, clock)
