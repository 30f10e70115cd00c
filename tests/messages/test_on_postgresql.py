"""Deliveries on PostgreSQL, where two jobs really run at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.infra.db import reading
from backend.infra.migrating import migrate
from backend.messages.models import Message
from backend.messages.service.deliveries import deliver
from tests.houses import SetClock, a_house, an_app, some_settings
from tests.messages.post import SUBJECT, Post
from tests.postgres import postgres
from tests.standins.wechat import WeChatStandIn
from tests.wechat import with_wechat


@pytest.fixture
def post_there(tmp_path: Path, service: WeChatStandIn, clock: SetClock) -> Iterator[Post]:
    """A house with a mini-program on PostgreSQL."""
    with postgres() as url:
        house = a_house(tmp_path / "data", clock, DATABASE_URL=url)
        migrate(some_settings(tmp_path / "data", DATABASE_URL=url))
        app = an_app(with_wechat(house, service, clock))
        yield Post(app, service, clock)
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def test_messages_that_are_delivered_at_the_same_moment_take_a_consent_each(post_there: Post) -> None:
    post, headers = post_there, post_there.sign_in()
    for _ in range(3):
        post.consent(headers, "ticket")
        post.tell(important=False)
    with post.app.app_context(), reading() as session:
        ids = [message.id for message in session.query(Message)]

    def deliver_one(message_id: str) -> None:
        with post.app.app_context():
            deliver({"message": message_id})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(deliver_one, ids))
    assert [each["thing1"] for each in post.sent_by_wechat()] == [SUBJECT] * 3
    assert post.outcomes() == ["sent"] * 3
    assert post.left(headers)["ticket"] == 0
