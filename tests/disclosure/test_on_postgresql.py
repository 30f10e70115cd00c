"""The same books on PostgreSQL: a real final assembly, one writer for each book, rows never changed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from backend.infra.db import transaction
from backend.infra.migrating import migrate
from tests.assemblies.scene import Scene as Assembly
from tests.assemblies.world import Cast
from tests.disclosure.scene import Scene, join_firm, pass_items
from tests.houses import SetClock, a_house, an_app, some_settings
from tests.postgres import postgres


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The scene on PostgreSQL."""
    folder = tmp_path_factory.mktemp("books") / "data"
    with postgres() as url:
        clock = SetClock()
        house = a_house(folder, clock, DATABASE_URL=url)
        migrate(some_settings(folder, DATABASE_URL=url))
        app = an_app(house)
        assembly = Assembly(app, house, clock, Cast())
        pass_items(assembly)
        join_firm(assembly)
        yield Scene(assembly)
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def test_the_whole_chain_agrees_there_too(there: Scene) -> None:
    source = there.source()
    wrong = there.enter(source, 5)
    there.enter(source, 600_000)
    there.enter(source, 100_001, cost_kind="power")
    there.post(f"/common-entries/{wrong}/reversal", {"reason": "金额有误"})
    there.decide_split(("fund", 70), ("owners", 20), ("firm", 10))
    there.pay_out(400_003)
    there.open_accounts(1_000)
    there.post("/fund-interest", there.slip(101))
    there.use(there.project(), 1_001)
    emergency = there.project(None)
    for kind in ("inspection", "repair", "papers"):
        there.step(emergency, kind)
    there.use(emergency, 7)
    found = there.get("/common-summary")
    assert found["income_fen"] - found["cost_fen"] == found["paid_out_fen"] + found["closing_fen"]
    assert sum(there.balances().values()) == 280_002 + 8_000 + 101 - 1_001 - 7
    there.go_to("2026-07-01T09:00:00+08:00")
    made = there.post("/publications", {"kind": "common", "first_day": "2026-04-01"})
    assert made["document"]["figures"]["closing_fen"] == found["closing_fen"]
    for name in ("common-money", "fund-left"):
        assert there.call("GET", f"/disclosure-pictures/{name}.svg", by="owner-a").status_code == 200
    assert there.check().findings == ()


def test_payments_at_the_same_moment_never_come_to_more_than_there_is(there: Scene) -> None:
    unit = there.units["1-2-201"]
    left = there.account("1-2-201")["balance_fen"]
    forms = [there.slip(left, unit_id=unit) for _ in range(4)]
    headers = there.assembly.header("chair")
    url = f"/api/v1/communities/{there.assembly.people.community}/fund-refunds"

    def pay(form: dict[str, object]) -> int:
        return there.app.test_client().post(url, json=form, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(pay, forms)) == [200, 409, 409, 409]
    assert there.account("1-2-201")["balance_fen"] == 0
    assert there.check().findings == ()


@pytest.mark.parametrize("act", ["DELETE FROM book_postings", "UPDATE publications SET reason = 'x'"])
def test_rows_are_never_changed_there_either(there: Scene, act: str) -> None:
    with (
        there.app.app_context(),
        pytest.raises(DBAPIError, match="never changed"),
        transaction() as session,
    ):
        session.connection().exec_driver_sql(act)
