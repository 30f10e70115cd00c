"""The same books on PostgreSQL: rows as a stream, one writer for each ledger, rows never changed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.fees.models import Entry
from backend.fees.rules.values import Method
from backend.fees.service import items, payments, runs
from backend.infra.bulk import insert_rows
from backend.infra.migrating import migrate
from tests.fees.scene import CLAUSE, MARCH, Scene, a_list, open_scene
from tests.houses import SetClock, a_house, an_app, some_settings
from tests.postgres import postgres

A = "1-1-101"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A scene on PostgreSQL with one item, billed for March."""
    folder = tmp_path_factory.mktemp("books") / "data"
    with postgres() as url:
        clock = SetClock()
        house = a_house(folder, clock, DATABASE_URL=url)
        migrate(some_settings(folder, DATABASE_URL=url))
        app = an_app(house)
        scene = open_scene(app, house, clock)
        scene.run(scene.item())
        yield scene
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def test_bills_payments_and_reversals_agree_there_too(there: Scene) -> None:
    paid = there.pay(A, 20000, "S-1", day="2026-02-20")
    assert there.statement(A)["prepaid_fen"] == 3442
    there.reverse(paid["payment_id"])
    assert there.statement(A)["owed_fen"] == 16558
    content = a_list("楼栋 单元 房号 收款日期 金额 收款方式 单号", "1 1 101 2026-03-01 100 现金 S-2")
    assert there.upload("payments", content)["created"] == 1
    assert there.check().findings == ()


def test_two_runs_at_the_same_moment_bill_everybody_once(there: Scene) -> None:
    item = there.item("清运费", "unit_month", "5")
    body = {"item_ids": [item], **MARCH}
    headers = there.who("clerk")
    url = f"/api/v1/communities/{there.community}/charge-runs"

    def run(_: int) -> int:
        answer = there.app.test_client().post(url, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return int(answer.get_json()["bills"])

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(run, range(4))) == [0, 0, 0, 3]
    assert there.check().findings == ()


def test_payments_at_the_same_moment_are_numbered_without_a_gap(there: Scene) -> None:
    slips = [
        payments.Money(there.units[A], Method.CASH, 100, there.clock().date(), f"P-{n}") for n in range(4)
    ]

    def pay(money: payments.Money) -> None:
        with there.acting() as clerk:
            payments.record_payment(clerk, money)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pay, slips))
    serials = [int(one["number"][-6:]) for one in there.get("/receipts")["items"]]
    assert serials == list(range(len(serials), 0, -1))
    assert len(serials) >= len(slips)
    assert there.check().findings == ()


@pytest.mark.parametrize(
    "act", ["DELETE FROM postings", "UPDATE journal_entries SET memo = ''", "DELETE FROM receipts"]
)
def test_the_database_itself_refuses_to_change_what_was_posted(there: Scene, act: str) -> None:
    with pytest.raises(DBAPIError, match="never changed"), there.acting() as clerk:
        clerk.session.execute(sa.text(act))


def test_a_row_that_breaks_a_constraint_is_refused_as_anywhere(there: Scene) -> None:
    with there.acting() as clerk:
        known = clerk.session.scalars(sa.select(Entry).limit(1)).one()
        row = {column.name: getattr(known, column.name) for column in Entry.__table__.columns}
    with pytest.raises(sa.exc.IntegrityError), there.acting() as clerk:
        insert_rows(clerk.session, Entry, [row])


def test_a_preview_reads_what_a_run_would_bill(there: Scene) -> None:
    with there.acting() as clerk:
        item = items.add_item(clerk, items.NewItem("装修管理费", items.Basis.ONE_OFF, ["HOME"]))
        items.add_price(
            clerk, item.id, price="300", first_day=there.clock().date(), last_day=None, clause=CLAUSE
        )
        day = there.clock().date()
        order = runs.Order([item.id], runs.Period(day, day.replace(day=day.day + 1)))
        assert runs.preview_run(clerk.session, there.community, order).total_fen == 90000
