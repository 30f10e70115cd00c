"""A community whose assembly is final, its firm, and people who enter, look on, split and ask, over HTTP.

The assembly is a real one: ballots were cast and counted, auditors agreed, the objection days are over.
"""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from backend.disclosure import BookReport, check_books
from backend.infra.db import reading
from tests.assemblies.scene import Scene as Assembly
from tests.assemblies.world import Json, an_item

MORE_PHONES = {
    "clerk": "13900000061",
    "worker": "13900000062",
    "street": "13900000063",
    "rival": "13900000064",
}
FOR, AGAINST = [1, 0, 0], [0, 1, 0]
PDF = b"%PDF-1.4\n%%EOF\n"
NO = {"warranty": False, "utility_lines": False, "liable_person": False, "service_upkeep": False}
ITEMS = [
    an_item(),
    an_item(id="wall", title="使用维修资金修补外墙"),
    an_item(
        id="income",
        title="公共收益分配方案",
        matter=8,
        text="净收益的百分之七十补充维修资金，其余三十归物业企业。",
    ),
    an_item(id="roof", title="一号楼屋面维修", scope="building:1"),
]
"""The owners passed all of them but the wall."""
CHOICES = [FOR, AGAINST, FOR]


def pass_items(assembly: Assembly) -> None:
    """Bring a community from nothing to the final result of a real assembly."""
    assembly.make_ready(items=ITEMS)
    assembly.go_to("opens_at")
    for who, label in (("owner-a", "1-1-101"), ("owner-b", "1-1-102"), ("developer", "2-1-401")):
        assembly.cast(who, assembly.whole, label, *CHOICES)
    for label in ("2-1-301", "2-1-302"):
        assembly.cast("owner-de", assembly.whole, label, *CHOICES)
    for who, label in (("owner-a", "1-1-101"), ("owner-b", "1-1-102")):
        assembly.cast(who, assembly.people.uuids["building:1"], label, FOR)
    assembly.count()
    assembly.agree()
    assembly.step("preliminary")
    assembly.clock.forward(timedelta(days=9))
    assert assembly.step("final")["stage"] == "FINAL"


def join_firm(assembly: Assembly) -> None:
    """Let a firm and a street serve the community, each with its people."""
    people, admin = assembly.people, "administrator"
    people.phones |= MORE_PHONES
    for duty, name, role, who in (
        ("firm", "演示物业公司", "firm_dispatcher", "clerk"),
        (None, "别处物业公司", "firm_dispatcher", "rival"),
    ):
        body = assembly.post("/organisations", {"name": name, "kind": "firm"}, admin)["id"]
        people.organisations[who] = body
        if duty:
            _serve(assembly, duty, body)
        assembly.post(
            f"/organisations/{body}/staff", {"phone": MORE_PHONES[who], "name": who, "role": role}, admin
        )
    worker = {"phone": MORE_PHONES["worker"], "name": "worker", "role": "firm_worker"}
    assembly.post(f"/organisations/{people.organisations['clerk']}/staff", worker, admin)
    street = people.organisations["street"]
    _serve(assembly, "street", street)
    officer = {"phone": MORE_PHONES["street"], "name": "street", "role": "street_officer"}
    assembly.post(f"/organisations/{street}/staff", officer, admin)
    _serve(assembly, "community", people.organisations["party"])


def _serve(assembly: Assembly, duty: str, body: str) -> None:
    form = {"duty": duty, "department": "", "organisation_id": body}
    answer = assembly.call(
        "POST", f"/communities/{assembly.people.community}/bodies", form, by="administrator"
    )
    assert answer.status_code == 204, answer.text


class Scene:
    """Who there is, and how they act. Paths are below the community."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.house, self.clock, self.app = assembly.house, assembly.clock, assembly.app
        self.slips = 0
        found = assembly.get(f"/communities/{assembly.people.community}/units", "chair")["items"]
        self.units: dict[str, str] = {unit["label"]: unit["id"] for unit in found}

    def call(
        self, method: str, path: str, body: object = None, by: str = "clerk", **more: Any
    ) -> TestResponse:
        """Send a request and return the answer, whatever it is."""
        return self.assembly.call(
            method, f"/communities/{self.assembly.people.community}{path}", body, by, **more
        )

    def get(self, path: str, by: str = "owner-a") -> Any:
        """Read something."""
        answer = self.call("GET", path, by=by)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, path: str, body: object, by: str = "clerk") -> Any:
        """Do something that is done."""
        answer = self.call("POST", path, body, by)
        assert answer.status_code < 300, answer.text
        return answer.get_json() if answer.data else None

    def code(self, method: str, path: str, body: object = None, by: str = "clerk") -> str:
        """Return the code of a refusal."""
        answer = self.call(method, path, body, by)
        assert answer.status_code >= 400, answer.text
        assert answer.content_type == "application/problem+json"
        return str(answer.get_json(force=True)["code"])

    @property
    def today(self) -> str:
        """The day of the clock in China."""
        return f"{self.clock.at + timedelta(hours=8):%Y-%m-%d}"

    def number(self) -> str:
        """A fresh voucher number."""
        self.slips += 1
        return f"V-{self.slips}"

    # Common income

    def paper(self, by: str = "clerk", content: bytes = PDF, name: str = "凭证") -> str:
        """Upload a document and return its id."""
        file = FileStorage(io.BytesIO(content), "DOCUMENT.pdf")
        answer = self.call("POST", f"/disclosure-papers?name={name}", by=by, data={"file": file})
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def source(self, name: str = "电梯广告", kind: str = "advertising", **changes: object) -> str:
        """Enter a source and return its id."""
        form = {
            "kind": kind,
            "name": name,
            "counterparty": "演示广告公司",
            "first_day": "2026-01-01",
            "last_day": "2026-12-31",
            "amount_fen": 2_400_000,
            "terms": "每季度支付一次",
            "contract_id": self.paper(),
        }
        return str(self.post("/common-sources", {**form, **changes})["id"])

    def money(self, source: str, amount_fen: object, **changes: object) -> Json:
        """The form of income or (with a kind of cost) of a cost."""
        return {
            "source_id": source,
            "amount_fen": amount_fen,
            "day": self.today,
            "reference": self.number(),
            "memo": "第一季度",
            "paper_ids": [self.paper()],
            **changes,
        }

    def enter(self, source: str, amount_fen: int, **changes: object) -> int:
        """Enter income or a cost and return the entry's id."""
        return int(self.post("/common-entries", self.money(source, amount_fen, **changes))["entry_id"])

    def split_form(self, *parts: tuple[str, int], item: str = "income", **changes: object) -> Json:
        """The form of a split."""
        return {
            "assembly_id": self.assembly.people.assembly,
            "item_id": item,
            "first_day": self.today,
            "parts": [{"to": to, "weight": weight} for to, weight in parts],
            **changes,
        }

    def decide_split(self, *parts: tuple[str, int]) -> str:
        """Enter a split by the passed item."""
        return str(self.post("/income-splits", self.split_form(*parts), "chair")["id"])

    def payout_form(self, amount_fen: int, **changes: object) -> Json:
        """The form by which net income is split."""
        return {"amount_fen": amount_fen, "day": self.today, "reference": self.number(), **changes}

    def pay_out(self, amount_fen: int) -> int:
        """Split net income and return the entry's id."""
        return int(self.post("/income-payouts", self.payout_form(amount_fen), "chair")["entry_id"])

    # The fund

    def slip(self, amount_fen: object, **changes: object) -> Json:
        """The form of an amount by a voucher."""
        return {"amount_fen": amount_fen, "day": self.today, "reference": self.number(), **changes}

    def open_accounts(self, each_fen: int = 1_000_000) -> None:
        """Let every unit pay its first deposit."""
        for unit_id in self.units.values():
            self.post("/fund-deposits", self.slip(each_fen, unit_id=unit_id, is_first=True))

    def project_form(self, item: str | None = "fund", **changes: object) -> Json:
        """The form of a project on a vote, or (without an item) of an emergency."""
        ground = (
            {"assembly_id": self.assembly.people.assembly, "item_id": item} if item else {"danger": "lift"}
        )
        return {
            "title": "更换电梯",
            "purpose": "lift",
            "scope": "all",
            "budget_fen": 3_000_000,
            "excluded": NO,
            "day": self.today,
            **ground,
            **changes,
        }

    def project(self, item: str | None = "fund", **changes: object) -> str:
        """Open a project and return its id."""
        return str(self.post("/fund-projects", self.project_form(item, **changes), "chair")["id"])

    def use_form(self, amount_fen: object, **changes: object) -> Json:
        """The form of a payment for a project."""
        return self.slip(amount_fen, paper_ids=[self.paper()], **changes)

    def use(self, project: str, amount_fen: int) -> int:
        """Pay for a project and return the entry's id."""
        return int(self.post(f"/fund-projects/{project}/uses", self.use_form(amount_fen))["entry_id"])

    def step(self, project: str, kind: str, *, with_paper: bool = True, **changes: object) -> Json:
        """Take a step of the emergency procedure."""
        papers = [self.paper("chair")] if with_paper else []
        form = {"kind": kind, "day": self.today, "paper_ids": papers, **changes}
        return dict(self.post(f"/fund-projects/{project}/steps", form, "chair"))

    def account(self, label: str, by: str = "clerk", query: str = "") -> Json:
        """Show a unit's account."""
        return dict(self.get(f"/units/{self.units[label]}/fund-account{query}", by))

    def balances(self) -> dict[str, int]:
        """What each unit has now."""
        return {label: self.account(label)["balance_fen"] for label in self.units}

    def upload(self, content: bytes, *, dry_run: bool = False, by: str = "clerk") -> TestResponse:
        """Upload a list of opening balances."""
        file = FileStorage(io.BytesIO(content), "LIST.csv")
        path = f"/fund-imports?dry_run={str(dry_run).lower()}"
        return self.call("POST", path, by=by, data={"file": file})

    def check(self) -> BookReport:
        """Check the books."""
        with self.app.app_context(), reading() as session:
            return check_books(session)

    def go_to(self, moment: str) -> None:
        """Move the clock."""
        self.assembly.go_to(moment)
