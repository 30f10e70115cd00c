"""The people of an assembly at work over HTTP, against one application."""

from __future__ import annotations

import io
import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from backend.assemblies.jobs import close_boards
from backend.infra.house import House
from backend.infra.outbox import drain
from backend.kernel.clock import parse_instant
from backend.sealing.signing import sign
from backend.voting.protocol.archive import ArchiveReader
from backend.voting.protocol.ballot import Election, make_ballot, parse_ballot
from backend.voting.protocol.board import read_board
from backend.voting.protocol.credentials import new_code, private_key, public_credential
from backend.voting.protocol.decryption import partial_decryption
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.tally import EncryptedTally
from backend.voting.protocol.trustees import make_single_key
from tests.assemblies.world import OFFICES, ORGANISATIONS, PHONES, Cast, Json, a_draft, a_roll
from tests.houses import SetClock, sign_in
from tests.registry.people import make_administrator


class Scene:
    """The people at work over HTTP. Paths are below /api/v1; `by` names who calls, None for anybody."""

    def __init__(self, app: Flask, house: House, clock: SetClock, people: Cast) -> None:
        self.app, self.house, self.clock, self.people = app, house, clock, people
        self.client: FlaskClient = app.test_client()
        self._headers: dict[tuple[str, datetime], dict[str, str]] = {}

    # Calls

    def header(self, who: str) -> dict[str, str]:
        """Sign somebody in, once for each instant of the clock."""
        key = (who, self.clock.at)
        if key not in self._headers:
            self._headers[key] = sign_in(self.client, self.house, self.people.phones[who])
        return self._headers[key]

    def call(
        self, method: str, path: str, body: object = None, by: str | None = None, **more: Any
    ) -> TestResponse:
        """Send a request and return the answer, whatever it is."""
        headers = {**(self.header(by) if by else {}), **more.pop("headers", {})}
        sent = {} if body is None else {"json": body}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **sent, **more)

    def get(self, path: str, by: str | None = None) -> Any:
        """Return the JSON answer of a GET that succeeds."""
        return self._good(self.call("GET", path, by=by))

    def get_bytes(self, path: str, by: str | None = None) -> bytes:
        """Return the body of a GET that succeeds."""
        answer = self.call("GET", path, by=by)
        assert answer.status_code == 200, answer.text
        return answer.data

    def post(self, path: str, body: object, by: str) -> Any:
        """Return the JSON answer of a POST that succeeds."""
        return self._good(self.call("POST", path, body, by))

    def put(self, path: str, body: object, by: str) -> Any:
        """Return the JSON answer of a PUT that succeeds."""
        return self._good(self.call("PUT", path, body, by))

    def refusal(self, method: str, path: str, body: object = None, by: str | None = None) -> Json:
        """Return the problem document of a call that is refused."""
        answer = self.call(method, path, body, by)
        assert answer.status_code >= 400, answer.text
        assert answer.content_type == "application/problem+json"
        return dict(json.loads(answer.data))

    def code(self, method: str, path: str, body: object = None, by: str | None = None) -> str:
        """Return the code of a refusal."""
        return str(self.refusal(method, path, body, by)["code"])

    def _good(self, answer: TestResponse) -> Any:
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    # Preparation

    def found(self) -> None:
        """Enter organisations, the community with its roll and its developer, and everybody's roles."""
        make_administrator(self.app, self.house)
        bodies = {
            key: self.post("/organisations", {"name": name, "kind": kind}, "administrator")["id"]
            for key, (name, kind) in ORGANISATIONS.items()
        }
        self.people.organisations = bodies
        community = self.post("/communities", {"name": "演示花园"}, "administrator")["id"]
        self.people.community = community
        named = {"name": "演示建设公司", "phone": PHONES["developer"]}
        self.put(f"/communities/{community}/developer", named, "administrator")
        self.grant("chair", "chair", "committee")
        self.grant("officer", "community_officer", "party")
        for who, (role, body) in OFFICES.items():
            self.grant(who, role, body)
        self.upload(a_roll())

    def grant(self, who: str, role: str, body: str) -> None:
        """Give somebody a role in the community."""
        form = {
            "phone": PHONES[who],
            "name": who,
            "role": role,
            "organisation_id": self.people.organisations[body],
        }
        answer = self.post(f"/communities/{self.people.community}/grants", form, "administrator")
        self.people.accounts[who] = answer["account_id"]

    def upload(self, content: bytes) -> Json:
        """Import a roll."""
        file = FileStorage(io.BytesIO(content), "ROLL.csv")
        body, _, boundary = stream_encode_multipart({"file": file}, use_tempfile=False)
        answer = self.client.post(
            f"/api/v1/communities/{self.people.community}/roll-imports?dry_run=false",
            data=body.read(),
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=self.header("chair"),
        )
        report: Json = self._good(answer)
        assert report["applied"], report
        return report

    def draft(self, **changes: object) -> Json:
        """Draft an assembly."""
        path = f"/communities/{self.people.community}/assemblies"
        made: Json = self.post(path, a_draft(**changes), "chair")
        self.people.assembly = made["id"]
        return made

    @property
    def path(self) -> str:
        """The address of the assembly."""
        return f"/assemblies/{self.people.assembly}"

    @property
    def whole(self) -> str:
        """The election of the whole community."""
        return self.people.uuids["all"]

    def assembly(self) -> Json:
        """Show the assembly."""
        return dict(self.get(self.path))

    def step(self, name: str, by: str = "chair") -> Json:
        """Take a step."""
        return dict(self.post(f"{self.path}/steps", {"step": name}, by))

    def freeze(self) -> None:
        """Bring a draft to frozen rolls."""
        for name in ("review", "notice", "freeze"):
            made = self.step(name)
        self.people.uuids = {election["scope"]: election["uuid"] for election in made["elections"]}

    def appoint(self, who: str, office: str | None = None) -> Json:
        """Appoint somebody."""
        body = {"role": office or OFFICES[who][0], "account_id": self.people.accounts[who], "name": who}
        return dict(self.post(f"{self.path}/people", body, "chair"))

    def key_form(self, who: str, office: str | None = None) -> Json:
        """Make the form by which an appointee publishes keys."""
        keys = self.people.keys[who]
        form = {
            "role": office or OFFICES[who][0],
            "sign_key": keys.signing.public_hex,
            "seal_key": keys.box.public_hex,
        }
        proof = sign(keys.signing, "role-key", {"assembly": self.people.assembly, **form})
        return {**form, "proof": proof}

    def join(self, who: str) -> None:
        """Appoint somebody, who then publishes keys."""
        self.appoint(who)
        self.put(f"{self.path}/my-key", self.key_form(who), who)

    def credentials(self) -> Json:
        """Make fresh codes as the registrar does and return the form that hands in their public part."""
        roll = self.get(f"{self.path}/registrar-roll", "registrar")["electors"]
        self.people.codes = {elector["pseudonym"]: new_code() for elector in roll}
        self.people.labels = {label: one["pseudonym"] for one in roll for label in one["labels"]}
        lists: dict[str, dict[str, str]] = {}
        for elector in roll:
            for uuid in elector["area"]:
                credential = public_credential(self.people.codes[elector["pseudonym"]], uuid)
                lists.setdefault(uuid, {})[elector["pseudonym"]] = str(credential)
        return self.signed("registrar", "credentials", {"assembly": self.people.assembly, "elections": lists})

    def signed(self, who: str, kind: str, document: Json) -> Json:
        """Sign a document with somebody's key and return the form {document, signature}."""
        return {"document": document, "signature": sign(self.people.keys[who].signing, kind, document)}

    def single_key(self, who: str, index: int) -> Json:
        """Make a trustee's key that stands alone, and the message that publishes it."""
        secret, public = make_single_key(who)
        self.people.shares[who] = secret
        return self.ceremony_form(who, index, 1, compact(public).decode())

    def ceremony_form(self, who: str, index: int, number: int, body: str) -> Json:
        """Sign a ceremony message."""
        statement = {
            "assembly": self.people.assembly,
            "round": number,
            "index": index,
            "body_sha256": sha256(body.encode()).hexdigest(),
        }
        signature = sign(self.people.keys[who].signing, "ceremony", statement)
        return {"round": number, "body": body, "signature": signature}

    def prepare(self) -> None:
        """Do everything between the frozen roll and READY, with two trustees who must both decrypt."""
        for who in OFFICES:
            if who != "trustee-3":
                self.join(who)
        self.put(f"{self.path}/credentials", self.credentials(), "registrar")
        for index, who in enumerate(("trustee-1", "trustee-2"), 1):
            self.post(f"{self.path}/ceremony", self.single_key(who, index), who)

    def make_ready(self, **changes: object) -> None:
        """Bring the community from nothing to READY."""
        self.found()
        self.draft(**changes)
        self.freeze()
        self.prepare()
        assert self.step("ready")["stage"] == "READY"

    # Voting

    def go_to(self, moment: str) -> None:
        """Move the clock to "opens_at" or "closes_at" of the assembly, or to an instant."""
        known = self.assembly()
        self.clock.at = parse_instant(str(known.get(moment, moment)))

    def device(self, who: str) -> str:
        """Register somebody's device, once."""
        if who not in self.people.devices:
            keys = self.people.keys[who]
            account = self.get("/me", who)["account_id"]
            form = {"seal_key": keys.box.public_hex, "sign_key": keys.signing.public_hex}
            proof = sign(keys.signing, "device-key", {"account_id": account, **form})
            self.people.devices[who] = self.post("/me/devices", {**form, "proof": proof}, who)["device_id"]
        return self.people.devices[who]

    def form(self, uuid: str) -> Election:
        """Fetch an election's form."""
        return Election.parse(self.get_bytes(f"/elections/{uuid}/election.json"))

    def raw_ballot(self, uuid: str, label: str, *choices: list[int]) -> bytes:
        """Make a ballot with the code of the elector who owns a unit."""
        code = self.people.codes[self.people.labels[label]]
        return make_ballot(self.form(uuid), private_key(code, uuid), choices)

    def ballot(self, who: str, uuid: str, label: str, *choices: list[int], raw: bytes | None = None) -> Json:
        """Make the request that casts a ballot."""
        raw = self.raw_ballot(uuid, label, *choices) if raw is None else raw
        device = self.device(who)
        return {
            "pseudonym": self.people.labels[label],
            "ballot": raw.decode(),
            "device_id": device,
            "signature": self.device_signature(who, uuid, raw),
        }

    def device_signature(self, who: str, uuid: str, raw: bytes) -> str:
        """Sign (election fingerprint, tracker) with somebody's device."""
        form = self.form(uuid)
        statement = {"fingerprint": form.fingerprint, "tracker": parse_ballot(form, raw).tracker_hex}
        return sign(self.people.keys[who].signing, "cast", statement)

    def cast(self, who: str, uuid: str, label: str, *choices: list[int]) -> Json:
        """Cast a ballot that is accepted; returns {receipt, url}."""
        body = self.ballot(who, uuid, label, *choices)
        return dict(self.post(f"/elections/{uuid}/ballots", body, who))

    # After the close

    def enter(self, who: str, uuid: str, choices: dict[str, Json]) -> Json:
        """Make a counter's signed entry of papers, from the choices by label."""
        entries = [
            {"pseudonym": self.people.labels[label], "choices": chosen} for label, chosen in choices.items()
        ]
        document = {
            "kind": "paper",
            "version": 1,
            "uuid": uuid,
            "drill": self.house.is_drill,
            "entries": sorted(entries, key=lambda entry: str(entry["pseudonym"])),
        }
        return self.signed(who, "paper", document)

    def round(self) -> None:
        """Let the worker do one round: end boards, and whatever else is due."""
        with self.app.app_context():
            close_boards()
            drain()

    def shares(self, who: str, uuid: str) -> Json:
        """Make a trustee's decryption shares of both tallies, from the archives as they are published."""
        shares = {}
        for chain in ("heads", "area"):
            archive = io.BytesIO(self.get_bytes(f"/elections/{uuid}/{chain}.bel"))
            form, posted = self.form(uuid), read_board(ArchiveReader(archive)).tally
            assert posted is not None
            tally = EncryptedTally.parse(form, posted.bodies[0])
            shares[chain] = partial_decryption(form, self.people.shares[who], tally).decode()
        return shares

    def decrypt(self, uuid: str) -> None:
        """Have both trustees decrypt."""
        for who in ("trustee-1", "trustee-2"):
            self.post(f"/elections/{uuid}/partial-decryptions", self.shares(who, uuid), who)

    def count(self) -> None:
        """Close, let the worker end the boards, and have every election decrypted."""
        self.go_to("closes_at")
        self.round()
        for uuid in self.people.uuids.values():
            self.decrypt(uuid)

    def verdict(
        self, who: str, word: str = "AGREE", remarks: tuple[str, ...] = (), change: Json | None = None
    ) -> Json:
        """Make an auditor's signed verdict on the result as it stands."""
        result = self.get_bytes(f"{self.path}/result.json")
        pins = json.loads(result)["elections"]
        heads = {uuid: {chain: pins[uuid][chain] for chain in ("heads", "area")} for uuid in pins}
        document = {
            "assembly": self.people.assembly,
            "drill": self.house.is_drill,
            "verdict": word,
            "remarks": list(remarks),
            "result_sha256": sha256(result).hexdigest(),
            "elections": heads,
        } | (change or {})
        return self.signed(who, "verdict", document)

    def agree(self) -> None:
        """Have both auditors agree."""
        for who in ("auditor-1", "auditor-2"):
            self.post(f"{self.path}/verdicts", self.verdict(who), who)
