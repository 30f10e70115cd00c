"""A small fictional community and the people of one assembly in it, each with real keys.

`Scene` plays them over HTTP against one application. What a person holds (keys, codes, tokens) stands in `Cast`,
so that a prepared data folder can be copied for each test and the same people act on.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from backend.infra.house import House
from backend.kernel.clock import parse_instant
from backend.sealing.boxes import BoxKey
from backend.sealing.signing import SigningKey, sign
from backend.voting.protocol.ballot import Election, make_ballot, parse_ballot
from backend.voting.protocol.credentials import new_code, private_key, public_credential
from backend.voting.protocol.trustees import make_single_key
from tests.houses import SetClock, sign_in
from tests.registry.makers import a_csv, a_document, a_row
from tests.registry.people import ADMINISTRATOR, make_administrator

Json = dict[str, Any]
CHINA = timezone(timedelta(hours=8))
NOTICE = "2026-03-02"
"""The day on which the clock of a test starts."""

PHONES = {
    "administrator": ADMINISTRATOR,
    "chair": "13900000011",
    "officer": "13900000012",
    "registrar": "13900000013",
    "trustee-1": "13900000014",
    "trustee-2": "13900000015",
    "trustee-3": "13900000016",
    "auditor-1": "13900000017",
    "auditor-2": "13900000018",
    "counter-1": "13900000019",
    "counter-2": "13900000020",
    "developer": "13900000031",
    "owner-a": "13900000041",
    "owner-b": "13900000042",
    "co-owner-b": "13900000043",
    "owner-de": "13900000044",
    "owner-f": "13900000045",
    "stranger": "13900000099",
}
"""Fictional people and their phones. owner-de stands for two owners; b and co-owner-b own one unit together."""

OFFICES = {
    "registrar": ("registrar", "street"),
    "trustee-1": ("trustee", "party"),
    "trustee-2": ("trustee", "residents"),
    "trustee-3": ("trustee", "street"),
    "auditor-1": ("auditor", "party"),
    "auditor-2": ("auditor", "street"),
    "counter-1": ("counter", "residents"),
    "counter-2": ("counter", "party"),
}
ORGANISATIONS = {
    "committee": ("演示花园业主委员会", "committee"),
    "street": ("演示街道办事处", "street"),
    "party": ("演示社区党组织", "community_party"),
    "residents": ("演示居民委员会", "residents_committee"),
    "operator": ("演示信息公司", "operator"),
}


def a_roll() -> bytes:
    """The roll: A owns two units, B and a co-owner one, D and E one each on one phone, F one, a developer two."""
    return a_csv(
        _unit("1", "1", "101", "100.00", (1, "owner-a")),
        _unit("1", "1", "102", "80.50", (2, "owner-b"), (3, "co-owner-b")),
        _unit("1", "2", "201", "120.00", (1, "owner-a")),
        _unit("2", "1", "301", "90.00", (4, "owner-de")),
        _unit("2", "1", "302", "70.00", (5, "owner-de")),
        _unit("2", "1", "303", "60.00", (6, "owner-f")),
        a_row(
            building="2",
            stair="1",
            room="401",
            area="150.00",
            status="未售",
            owners="",
            documents="",
            phones="",
        ),
        a_row(
            building="2",
            stair="1",
            room="402",
            area="50.00",
            status="未售",
            owners="",
            documents="",
            phones="",
        ),
    )


def _unit(building: str, stair: str, room: str, area: str, *owners: tuple[int, str]) -> tuple[object, ...]:
    return a_row(
        building=building,
        stair=stair,
        room=room,
        area=area,
        owners="、".join(f"{'甲乙丙丁戊己'[number - 1]}某" for number, _ in owners),
        documents="、".join(a_document(number) for number, _ in owners),
        phones="、".join(PHONES[who] for _, who in owners),
    )


HEADS, AREA = 6, 72050
"""The denominators of scope "all": six electors, 720.50 m2."""


def an_item(**changes: object) -> Json:
    """A vote on using the fund for the whole community."""
    return {
        "id": "fund",
        "title": "使用维修资金更换电梯",
        "matter": 5,
        "scope": "all",
        "kind": "vote",
    } | changes


def a_committee(**changes: object) -> Json:
    """An election of five from six."""
    candidates = [
        {"id": f"c{number}", "name": f"候选{'一二三四五六'[number - 1]}", "party_member": number % 2 == 0}
        for number in range(1, 7)
    ]
    return {
        "id": "committee",
        "title": "选举业主委员会",
        "matter": 3,
        "scope": "all",
        "kind": "election",
        "seats": 5,
        "candidates": candidates,
    } | changes


def a_draft(**changes: object) -> Json:
    """An assembly with two items for all and one for building 1."""
    items = [an_item(), a_committee(), an_item(id="roof", title="一号楼屋面维修", scope="building:1")]
    return {
        "title": "演示花园2026年业主大会会议",
        "rule_pack": "cn-civil-code",
        "notice_date": NOTICE,
        "voting_days": 15,
        "items": items,
    } | changes


@dataclass
class Keys:
    """The keys of one person's own software."""

    signing: SigningKey = field(default_factory=SigningKey.generate)
    box: BoxKey = field(default_factory=BoxKey.generate)


@dataclass
class Cast:
    """What the people of one assembly hold. No server ever has it."""

    keys: dict[str, Keys] = field(default_factory=lambda: {who: Keys() for who in PHONES})
    accounts: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    shares: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    community: str = ""
    assembly: str = ""
    uuids: dict[str, str] = field(default_factory=dict)


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
            self._headers[key] = sign_in(self.client, self.house, PHONES[who])
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
        return self.ceremony_form(
            who, index, 1, json.dumps(public, separators=(",", ":"), ensure_ascii=False)
        )

    def ceremony_form(self, who: str, index: int, number: int, body: str) -> Json:
        """Sign a ceremony message."""
        from hashlib import sha256

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
