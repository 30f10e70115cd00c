"""Messages that were written before there were channels: migrating keeps them, and the work they wait for."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from backend.infra.house import open_house
from backend.infra.migrating import migrate
from tests.houses import some_settings

MESSAGE = "INSERT INTO messages (id, phone_hash, phone, kind, text, at) VALUES ('m', 'h', 'p', 'k', 't', :at)"
WORK = "INSERT INTO outbox (kind, payload, due_at, queued, tries) VALUES ('message-sms', '{}', :at, false, 0)"
AT = {"at": "2026-03-02 04:00:00.000000"}


def test_an_earlier_message_still_goes_out_as_sms(tmp_path: Path) -> None:
    settings = some_settings(tmp_path / "data")
    open_house(settings)
    migrate(settings, "0006")
    engine = sa.create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(sa.text(MESSAGE), AT)
        connection.execute(sa.text(WORK), AT)
    migrate(settings)
    with engine.connect() as connection:
        row = connection.execute(sa.text("SELECT is_important, is_urgent, subject, read_at FROM messages"))
        kinds = connection.execute(sa.text("SELECT kind FROM outbox")).scalars().all()
    assert (row.one(), kinds) == ((True, False, "", None), ["message-delivery"])
    engine.dispose()
