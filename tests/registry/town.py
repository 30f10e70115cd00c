"""A town: communities, the bodies that serve them, and their people, all entered over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from backend.identity import Role, ensure_account
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.registry import Post, communities_with_post, posts_in
from tests.registry.makers import a_document, a_phone, a_row, a_workbook
from tests.registry.people import CHAIR, Desk, Headers, open_desk

KINDS = {
    "firm": "firm",
    "rival": "firm",
    "party": "community_party",
    "street": "street",
    "urban": "department",
}
PHONES = {
    "chair": CHAIR,
    "dispatcher": "13800000011",
    "rival-dispatcher": "13800000012",
    "officer": "13800000013",
    "street": "13800000014",
    "department": "13800000015",
    "tenant": "13800000021",
    "owner": a_phone(1),
}


@dataclass
class Town:
    """Who there is; names are keys of KINDS and PHONES, `desk` is the first community's."""

    app: Flask
    desk: Desk
    bodies: dict[str, str]
    tokens: dict[str, Headers] = field(default_factory=dict)

    @property
    def community(self) -> str:
        """The id of the first community, the only one with a roll."""
        return self.desk.community

    def who(self, name: str) -> Headers:
        """Return the header of somebody signed in."""
        if name == "administrator":
            return self.desk.administrator
        if name not in self.tokens:
            self.tokens[name] = self.desk.signed_in(PHONES[name])
        return self.tokens[name]

    def ask(self, method: str, path: str, by: str = "administrator", body: Any = None) -> TestResponse:
        """Call the API as somebody."""
        return self.desk.client.open(f"/api/v1{path}", method=method, json=body, headers=self.who(by))

    def get(self, path: str, by: str = "administrator") -> Any:
        """Read something that may be read."""
        answer = self.ask("GET", path, by)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def another_community(self, name: str = "别处花园") -> str:
        """Enter a community and return its id."""
        return self.ask("POST", "/communities", body={"name": name}).get_json()["id"]

    def serve(self, body: str, duty: str, community: str | None = None, department: str = "") -> None:
        """Let a body serve a community from now on."""
        form = {"duty": duty, "organisation_id": self.bodies[body], "department": department}
        answer = self.ask("POST", f"/communities/{community or self.community}/bodies", body=form)
        assert answer.status_code == 204, answer.text

    def appoint(self, who: str, body: str, role: str) -> None:
        """Give somebody a role wherever a body serves."""
        form = {"phone": PHONES[who], "name": "某人", "role": role}
        answer = self.ask("POST", f"/organisations/{self.bodies[body]}/staff", body=form)
        assert answer.status_code == 201, answer.text

    def staff_everything(self) -> None:
        """Let every body but the rival serve the first community, each with one person."""
        self.serve("firm", "firm")
        self.serve("party", "community")
        self.serve("street", "street")
        self.serve("urban", "department", department="urban-management")
        for who, body, role in (
            ("dispatcher", "firm", "firm_dispatcher"),
            ("rival-dispatcher", "rival", "firm_dispatcher"),
            ("officer", "party", "community_officer"),
            ("street", "street", "street_officer"),
            ("department", "urban", "department_officer"),
        ):
            self.appoint(who, body, role)

    def actor(self, name: str) -> Actor:
        """Return somebody as services know them."""
        with self.app.app_context(), transaction() as session:
            account = ensure_account(session, self.desk.house, phone=PHONES[name])
            return Actor(account_id=account.id, phone_hash=account.phone_hash, token_id="-")

    def posts(self, name: str, community: str | None = None) -> tuple[Post, ...]:
        """Return the posts of somebody in a community."""
        actor = self.actor(name)
        with self.app.app_context(), reading() as session:
            return posts_in(session, actor, community or self.community)

    def places(self, name: str) -> set[str]:
        """Return the communities in which somebody holds any post."""
        actor = self.actor(name)
        with self.app.app_context(), reading() as session:
            return set(communities_with_post(session, actor, tuple(Role)))

    def audit(self) -> list[tuple[str, str, str]]:
        """Return every act in the audit trail: act, subject, detail."""
        with self.app.app_context(), reading() as session:
            query = sa.text("SELECT act, subject, detail FROM audit_entries ORDER BY height")
            return [tuple(row) for row in session.execute(query)]


def open_town(app: Flask, house: Any) -> Town:
    """Open a desk, enter every body, and import a roll of some homes on one stair, each with its owner."""
    desk = open_desk(app, house)
    desk.imported(
        a_workbook(
            *(
                a_row(room=f"50{number}", documents=a_document(number), phones=a_phone(number))
                for number in range(1, 8)
            )
        )
    )
    town = Town(app, desk, {})
    for key, kind in KINDS.items():
        form = {"name": f"示例{key}", "kind": kind}
        town.bodies[key] = town.ask("POST", "/organisations", body=form).get_json()["id"]
    return town
