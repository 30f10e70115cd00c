"""A drill's data folder with an open assembly and a crowd of electors, and a ballot made for each of them.

Everything is made before the server starts, so that a storm of votes is limited by the server alone.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.infra.migrating import migrate
from backend.sealing.signing import sign
from backend.voting.protocol.ballot import Election, make_ballot
from backend.voting.protocol.credentials import private_key
from tests.assemblies.scene import Scene
from tests.assemblies.world import Cast, Json, Keys, a_roll, an_item
from tests.houses import SetClock, a_house, an_app, sign_in, some_settings
from tests.registry.makers import a_csv, a_document, a_phone, a_row

VOTES = {"for": [1, 0, 0], "against": [0, 1, 0], "abstain": [0, 0, 1]}
PHONES = 6
"""How many phones the crowd has: each stands for many electors, as an owner of many units does."""
FIRST_DOCUMENT = 100


@dataclass(frozen=True)
class Posting:
    """One elector's ballot, ready to be sent, and sent again: its Idempotency-Key is part of it."""

    pseudonym: str
    header: dict[str, str]
    body: bytes
    key: str
    tracker: str


@dataclass
class Crowd:
    """An open assembly on a data folder that no process has open, and what its voters hold."""

    scene: Scene
    folder: Path
    clock: Path
    phones: list[_Phone]
    postings: list[Posting]

    def posting(self, pseudonym: str, choice: str) -> Posting:
        """Make a fresh ballot of an elector, under a key of its own."""
        labels = self.scene.people.labels
        [room] = [int(label.split("-")[2]) for label, name in labels.items() if name == pseudonym]
        return next(_postings(self.scene, self.phones, [room], choice))


@dataclass(frozen=True)
class _Phone:
    header: dict[str, str]
    device: str
    keys: Keys


def gather(path: Path, electors: int, rng: random.Random) -> Crowd:
    """Prepare a drill up to the opening of the vote."""
    folder, clock_file, clock = path / "data", path / "clock", SetClock()
    house = a_house(folder, clock, DRILL="1")
    migrate(some_settings(folder))
    app = an_app(house)
    scene = _CrowdScene(app, house, clock, Cast())
    scene.electors = electors
    scene.make_ready(items=[an_item()])
    scene.go_to("opens_at")
    clock_file.write_text(clock.at.isoformat(), encoding="ascii")
    phones = [_register(scene, a_phone(number)) for number in range(PHONES)]
    postings = list(_postings(scene, phones, range(electors)))
    rng.shuffle(postings)
    scene.header("auditor-1")
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    return Crowd(scene, folder, clock_file, phones, postings)


class _CrowdScene(Scene):
    electors = 0

    def upload(self, content: bytes) -> Json:
        """Import the roll of the small community, and the crowd's house beside it."""
        assert content == a_roll()
        return super().upload(content.rstrip(b"\r\n") + b"\r\n" + _house_of(self.electors))


def _house_of(electors: int) -> bytes:
    rows = (
        a_row(
            building="5",
            stair="1",
            room=str(number),
            area=f"{60 + number % 90}.{number % 100:02d}",
            documents=a_document(FIRST_DOCUMENT + number),
            phones=a_phone(number % PHONES),
        )
        for number in range(electors)
    )
    return a_csv(*rows).split(b"\r\n", 1)[1]


def _register(scene: Scene, phone: str) -> _Phone:
    keys, header = Keys(), sign_in(scene.client, scene.house, phone)
    account = scene.call("GET", "/me", headers=header).get_json()["account_id"]
    form = {"seal_key": keys.box.public_hex, "sign_key": keys.signing.public_hex}
    proof = sign(keys.signing, "device-key", {"account_id": account, **form})
    answer = scene.call("POST", "/me/devices", {**form, "proof": proof}, headers=header)
    return _Phone(header, answer.get_json()["device_id"], keys)


def _postings(
    scene: Scene, phones: list[_Phone], rooms: range | list[int], choice: str | None = None
) -> Iterator[Posting]:
    form = scene.form(scene.whole)
    for room in rooms:
        pseudonym = scene.people.labels[f"5-1-{room}"]
        chosen = VOTES[choice or list(VOTES)[room % len(VOTES)]]
        raw = make_ballot(form, private_key(scene.people.codes[pseudonym], form.uuid), [chosen])
        yield _posting(form, phones[room % PHONES], pseudonym, raw)


def _posting(form: Election, phone: _Phone, pseudonym: str, raw: bytes) -> Posting:
    tracker = hashlib.sha256(raw).hexdigest()
    statement = {"fingerprint": form.fingerprint, "tracker": tracker}
    body = {
        "pseudonym": pseudonym,
        "ballot": raw.decode(),
        "device_id": phone.device,
        "signature": sign(phone.keys.signing, "cast", statement),
    }
    return Posting(pseudonym, phone.header, json.dumps(body).encode(), f"storm-{tracker[:24]}", tracker)
