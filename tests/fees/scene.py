"""A community with its firm, a few homes and a parking space, and people who act over HTTP or as clerks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from backend.fees import CheckReport, check_ledgers
from backend.fees.service.clerk import Clerk
from backend.infra.db import reading, transaction
from backend.infra.house import House
from tests.houses import SetClock, sign_in
from tests.registry.makers import a_csv, a_document, a_row
from tests.registry.people import Desk, open_desk

Json = dict[str, Any]
PHONES = {"clerk": "13900000061", "worker": "13900000062", "rival": "13900000063", "second": "13900000079"}
OWNERS = {"owner-a": "13900000041", "owner-b": "13900000042", "stranger": "13900000099"}
RESIDENTS = {"tenant": "13900000051", "friend": "13900000052"}
JUDGES = {"chair": "13800000002", "officer": "13900000071", "street": "13900000072"}
LABELS = ("1-1-101", "1-1-102", "2-1-201", "B--1")
MARCH = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
CLAUSE = "物业服务合同第 8 条"


def a_fee_roll() -> bytes:
    """89.50 and 70.25 m2 of owner-a, 100.00 m2 of owner-b, who also has a parking space without an area."""
    mine = {"owners": "甲某", "documents": a_document(1), "phones": OWNERS["owner-a"]}
    yours = {"owners": "乙某", "documents": a_document(2), "phones": OWNERS["owner-b"]}
    return a_csv(
        a_row(building="1", stair="1", room="101", area="89.50", **mine),
        a_row(building="1", stair="1", room="102", area="100.00", **yours),
        a_row(building="2", stair="1", room="201", area="70.25", **mine),
        a_row(building="B", stair="", room="1", use="车位", area="", source="", **yours),
    )


@dataclass
class Scene:
    """Who there is, and how they act."""

    desk: Desk
    client: FlaskClient
    app: Flask
    house: House
    clock: SetClock
    community: str
    units: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    firm: str = ""

    def who(self, name: str) -> dict[str, str]:
        """Return the header of somebody signed in."""
        if name not in self.tokens:
            self.tokens[name] = sign_in(self.client, self.house, (PHONES | OWNERS | RESIDENTS | JUDGES)[name])
        return self.tokens[name]

    def call(self, method: str, path: str, by: str = "clerk", **options: Any) -> TestResponse:
        """Call the API within the community."""
        headers = {**self.who(by), **options.pop("headers", {})}
        url = f"/api/v1/communities/{self.community}{path}"
        return self.client.open(url, method=method, headers=headers, **options)

    def get(self, path: str, by: str = "clerk", status: int = 200) -> Json:
        """Read something."""
        answer = self.call("GET", path, by)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def post(self, path: str, body: Json, status: int = 201, by: str = "clerk") -> Json:
        """Do something."""
        answer = self.call("POST", path, by, json=body)
        assert answer.status_code == status, answer.text
        return answer.get_json() if answer.data else {}

    def item(
        self, name: str = "物业服务费", basis: str = "area_month", price: str | None = "1.85", **more: Any
    ):
        """Enter a fee item of homes, in force since 2020, and return its id."""
        form = {"name": name, "basis": basis, "kinds": more.pop("kinds", ["HOME"]), **more}
        item = self.post("/fee-items", form)
        if price:
            self.price(item["id"], price)
        return item["id"]

    def price(self, item: str, price: str, first: str = "2020-01-01", status: int = 201, **more: Any) -> Json:
        """Enter a price."""
        form = {"price": price, "first_day": first, "clause": CLAUSE, **more}
        return self.post(f"/fee-items/{item}/prices", form, status)

    def run(self, *items: str, status: int = 200, **changes: Any) -> Json:
        """Bill March, or what is said."""
        return self.post("/charge-runs", {"item_ids": list(items), **MARCH, **changes}, status)

    def pay(self, label: str, amount_fen: int, reference: str, status: int = 200, **changes: Any) -> Json:
        """Enter cash paid today."""
        form = {
            "unit_id": self.units[label],
            "method": "cash",
            "amount_fen": amount_fen,
            "day": "2026-03-02",
            "reference": reference,
            **changes,
        }
        return self.post("/payments", form, status)

    def reverse(self, entry: int, status: int = 201) -> Json:
        """Undo an entry."""
        return self.post(f"/journal-entries/{entry}/reversal", {"reason": "录入有误"}, status)

    def statement(self, label: str, by: str = "clerk", query: str = "", status: int = 200) -> Json:
        """Show a unit's account."""
        return self.get(f"/units/{self.units[label]}/statement{query}", by, status)

    def upload(self, kind: str, content: bytes, *, dry_run: bool = False, status: int = 200) -> Json:
        """Upload a list."""
        file = FileStorage(io.BytesIO(content), "LIST.csv")
        path = f"/fee-imports?kind={kind}&dry_run={str(dry_run).lower()}"
        answer = self.call("POST", path, data={"file": file})
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def check(self) -> CheckReport:
        """Check the books."""
        with self.app.app_context(), reading() as session:
            return check_ledgers(session, self.house)

    @contextmanager
    def acting(self) -> Iterator[Clerk]:
        """Act as a clerk whose post was checked, in a transaction of its own."""
        with self.app.app_context(), transaction() as session:
            yield self.clerk(session)

    def clerk(self, session: Session) -> Clerk:
        """Return a clerk in a transaction."""
        return Clerk(session, self.house, self.community, "clerk")


def open_scene(app: Flask, house: House, clock: SetClock) -> Scene:
    """Enter the community, its roll, its firm and the firm's people, through HTTP."""
    desk = open_desk(app, house)
    desk.imported(a_fee_roll())
    admin = desk.administrator

    def post(path: str, body: Json, status: int) -> Json:
        answer = desk.client.post(f"/api/v1{path}", json=body, headers=admin)
        assert answer.status_code == status, answer.text
        return answer.get_json() if answer.data else {}

    firm, rival = (
        post("/organisations", {"name": name, "kind": "firm"}, 201)["id"]
        for name in ("演示物业公司", "别处物业公司")
    )
    form = {"duty": "firm", "department": "", "organisation_id": firm}
    post(f"/communities/{desk.community}/bodies", form, 204)
    for name, body, role in (
        ("clerk", firm, "firm_dispatcher"),
        ("second", firm, "firm_dispatcher"),
        ("worker", firm, "firm_worker"),
        ("rival", rival, "firm_dispatcher"),
    ):
        form = {"phone": PHONES[name], "name": f"演示{name}", "role": role}
        post(f"/organisations/{body}/staff", form, 201)
    units = {unit["label"]: unit["id"] for unit in desk.units()["items"]}
    return Scene(desk, desk.client, app, house, clock, desk.community, units, firm=firm)


def a_list(header: str, *rows: str) -> bytes:
    """Return a CSV file; cells are parted by blanks, an empty one is a dot."""
    lines = [line.split(" ") for line in (header, *rows)]
    return "\r\n".join(",".join("" if cell == "." else cell for cell in line) for line in lines).encode()


def a_day(text: str) -> date:
    """Return a day of March 2026 by its number, or any day in full."""
    return date.fromisoformat(text if "-" in text else f"2026-03-{text}")
