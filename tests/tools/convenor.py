"""The convenor of an assembly held on files: lays out the exchange folder and keeps the boards.

It stands where the service stands online, and uses the protocol alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.sealing import signing
from backend.voting.law.rulepack import load_pack
from backend.voting.protocol import archive as bel
from backend.voting.protocol.ballot import check_ballot, parse_ballot
from backend.voting.protocol.credentials import new_uuid
from backend.voting.protocol.decryption import check_partial_decryption, combine
from backend.voting.protocol.election import Election
from backend.voting.protocol.key_ceremony import assemble
from backend.voting.protocol.tally import TallyAccumulator, find_result, result_bytes
from backend.voting.protocol.trustees import Trustees
from backend.voting.protocol.verifier import verify_archive
from backend.voting.record.agenda import CandidateEntry, Item, ItemKind
from backend.voting.record.canonical import canonical
from backend.voting.record.manifest import Manifest, NamedKey, RulePackPin
from backend.voting.record.outcome import recompute
from backend.voting.record.paper import Paper
from backend.voting.record.rollfile import RollEntry, RollFile

CHAINS = ("heads", "area")
STAMP = 1_800_000_000
OPENS, CLOSES = "2026-03-01T00:00:00+08:00", "2026-03-16T00:00:00+08:00"
AREAS = {"E1": 9000, "E2": 12050, "E3": 7001, "E4": 30000}
ITEMS = (
    Item("fund", 5, ItemKind.VOTE, "使用维修资金", hashlib.sha256(b"fund").hexdigest(), 0),
    Item(
        "board",
        3,
        ItemKind.ELECTION,
        "选举业主委员会",
        hashlib.sha256(b"board").hexdigest(),
        1,
        seats=5,
        candidates=tuple(CandidateEntry(f"c{n}", f"候选人{n}", party_member=n < 3) for n in range(1, 8)),
    ),
)


class Convenor:
    """One assembly with one election of four electors; `trustees` of them hold the key."""

    def __init__(self, path: Path, *, trustees: int, threshold: int | None, drill: bool = True) -> None:
        self.path = path
        self.uuid = new_uuid()
        self.folder = path / "elections" / self.uuid
        self.folder.mkdir(parents=True)
        self.key = signing.SigningKey.generate()
        self.threshold = threshold
        self.drill = drill
        self.acts: list[dict[str, str]] = []
        names = [("trustee", f"保管人{n}", n) for n in range(1, trustees + 1)]
        names += [
            ("registrar", "凭证员", 1),
            ("auditor", "审计人", 1),
            ("counter", "计票员甲", 1),
            ("counter", "计票员乙", 2),
        ]
        self.people = [
            {
                "role": role,
                "name": name,
                "index": index,
                "organisation": None,
                "sign_key": None,
                "seal_key": None,
            }
            for role, name, index in names
        ]
        self.chains = {chain: bel.Chain(STAMP) for chain in CHAINS}
        self._write_assembly()
        roll = {
            "assembly": "A1",
            "electors": [_elector(name, area, self.uuid) for name, area in AREAS.items()],
        }
        self.put("registrar-roll.json", roll)

    def _write_assembly(self) -> None:
        document = {
            "id": "A1",
            "title": "示例小区业主大会",
            "drill": self.drill,
            "opens_at": OPENS,
            "closes_at": CLOSES,
            "threshold": self.threshold,
            "people": self.people,
            "elections": [{"uuid": self.uuid, "items": [item.id for item in ITEMS]}],
        }
        self.put("assembly.json", document)

    def put(self, name: str, value: object) -> None:
        """Write a JSON file of the exchange folder."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(canonical(value))

    def joined(self, role: str) -> list[dict[str, Any]]:
        """Return the keys that people of a role handed in, in the order of their names."""
        read = [json.loads(file.read_bytes()) for file in (self.path / "keys").glob("*.json")]
        return sorted((keys for keys in read if keys["role"] == role), key=lambda keys: keys["name"])

    def said(self, number: int) -> list[Any]:
        """Return what the trustees said in a round of the ceremony."""
        names = [f"ceremony/round-{number}-{n}.json" for n in range(1, self._size() + 1)]
        return [json.loads(json.loads((self.path / name).read_bytes())["body"]) for name in names]

    def _size(self) -> int:
        return sum(person["role"] == "trustee" for person in self.people)

    def fix(self, areas: dict[str, int] | None = None) -> None:
        """Fix manifest, roll and election, and open both boards; `areas` lets a test lie to the trustees."""
        public = json.loads((self.path / "credentials.json").read_bytes())["document"]["elections"][self.uuid]
        electors = [RollEntry(name, int(public[name]), AREAS[name]) for name in sorted(AREAS)]
        self.roll = RollFile(self.uuid, tuple(electors))
        shown = RollFile(
            self.uuid,
            tuple(RollEntry(e.pseudonym, e.credential, (areas or AREAS)[e.pseudonym]) for e in electors),
        )
        trustees = self._trustees()
        manifest = self._manifest()
        self.election = Election.create(
            uuid=self.uuid,
            name=manifest.election_name(),
            description=manifest.sha256,
            public_key=trustees.public_key,
            questions=manifest.questions(),
        )
        self.manifest, self.trustees = manifest, trustees
        for name, raw in (
            ("manifest", manifest.to_bytes()),
            ("roll", self.roll.to_bytes()),
            ("election", self.election.raw),
        ):
            (self.folder / f"{name}.json").write_bytes(raw)
        for chain, listed in (("heads", shown.heads_list()), ("area", shown.area_list())):
            added = bel.setup_event(self.chains[chain], self.election.raw, trustees.raw, listed)
            (self.folder / f"{chain}.bel").write_bytes(bel.header_record(STAMP) + added[1])
        self.sign_head()

    def _trustees(self) -> Trustees:
        if self.threshold is None:
            return Trustees.create(self.said(1))
        return assemble(self.said(1), [message["dealing"] for message in self.said(2)], self.said(3))

    def _manifest(self) -> Manifest:
        pack = load_pack("cn-civil-code")
        auditors, counters = self.joined("auditor"), self.joined("counter")
        return Manifest(
            assembly="A1",
            title="示例小区业主大会",
            community="示例小区",
            scope="all",
            uuid=self.uuid,
            drill=self.drill,
            items=ITEMS,
            rule_pack=RulePackPin(pack.id, pack.version, pack.sha256),
            roll_sha256=self.roll.sha256,
            heads_sha256=hashlib.sha256(self.roll.heads_list()).hexdigest(),
            area_sha256=hashlib.sha256(self.roll.area_list()).hexdigest(),
            server_key=self.key.public_hex,
            auditors=tuple(NamedKey(each["name"], each["sign_key"]) for each in auditors),
            counters=tuple(NamedKey(each["name"], each["sign_key"]) for each in counters),
            opens_at=OPENS,
            closes_at=CLOSES,
            max_changes=0,
            threshold=self.threshold,
            trustees=tuple(person["name"] for person in self.people if person["role"] == "trustee"),
        )

    def sign_head(self) -> None:
        """Sign where both boards stand now."""
        self.put(f"elections/{self.uuid}/head.json", self.head())

    def head(self) -> dict[str, Any]:
        """Return the signed head of both boards."""
        tips = {
            chain: {
                "height": state.head_height,
                "hash": state.head_hash,
                "bytes": (self.folder / f"{chain}.bel").stat().st_size,
            }
            for chain, state in self.chains.items()
        }
        document = {"uuid": self.uuid, "drill": self.drill, "at": OPENS, **tips}
        return {
            "document": document,
            "signature": signing.sign(self.key, "board-head", document),
            "key": self.key.public_hex,
        }

    def add(self, raw: bytes) -> dict[str, Any]:
        """Put a carried ballot on both boards and return the signed receipt."""
        ballot = parse_ballot(self.election, raw)
        check_ballot(self.election, ballot)
        self._note_device(ballot.tracker_hex)
        events = {chain: self._append(chain, bel.ballot_event(self.chains[chain], raw)) for chain in CHAINS}
        self.sign_head()
        tips = {chain: {"height": event.height, "hash": event.hash} for chain, event in events.items()}
        document = {
            "uuid": self.uuid,
            "drill": self.drill,
            "tracker": ballot.tracker_hex,
            "at": OPENS,
            **tips,
        }
        return {
            "document": document,
            "signature": signing.sign(self.key, "receipt", document),
            "key": self.key.public_hex,
        }

    def _note_device(self, tracker: str) -> None:
        """Keep the signature a voter's device would have sent along."""
        device = signing.SigningKey.generate()
        act = {"fingerprint": self.election.fingerprint, "tracker": tracker}
        signature = signing.sign(device, "cast", act)
        self.acts.append(
            {"uuid": self.uuid, "tracker": tracker, "sign_key": device.public_hex, "signature": signature}
        )
        self.put(f"elections/{self.uuid}/device-signatures.json", {"items": self.acts})

    def _append(self, chain: str, added: tuple[bel.Event, bytes]) -> bel.Event:
        with (self.folder / f"{chain}.bel").open("ab") as file:
            file.write(added[1])
        return added[0]

    def close(self, ballots: Sequence[bytes], papers: Sequence[dict[str, Any]] = ()) -> None:
        """Close both boards, tally them, and list the papers that came back."""
        parsed = [parse_ballot(self.election, raw) for raw in ballots]
        weights = {"heads": dict.fromkeys(self.roll.by_credential, 1)}
        weights["area"] = {credential: entry.area for credential, entry in self.roll.by_credential.items()}
        self.sums = {chain: TallyAccumulator(self.election) for chain in CHAINS}
        for chain, total in self.sums.items():
            for ballot in parsed:
                total.add(ballot.choices, weights[chain][ballot.credential])
            self._append(chain, bel.end_ballots_event(self.chains[chain]))
            tally, sized = total.encrypted().to_bytes(), total.sized().to_bytes()
            self._append(chain, bel.encrypted_tally_event(self.chains[chain], tally, sized))
        self.sign_head()
        self.put(f"elections/{self.uuid}/papers.json", {"items": list(papers)})

    def finish(self) -> None:
        """Combine the trustees' shares, write both results, and publish the signed result.json."""
        shares = {
            int(file.stem): json.loads(file.read_bytes())
            for file in sorted((self.folder / "partial-decryptions").glob("*.json"))
        }
        for chain, total in self.sums.items():
            tally = total.encrypted()
            checked = []
            for owner, share in shares.items():
                raw = share[chain].encode()
                checked.append(check_partial_decryption(self.election, self.trustees, owner, tally, raw))
                self._append(chain, bel.partial_decryption_event(self.chains[chain], owner, raw))
            result = find_result(tally, combine(self.trustees, checked, tally), total.total_weight)
            self._append(chain, bel.result_event(self.chains[chain], result_bytes(result)))
        self.sign_head()
        self._publish()

    def _publish(self) -> None:
        paper = Paper.parse((self.folder / "paper.json").read_bytes())
        verified = [verify_archive(self.folder / f"{chain}.bel", final=True) for chain in CHAINS]
        outcome = recompute(self.manifest, load_pack("cn-civil-code"), self.roll, *verified, paper)
        tips = {
            chain: {"height": state.head_height, "hash": state.head_hash}
            for chain, state in self.chains.items()
        }
        named = {"manifest_sha256": self.manifest.sha256, "paper_sha256": paper.sha256, **tips}
        document = {
            "kind": "result",
            "version": 1,
            "assembly": "A1",
            "title": self.manifest.title,
            "drill": self.drill,
            "elections": {self.uuid: named},
            **outcome,
        }
        self.put("result.json", document)
        signature = {"signature": signing.sign(self.key, "result", document), "key": self.key.public_hex}
        self.put("result.sig", signature)

    def publish_audit(self) -> None:
        """Collect the verdicts into audit.json."""
        verdicts = []
        for file in sorted((self.path / "verdicts").glob("*.json")):
            (auditor,) = self.manifest.auditors
            verdicts.append({"name": auditor.name, "key": auditor.key, **json.loads(file.read_bytes())})
        self.put("audit.json", {"assembly": "A1", "drill": self.drill, "verdicts": verdicts})


def _elector(name: str, area: int, uuid: str) -> dict[str, Any]:
    return {"pseudonym": name, "labels": [f"1-1-{name[1:]}01"], "owners": ["王*"], "area": {uuid: area}}
