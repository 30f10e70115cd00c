"""An assembly that is OPEN, on a data folder of its own, and owners with ballots ready to be cast.

The people at work are those of the tests, over HTTP; only the roll is longer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from backend.infra.house import House
from backend.infra.migrating import migrate
from backend.sealing.boxes import BoxKey
from backend.sealing.signing import SigningKey, sign
from backend.voting.protocol.ballot import Election, check_ballot, make_ballot, parse_ballot
from backend.voting.protocol.credentials import private_key
from tests.assemblies.scene import Scene
from tests.assemblies.world import Cast, an_item
from tests.houses import SetClock, a_house, an_app, sign_in, some_settings
from tests.registry.makers import a_csv, a_document, a_row

ROOMS = 60
"""Rooms of one building."""
FIRST_BUILDING = 11
FIRST_DOCUMENT = 100
"""Numbers below belong to the people of the tests; there are 1,000."""


@dataclass(frozen=True, slots=True)
class Request:
    """The body and the headers with which a phone casts a ballot."""

    body: bytes
    headers: dict[str, str]


class Hall:
    """Where a ballot can be cast."""

    def __init__(self, app: Flask, scene: Scene) -> None:
        self.app, self._scene = app, scene
        self._form: Election = scene.form(scene.whole)

    @property
    def path(self) -> str:
        """The address to which ballots are sent."""
        return f"/api/v1/elections/{self._scene.whole}/ballots"

    def request(self, number: int) -> Request:
        """Sign an owner in, register the phone's keys and make the request that casts a ballot."""
        headers = sign_in(self._scene.client, self._scene.house, _phone(number))
        key = SigningKey.generate()
        raw, pseudonym = self._ballot(number)
        tracker = parse_ballot(self._form, raw).tracker_hex
        form = {
            "pseudonym": pseudonym,
            "ballot": raw.decode(),
            "device_id": self._device(headers, key),
            "signature": sign(key, "cast", {"fingerprint": self._form.fingerprint, "tracker": tracker}),
        }
        return Request(json.dumps(form).encode(), {**headers, "Idempotency-Key": f"cast-{number:08d}"})

    def check(self, request: Request) -> None:
        """Check the proofs of a request's ballot, as the server does."""
        check_ballot(self._form, parse_ballot(self._form, json.loads(request.body)["ballot"].encode()))

    def _ballot(self, number: int) -> tuple[bytes, str]:
        people = self._scene.people
        pseudonym = people.labels[_label(number)]
        secret = private_key(people.codes[pseudonym], self._form.uuid)
        return make_ballot(self._form, secret, [[int(number % 3 == place) for place in range(3)]]), pseudonym

    def _device(self, headers: dict[str, str], key: SigningKey) -> str:
        client = self._scene.client
        account = client.get("/api/v1/me", headers=headers).get_json()["account_id"]
        form = {"seal_key": BoxKey.generate().public_hex, "sign_key": key.public_hex}
        proof = sign(key, "device-key", {"account_id": account, **form})
        answer = client.post("/api/v1/me/devices", json={**form, "proof": proof}, headers=headers)
        return str(answer.get_json()["device_id"])


@contextmanager
def open_hall(folder: Path, electors: int) -> Iterator[Hall]:
    """Bring an assembly with one item and at least so many electors to OPEN."""
    clock = SetClock()
    house: House = a_house(folder, clock, CODES_PER_ADDRESS="1000000")
    migrate(some_settings(folder))
    app = an_app(house)
    scene = Scene(app, house, clock, Cast())
    scene.found()
    scene.upload(a_csv(*map(_unit, range(electors))))
    scene.draft(items=[an_item()])
    scene.freeze()
    scene.prepare()
    scene.step("ready")
    scene.go_to("opens_at")
    try:
        yield Hall(app, scene)
    finally:
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def _unit(number: int) -> tuple[object, ...]:
    return a_row(
        building=str(FIRST_BUILDING + number // ROOMS),
        room=str(100 + number % ROOMS),
        area=f"{80 + number % 40}.{number % 100:02d}",
        owners="庚某",
        documents=a_document(FIRST_DOCUMENT + number),
        phones=_phone(number),
    )


def _label(number: int) -> str:
    return f"{FIRST_BUILDING + number // ROOMS}-1-{100 + number % ROOMS}"


def _phone(number: int) -> str:
    return f"1980000{number:04d}"
