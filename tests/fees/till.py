"""The scene of fees with a merchant account at the loopback gateway, and people who pay there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from backend.fees.service.channel import NOTICES
from backend.fees.service.orders import keep_closed
from backend.identity import authenticate
from backend.identity.wechat import link_actor
from backend.infra.auth import Actor
from backend.infra.db import transaction
from backend.infra.house import House
from backend.infra.jobs import rounds
from backend.infra.outbox import drain
from tests.fees.scene import OWNERS, PHONES, Json, Scene
from tests.houses import SetClock, a_house, an_app
from tests.standins.wechatpay import Gateway
from tests.standins.wechatpay_keys import APPID, OPENID, SentNotice, write_keys

A, B, C = "1-1-101", "1-1-102", "2-1-201"
PUBLIC_URL = "http://127.0.0.1:8000"


def a_merchant_house(folder: Path, clock: SetClock, gateway: Gateway, **environment: str) -> House:
    """A house with the merchant account of the gateway; the client's clock is the test's."""
    keys = folder.parent / f"{folder.name}-merchant"
    options = {
        "WECHAT_APPID": APPID,
        "WECHAT_SECRET": "fictional-secret",
        "WECHAT_BASE_URL": "http://127.0.0.1:9",
        "WECHATPAY_BASE_URL": gateway.base_url,
        "PUBLIC_URL": PUBLIC_URL,
    }
    made = a_house(folder, clock, **(write_keys(keys) | options | environment))
    assert made.wechatpay is not None
    return replace(made, wechatpay=replace(made.wechatpay, clock=clock))


@dataclass
class Till:
    """Where people pay: the scene, and the gateway behind it."""

    scene: Scene
    gateway: Gateway

    def bills(self, label: str = A, by: str = "clerk") -> list[int]:
        """Return the bills of a unit of which something is owed."""
        return [bill["id"] for bill in self.scene.statement(label, by)["bills"] if bill["open_fen"]]

    def order(self, *bill_ids: int, status: int = 201, **changes: Any) -> Json:
        """Order the payment of bills of owner-a's home by QR code, or as changes say."""
        by, label = changes.pop("by", "owner-a"), changes.pop("label", A)
        form = {"way": "native", "bill_ids": list(bill_ids), **changes}
        return self.scene.post(f"/units/{self.scene.units[label]}/pay-orders", form, status, by)

    def shown(self, order: Json, by: str = "owner-a") -> Json:
        """Show an order as it is known to stand."""
        return self.scene.get(f"/pay-orders/{order['id']}", by)

    def query(self, order: Json, by: str = "owner-a", status: int = 200) -> Json:
        """Ask how an order stands."""
        return self.scene.post(f"/pay-orders/{order['id']}/query", {}, status, by)

    def hear(self, notice: SentNotice) -> tuple[int, Any]:
        """Let a notice reach the server, and return how it answers."""
        answer = self.scene.client.post(NOTICES, data=notice.raw, headers=notice.headers)
        return answer.status_code, answer.get_json(silent=True)

    def paid(self, order: Json, openid: str = OPENID) -> SentNotice:
        """Let somebody pay an order, and return the notice that goes out."""
        return self.gateway.pay(order["number"], openid)

    def settle(self, order: Json) -> None:
        """Let somebody pay an order and the notice arrive."""
        assert self.hear(self.paid(order)) == (204, None)

    def link(self, by: str = "owner-a", openid: str = OPENID) -> None:
        """Link somebody's account to WeChat."""
        with self.scene.app.app_context(), transaction() as session:
            link_actor(session, self.scene.house, self.actor(by), openid=openid)

    def appoint(self, name: str) -> None:
        """Let the firm have another person who keeps its books."""
        desk, phone = self.scene.desk, (PHONES | OWNERS)[name]
        headers = desk.administrator
        form = {"phone": phone, "name": f"演示{name}", "role": "firm_dispatcher"}
        answer = desk.client.post(
            f"/api/v1/organisations/{self.scene.firm}/staff", json=form, headers=headers
        )
        assert answer.status_code == 201, answer.text

    def actor(self, by: str) -> Actor:
        """Return who somebody is to services; within the application's context."""
        return authenticate(self.scene.who(by)["Authorization"].removeprefix("Bearer "))

    def calls(self, part: str) -> list[str]:
        """Return the calls of which the address has a part."""
        return [call for call in self.gateway.calls if part in call]

    def incidents(self) -> list[tuple[str, int]]:
        """Return what did not fit, by code, and how often."""
        return [(one["code"], one["times"]) for one in self.scene.get("/channel-incidents")["items"]]

    def work(self, *, minutes: int = 0) -> None:
        """Let time pass, and the worker do what is due."""
        self.scene.clock.forward(timedelta(minutes=minutes))
        with self.scene.app.app_context():
            for act in rounds():
                act()
            drain()

    def again(self, day: str) -> int:
        """Have a day compared again and return how the server answers."""
        answer = self.scene.call("POST", "/reconciliations", json={"day": day})
        self.work()
        return answer.status_code

    def forget(self, order: Json) -> None:
        """Close an order here as if it had ended unpaid, so that nobody asks after it any more."""
        with self.scene.app.app_context(), transaction() as session:
            keep_closed(session, self.scene.house, order["id"])

    def refunds(self) -> list[Json]:
        """Return the refunds, the latest first."""
        return self.scene.get("/refunds")["items"]

    def number_of(self, refund: Json) -> str:
        """Return a refund's number at the channel."""
        return next(one["number"] for one in self.refunds() if one["id"] == refund["id"])

    def agree(self) -> None:
        """Hold the books against every rule, and against the gateway's."""
        assert self.scene.check().findings == ()


@contextmanager
def open_till(scene: Scene, gateway: Gateway, **environment: str) -> Iterator[Till]:
    """Give a scene a merchant account."""
    house = a_merchant_house(scene.house.settings.data_dir, scene.clock, gateway, **environment)
    app = an_app(house)
    client = app.test_client()
    desk = replace(scene.desk, client=client, house=house)
    yield Till(replace(scene, desk=desk, client=client, app=app, house=house, tokens={}), gateway)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """Serve an application over HTTP, many requests at a time; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
