"""The same process on PostgreSQL: one case for a holder, one writer at a time, events never changed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.infra.migrating import migrate
from tests.fees.arrears.process import A, B, Process, open_process
from tests.fees.scene import open_scene
from tests.houses import SetClock, a_house, an_app, some_settings
from tests.postgres import postgres


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Overdue bills on PostgreSQL."""
    folder = tmp_path_factory.mktemp("arrears") / "data"
    with postgres() as url:
        clock = SetClock()
        house = a_house(folder, clock, DATABASE_URL=url)
        migrate(some_settings(folder, DATABASE_URL=url))
        app = an_app(house)
        yield open_process(open_scene(app, house, clock))
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def test_of_many_reminders_at_the_same_moment_one_goes_out(there: Process) -> None:
    headers = there.who("clerk")
    url = f"/api/v1/communities/{there.scene.community}/arrears/reminders"

    def remind(_: int) -> str | None:
        body = {"holders": [there.holder(B)]}
        answer = there.scene.app.test_client().post(url, json=body, headers=headers)
        return answer.get_json()["items"][0]["code"]

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(str(code) for code in pool.map(remind, range(4)))
    assert codes == ["None", "arrears-too-early", "arrears-too-early", "arrears-too-early"]
    assert len(there.get(":/arrears-cases", "clerk")["items"]) == 1


def test_a_case_goes_from_reminder_to_court_file_and_is_never_rewritten(there: Process) -> None:
    case = there.mediated(A)
    assert there.act(case, "filed")["state"] == "filed"
    assert there.dispute()["state"] == "disputed"
    assert there.scene.statement(A)["bills"][0]["state"] == "disputed"
    with pytest.raises(DBAPIError, match="never changed"), there.scene.acting() as clerk:
        clerk.session.execute(sa.text("UPDATE arrears_events SET text = ''"))
