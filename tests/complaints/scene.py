"""A community with everybody who has to do with complaints, acting over HTTP."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from backend.infra.house import House
from backend.infra.jobs import rounds
from backend.infra.outbox import drain
from tests.assemblies.world import a_roll
from tests.houses import SetClock, sign_in
from tests.registry.people import Desk, open_desk

Json = dict[str, Any]
PEOPLE = {
    "dispatcher": ("13900000061", "firm", "firm_dispatcher"),
    "worker": ("13900000062", "firm", "firm_worker"),
    "other-worker": ("13900000063", "firm", "firm_worker"),
    "officer": ("13900000064", "party", "community_officer"),
    "street": ("13900000065", "street", "street_officer"),
    "department": ("13900000066", "urban", "department_officer"),
    "other-firm": ("13900000067", "rival", "firm_dispatcher"),
}
RESIDENTS = {
    "owner-a": "13900000041",
    "owner-b": "13900000042",
    "owner-f": "13900000045",
    "stranger": "13900000099",
}
BODIES = {
    "firm": ("演示物业公司", "firm"),
    "rival": ("别处物业公司", "firm"),
    "party": ("演示社区党组织", "community_party"),
    "street": ("演示街道办事处", "street"),
    "urban": ("演示综合执法队", "department"),
}
DUTIES = {"firm": ("firm", ""), "party": ("community", ""), "street": ("street", "")}


@dataclass
class Scene:
    """Who there is, and how they act. `clock` is the house's."""

    desk: Desk
    client: FlaskClient
    app: Flask
    house: House
    clock: SetClock
    community: str
    bodies: dict[str, str]
    accounts: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    def who(self, name: str) -> dict[str, str]:
        """Return the header of somebody signed in."""
        if name == "administrator":
            return self.desk.administrator
        if name not in self.tokens:
            phone = RESIDENTS.get(name) or PEOPLE[name][0]
            self.tokens[name] = sign_in(self.client, self.house, phone)
        return self.tokens[name]

    def call(self, method: str, path: str, by: str, **options: Any) -> TestResponse:
        """Call the API as somebody."""
        headers = {**self.who(by), **options.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def get(self, path: str, by: str, status: int = 200) -> Json:
        """Read something."""
        answer = self.call("GET", path, by)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def report(self, by: str = "owner-a", status: int = 201, **changes: Any) -> Json:
        """Report something; a stairwell that is not clean unless told otherwise."""
        answer = self.call("POST", f"/communities/{self.community}/tickets", by, json=a_report(**changes))
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def act(self, ticket: Json, kind: str, by: str, text: str = "", status: int = 201, **more: Any) -> Json:
        """Do something with a ticket."""
        photos = more.pop("photos", [])
        body = {"kind": kind, "text": text, "photos": photos, "facts": more}
        answer = self.call("POST", f"/tickets/{ticket['id']}/acts", by, json=body)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def show(self, ticket: Json, by: str = "owner-a", status: int = 200) -> Json:
        """Look at a ticket."""
        return self.get(f"/tickets/{ticket['id']}", by, status)

    def upload(self, path: str, by: str, field: str, content: bytes, **headers: str) -> TestResponse:
        """Upload a file as somebody."""
        file = FileStorage(io.BytesIO(content), "file")
        body, _, boundary = stream_encode_multipart({field: file}, use_tempfile=False)
        kind = f"multipart/form-data; boundary={boundary}"
        return self.call("POST", path, by, data=body.read(), content_type=kind, headers=headers)

    def photo(self, by: str, content: bytes | None = None, status: int = 201) -> Any:
        """Upload a photo and return its id."""
        answer = self.upload("/photos", by, "photo", content if content is not None else a_photo())
        assert answer.status_code == status, answer.text
        return answer.get_json()["id"] if status == 201 else answer.get_json()

    def pass_time(self, **step: float) -> None:
        """Let time pass, and let the worker do what that brings about."""
        self.clock.forward(timedelta(**step))
        self.work()

    def work(self) -> None:
        """Let the worker do everything that is due."""
        with self.app.app_context():
            for act in rounds():
                act()
            drain()

    def inbox(self, by: str) -> list[str]:
        """Return the texts of somebody's messages, the newest first."""
        self.work()
        return [message["text"] for message in self.get("/me/inbox", by)["items"]]


def open_scene(app: Flask, house: House, clock: SetClock) -> Scene:
    """Enter the community, its roll, the bodies that serve it, and their people, through HTTP."""
    desk = open_desk(app, house)
    desk.imported(a_roll())
    client, admin = desk.client, desk.administrator

    def post(path: str, body: Json, status: int = 201) -> Json:
        answer = client.post(f"/api/v1{path}", json=body, headers=admin)
        assert answer.status_code == status, answer.text
        return answer.get_json() if answer.data else {}

    bodies = {
        key: post("/organisations", {"name": name, "kind": kind})["id"]
        for key, (name, kind) in BODIES.items()
    }
    for key, (duty, department) in {**DUTIES, "urban": ("department", "urban-management")}.items():
        form = {"duty": duty, "department": department, "organisation_id": bodies[key]}
        post(f"/communities/{desk.community}/bodies", form, 204)
    scene = Scene(desk, client, app, house, clock, desk.community, bodies)
    for name, (phone, body, role) in PEOPLE.items():
        form = {"phone": phone, "name": f"演示{name}", "role": role}
        scene.accounts[name] = post(f"/organisations/{bodies[body]}/staff", form)["account_id"]
    return scene


def a_report(**changes: Any) -> Json:
    """Return a valid report; a test states only what matters to it."""
    report = {
        "category": "stairwell",
        "place": {"kind": "building", "building": "1"},
        "text": "一号楼楼道三天没有打扫了。",
        "channel": "mini_program",
    }
    return {**report, **changes}


def a_photo(colour: str = "olive", size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """Return the bytes of a small photo."""
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, kind)
    return stream.getvalue()
