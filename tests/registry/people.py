"""People at work over HTTP: an administrator, a chair, and a community with a roll."""

from __future__ import annotations

import io
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from backend.identity import Role, ensure_account, grant_role
from backend.infra.db import transaction
from backend.infra.house import House
from tests.houses import sign_in

ADMINISTRATOR = "13800000001"
CHAIR = "13800000002"
Headers = dict[str, str]


@dataclass
class Desk:
    """Where the registry is kept: an application, and the people who may write in it."""

    client: FlaskClient
    house: House
    administrator: Headers
    chair: Headers
    organisation: str
    community: str

    def signed_in(self, phone: str) -> Headers:
        """Return the header of whoever holds a phone."""
        return sign_in(self.client, self.house, phone)

    def upload(self, content: bytes, *, dry_run: bool = False, by: Headers | None = None) -> TestResponse:
        """Upload a roll as the chair."""
        file = FileStorage(io.BytesIO(content), "ROLL.xlsx")
        body, _, boundary = stream_encode_multipart({"file": file}, use_tempfile=False)
        return self.client.post(
            f"/api/v1/communities/{self.community}/roll-imports?dry_run={str(dry_run).lower()}",
            data=body.read(),
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=by or self.chair,
        )

    def imported(self, content: bytes, *, dry_run: bool = False) -> dict:
        """Upload a roll and return what came of it."""
        answer = self.upload(content, dry_run=dry_run)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def units(self, cursor: str | None = None) -> dict:
        """Return a page of units as the chair sees them."""
        query = f"?cursor={cursor}" if cursor else ""
        answer = self.client.get(f"/api/v1/communities/{self.community}/units{query}", headers=self.chair)
        assert answer.status_code == 200, answer.text
        return answer.get_json()


def make_administrator(app: Flask, house: House) -> None:
    """Make an administrator as the command does."""
    with app.app_context(), transaction() as session:
        account = ensure_account(session, house, phone=ADMINISTRATOR)
        grant_role(
            session,
            house,
            granted_by="system",
            account_id=account.id,
            role=Role.ADMINISTRATOR,
            community_id=None,
            organisation_id=None,
        )


def open_desk(app: Flask, house: House) -> Desk:
    """Enter a committee, its community and its chair through HTTP."""
    client = app.test_client()
    make_administrator(app, house)
    administrator = sign_in(client, house, ADMINISTRATOR)

    def post(path: str, body: dict) -> dict:
        answer = client.post(f"/api/v1{path}", json=body, headers=administrator)
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    organisation = post("/organisations", {"name": "示例业委会", "kind": "committee"})["id"]
    community = post("/communities", {"name": "示例花园", "organisation_id": organisation})["id"]
    chair = {"phone": CHAIR, "name": "主任某", "role": "chair", "organisation_id": organisation}
    post(f"/communities/{community}/grants", chair)
    return Desk(client, house, administrator, sign_in(client, house, CHAIR), organisation, community)
