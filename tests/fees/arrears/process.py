"""Overdue bills, and the people who have to do with them, acting over HTTP."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from backend.infra.jobs import rounds
from backend.infra.outbox import drain
from backend.kernel.clock import CHINA
from tests.fees import scene as fees
from tests.fees.scene import Json, Scene

A, B, C = "1-1-101", "1-1-102", "2-1-201"
JANUARY = {
    "first_day": "2026-01-01",
    "last_day": "2026-01-31",
    "day": "2026-01-05",
    "due_day": "2026-01-31",
}
FEBRUARY = {
    "first_day": "2026-02-01",
    "last_day": "2026-02-28",
    "day": "2026-02-05",
    "due_day": "2026-02-28",
}
OFFICES = {
    "officer": ("13900000064", "示例居委会", "residents_committee", "community", "community_officer"),
    "street": ("13900000065", "示例街道办事处", "street", "street", "street_officer"),
}
CHAIR = "13800000002"


@dataclass
class Process:
    """A scene with an item billed for January: overdue on 2 March, when the clock starts."""

    scene: Scene
    item: str = ""

    def who(self, name: str) -> dict[str, str]:
        """Return the header of somebody signed in."""
        if name in OFFICES or name == "chair":
            phone = CHAIR if name == "chair" else OFFICES[name][0]
            if name not in self.scene.tokens:
                self.scene.tokens[name] = fees.sign_in(self.scene.client, self.scene.house, phone)
            return self.scene.tokens[name]
        return self.scene.who(name)

    def call(self, method: str, path: str, by: str, **options: Any) -> TestResponse:
        """Call the API; a path that begins with a colon stands within the community."""
        within = f"/communities/{self.scene.community}{path[1:]}" if path.startswith(":") else path
        headers = {**self.who(by), **options.pop("headers", {})}
        return self.scene.client.open(f"/api/v1{within}", method=method, headers=headers, **options)

    def get(self, path: str, by: str, status: int = 200) -> Json:
        """Read something."""
        answer = self.call("GET", path, by)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def post(self, path: str, body: Json, by: str, status: int = 201) -> Json:
        """Do something."""
        answer = self.call("POST", path, by, json=body)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def holder(self, label: str = A, tenure: int = 0) -> Json:
        """Return a holder as forms name it."""
        return {"unit_id": self.scene.units[label], "tenure": tenure}

    def remind(self, *labels: str, by: str = "clerk") -> list[Json]:
        """Remind the holders of some units, and return what came of each."""
        body = {"holders": [self.holder(label) for label in labels or (A,)]}
        return self.post(":/arrears/reminders", body, by, 200)["items"]

    def case(self, label: str = A) -> str:
        """Remind a holder, and return the id of the case."""
        [outcome] = self.remind(label)
        assert outcome["done"], outcome
        return outcome["case_id"]

    def act(self, case: str, kind: str, by: str = "clerk", status: int = 201, **more: Any) -> Json:
        """Do something in a case."""
        body = {"kind": kind, "text": more.pop("text", ""), "photos": more.pop("photos", []), "facts": more}
        return self.post(f"/arrears-cases/{case}/acts", body, by, status)

    def dispute(self, by: str = "owner-a", label: str = A, status: int = 201, **changes: Any) -> Json:
        """Dispute the unit's first bill that is open."""
        bills = [bill["id"] for bill in self.scene.statement(label)["bills"] if bill["open_fen"]]
        body = {"bill_ids": bills[:1], "ground": "area", "text": "面积与房产证不符", **changes}
        return self.post(f":/units/{self.scene.units[label]}/bill-disputes", body, by, status)

    def noticed(self, label: str = A) -> str:
        """Bring a case to a formal notice on 10 March, sent by message; its last day is 30 March."""
        case = self.case(label)
        self.go("2026-03-10")
        self.act(case, "noticed")
        return case

    def mediated(self, label: str = A) -> str:
        """Bring a case to a mediation without agreement on 31 March, the day after the notice's period."""
        case = self.noticed(label)
        self.go("2026-03-31")
        self.act(case, "mediation_asked", text="请社区调解")
        self.mediate(case)
        return case

    def mediate(self, case: str, by: str = "officer", status: int = 201, **changes: Any) -> Json:
        """Record a mediation of today."""
        facts = {"day": str(self.today), "body": "示例人民调解委员会", "outcome": "not-agreed", **changes}
        return self.act(case, "mediated", by, status, text="双方未达成协议", photos=[self.photo(by)], **facts)

    def show(self, case: str, by: str = "owner-a", status: int = 200) -> Json:
        """Look at a case."""
        return self.get(f"/arrears-cases/{case}", by, status)

    def photo(self, by: str) -> str:
        """Upload a photo and return its id."""
        stream = io.BytesIO()
        Image.new("RGB", (64, 48), "olive").save(stream, "JPEG")
        file = FileStorage(io.BytesIO(stream.getvalue()), "paper.jpg")
        body, _, boundary = stream_encode_multipart({"photo": file}, use_tempfile=False)
        kind = f"multipart/form-data; boundary={boundary}"
        answer = self.call("POST", "/photos", by, data=body.read(), content_type=kind)
        assert answer.status_code == 201, answer.text
        return answer.get_json()["id"]

    @property
    def today(self) -> date:
        """Return the day in China."""
        return self.scene.clock().astimezone(CHINA).date()

    def go(self, day: str) -> None:
        """Let the days pass until noon of a day; who was signed in must sign in again."""
        self.scene.clock.forward(timedelta(days=(date.fromisoformat(day) - self.today).days))
        self.scene.tokens.clear()

    def work(self) -> None:
        """Let the worker do everything that is due."""
        with self.scene.app.app_context():
            for act in rounds():
                act()
            drain()

    def inbox(self, by: str) -> list[str]:
        """Return the texts of somebody's messages about arrears, the newest first."""
        self.work()
        found = self.get("/me/inbox", by)["items"]
        return [message["text"] for message in found if message["kind"].startswith("arrears-")]


def open_process(scene: Scene) -> Process:
    """Enter the offices and a bill for January of each home."""
    for phone, name, kind, duty, role in OFFICES.values():
        _enter_office(scene, phone, name, kind, duty, role)
    process = Process(scene)
    process.item = scene.item()
    scene.run(process.item, **JANUARY)
    return process


def _enter_office(scene: Scene, phone: str, name: str, kind: str, duty: str, role: str) -> None:
    admin = scene.desk.administrator

    def post(path: str, body: Json, status: int) -> Json:
        answer = scene.client.post(f"/api/v1{path}", json=body, headers=admin)
        assert answer.status_code == status, answer.text
        return answer.get_json() if answer.data else {}

    office = post("/organisations", {"name": name, "kind": kind}, 201)["id"]
    form = {"duty": duty, "department": "", "organisation_id": office}
    post(f"/communities/{scene.community}/bodies", form, 204)
    post(f"/organisations/{office}/staff", {"phone": phone, "name": f"演示{role}", "role": role}, 201)
