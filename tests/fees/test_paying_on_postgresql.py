"""Paying on PostgreSQL: many notices at once on many connections enter one payment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.infra.migrating import migrate
from tests.fees.scene import open_scene
from tests.fees.till import A, B, Till, a_merchant_house, listening
from tests.houses import SetClock, an_app, some_settings
from tests.postgres import postgres
from tests.standins.wechatpay import Gateway, serving


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    """A till on PostgreSQL, with March billed."""
    folder, clock = tmp_path_factory.mktemp("till") / "data", SetClock()
    with postgres() as url, serving(Gateway(clock)) as gateway:
        house = a_merchant_house(folder, clock, gateway, DATABASE_URL=url)
        migrate(some_settings(folder, DATABASE_URL=url))
        app = an_app(house)
        scene = open_scene(app, house, clock)
        scene.run(scene.item())
        yield Till(scene, gateway)
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def test_many_notices_at_once_enter_one_payment(there: Till) -> None:
    order = there.order(*there.bills())
    first = there.paid(order)
    notices = [first, first, first, *(there.gateway.paid_notice(order["number"]) for _ in range(3))]
    with listening(there.scene.app) as address, ThreadPoolExecutor(6) as pool:
        url = f"{address}/wechatpay/notices"
        answers = list(pool.map(lambda one: there.gateway.send(replace(one, url=url)), notices))
    assert answers == [(204, b"")] * 6
    assert [one["kind"] for one in there.scene.statement(A)["movements"]] == ["charge", "payment"]
    there.agree()


def test_the_same_incident_at_once_is_one(there: Till) -> None:
    there.gateway.order_elsewhere("elsewhere-0001", 500)
    there.gateway.pay("elsewhere-0001")
    notice = there.gateway.paid_notice("elsewhere-0001")
    with listening(there.scene.app) as address, ThreadPoolExecutor(4) as pool:
        one = replace(notice, url=f"{address}/wechatpay/notices")
        answers = [status for status, _ in pool.map(there.gateway.send, [one] * 4)]
    assert answers == [404] * 4
    assert [code for code, _ in there.incidents()] == ["channel-order-unknown"]


def test_a_refund_and_a_day_s_bill_agree_there_too(there: Till) -> None:
    order = there.order(prepay_fen=900, label=B, by="owner-b")
    there.settle(order)
    form = {"payment_id": there.shown(order, "owner-b")["payment_id"], "amount_fen": 400}
    refund = there.scene.post("/refunds", form)
    there.scene.post(f"/refunds/{refund['id']}/decision", {"is_approved": True}, 200, "second")
    there.work()
    there.gateway.finish_refund(there.refunds()[0]["number"])
    there.work(minutes=24 * 60)
    assert there.refunds()[0]["state"] == "done"
    [look] = there.scene.get("/reconciliations")["items"]
    assert (look["ours"], look["differences"]) == (look["theirs"], 0)
    assert there.scene.get("/payments/duplicates")["items"] == []
    there.agree()


def test_the_database_itself_keeps_what_was_told(there: Till) -> None:
    with pytest.raises(DBAPIError, match="never changed"), there.scene.acting() as clerk:
        clerk.session.execute(sa.text("DELETE FROM channel_notices"))
