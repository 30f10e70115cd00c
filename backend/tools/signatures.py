"""Every signature of a record folder, verified: heads, co-signatures, counters, devices, result, verdicts.

`scripts/verify` needs nothing but Python and so cannot verify Ed25519; this is the other half of the audit.
The keys that count are those in the manifest, which every ballot signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.sealing import signing
from backend.tools.errors import ToolError
from backend.tools.mirror import CHAINS, SignedHead, Tip, check_walks_to, walk
from backend.voting.errors import VerificationError
from backend.voting.protocol.archive import EventType, read_records
from backend.voting.protocol.encoding import b64_sha256
from backend.voting.record.canonical import parse_canonical
from backend.voting.record.manifest import Manifest
from backend.voting.record.paper import Paper, check_counters

VERDICTS = frozenset({"AGREE", "AGREE_WITH_REMARKS", "REFUSE"})
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ElectionFolder:
    """One election of a record, with its manifest read."""

    path: Path
    manifest: Manifest

    def tips(self) -> dict[str, Tip]:
        """Return where both archives end."""
        return {chain: _tip(self.path / f"{chain}.bel") for chain in CHAINS}


def election_folders(record: Path) -> list[ElectionFolder]:
    """Return the elections of a record: the folders in it that hold a manifest."""
    found = [
        ElectionFolder(path.parent, Manifest.parse(path.read_bytes()))
        for path in sorted(record.glob("*/manifest.json"))
    ]
    if not found:
        raise ToolError("no-record", f"{record} holds no election folder with a manifest.json")
    _check_one_assembly(found)
    return found


def _check_one_assembly(found: list[ElectionFolder]) -> None:
    """Refuse folders that do not name the same assembly and people, or of which one is a drill."""
    first = found[0].manifest
    for folder in found[1:]:
        other = folder.manifest
        if (other.assembly, other.drill, other.server_key, other.auditors, other.counters) != (
            first.assembly,
            first.drill,
            first.server_key,
            first.auditors,
            first.counters,
        ):
            raise VerificationError(
                "one-assembly", f"{folder.path.name} is of another assembly or other people"
            )


def check_election(folder: ElectionFolder) -> Iterator[str]:
    """Verify the signatures that stand beside one election; yields a line for each kind that is there."""
    path, manifest = folder.path, folder.manifest
    if (path / "head.json").exists():
        head = SignedHead.parse(_read(path / "head.json"), manifest)
        for chain in CHAINS:
            check_walks_to(path / f"{chain}.bel", chain, head.tips[chain])
        yield "the server signed the heads of both boards"
    if (path / "cosignatures.json").exists():
        count = _check_cosignatures(folder, _read(path / "cosignatures.json"))
        yield f"auditors co-signed {count} heads that lie on these boards"
    if (path / "paper.json").exists():
        paper = Paper.parse((path / "paper.json").read_bytes())
        check_paper_signatures(paper, manifest)
        yield f"counters signed {len(paper.entries)} papers ({len(paper.signatures)} signatures)"


def check_paper_signatures(paper: Paper, manifest: Manifest) -> None:
    """Refuse papers that two counters of the manifest did not sign."""
    check_counters(paper, manifest)
    for each in paper.signatures:
        signing.verify(each.key, "paper", paper.signed_document(), each.signature)


def _check_cosignatures(folder: ElectionFolder, listed: Any) -> int:
    auditors = {auditor.key for auditor in folder.manifest.auditors}
    hashes = {chain: [found for _, found in walk(folder.path / f"{chain}.bel")] for chain in CHAINS}
    for statement in listed:
        if statement["key"] not in auditors:
            raise VerificationError("cosignature", "a head is co-signed by a key that is no auditor's")
        document = statement["document"]
        signing.verify(statement["key"], "cosign", document, statement["signature"])
        for chain in CHAINS:
            height = document[chain]["height"]
            if hashes[chain][height : height + 1] != [document[chain]["hash"]]:
                raise VerificationError("board-fork", f"a co-signed head is not on this {chain} board")
    return len(listed)


def check_devices(folders: list[ElectionFolder], evidence: Path) -> int:
    """Verify the owners' device signatures; returns how many.

    `evidence` holds JSON lines {"uuid", "tracker", "sign_key", "signature"}. Raises VerificationError when
    one does not hold, or when a ballot on a board has none.
    """
    open_trackers = {
        (folder.manifest.uuid, event.payload): fingerprint
        for folder in folders
        for fingerprint in [_fingerprint(folder.path / "heads.bel")]
        for event, _ in walk(folder.path / "heads.bel")
        if event.type is EventType.BALLOT
    }
    count = 0
    for line in evidence.read_text("utf-8").splitlines():
        act = json.loads(line)
        fingerprint = open_trackers.pop((act["uuid"], act["tracker"]), None)
        if fingerprint is None:
            raise VerificationError(
                "device-signature", f"no board has the ballot {act['tracker']}, or it stands twice"
            )
        document = {"fingerprint": fingerprint, "tracker": act["tracker"]}
        signing.verify(act["sign_key"], "cast", document, act["signature"])
        count += 1
    if open_trackers:
        raise VerificationError("device-signature", f"{len(open_trackers)} ballots have no device signature")
    return count


def check_result(record: Path, folders: list[ElectionFolder]) -> Json:
    """Verify result.json: canonical, signed by the server, about these very boards; returns it."""
    manifest = folders[0].manifest
    document: Json = parse_canonical((record / "result.json").read_bytes())
    signature = _read(record / "result.sig")["signature"]
    signing.verify(manifest.server_key, "result", document, signature)
    if (document["assembly"], document["drill"]) != (manifest.assembly, manifest.drill):
        raise VerificationError("result-assembly", "result.json is of another assembly")
    if set(document["elections"]) != {folder.manifest.uuid for folder in folders}:
        raise VerificationError("result-elections", "result.json and the folders name different elections")
    for folder in folders:
        _check_named(folder, document["elections"][folder.manifest.uuid])
    return document


def _check_named(folder: ElectionFolder, named: Mapping[str, Any]) -> None:
    paper = folder.path / "paper.json"
    expected = {"manifest_sha256": folder.manifest.sha256, **_heads(folder)}
    if any(named[field] != value for field, value in expected.items()):
        raise VerificationError(
            "result-elections", f"result.json is about another board than {folder.path.name}"
        )
    if paper.exists() and named["paper_sha256"] != _sha256(paper):
        raise VerificationError(
            "result-elections", f"result.json is about another paper.json in {folder.path.name}"
        )


def check_verdicts(record: Path, folders: list[ElectionFolder]) -> list[Json]:
    """Verify the verdicts in audit.json, each about these boards and this result; returns them."""
    manifest = folders[0].manifest
    auditors = {auditor.key: auditor.name for auditor in manifest.auditors}
    document: Json = _read(record / "audit.json")
    verdicts: list[Json] = document["verdicts"]
    for verdict in verdicts:
        if auditors.get(verdict["key"]) != verdict["name"]:
            raise VerificationError(
                "verdict", f"{verdict['name']} is not named in the manifest with this key"
            )
        signing.verify(verdict["key"], "verdict", verdict["document"], verdict["signature"])
        _check_verdict(record, folders, verdict["document"])
    return verdicts


def _check_verdict(record: Path, folders: list[ElectionFolder], document: Mapping[str, Any]) -> None:
    expected = verdict_document(record, folders, document["verdict"], list(document["remarks"]))
    if document["verdict"] not in VERDICTS or dict(document) != expected:
        raise VerificationError("verdict", "a verdict is about other boards or another result")


def verdict_document(record: Path, folders: list[ElectionFolder], verdict: str, remarks: list[str]) -> Json:
    """Return what an auditor signs: the verdict, and exactly what it is about."""
    manifest = folders[0].manifest
    return {
        "assembly": manifest.assembly,
        "drill": manifest.drill,
        "verdict": verdict,
        "remarks": remarks,
        "result_sha256": _sha256(record / "result.json"),
        "elections": {folder.manifest.uuid: _heads(folder) for folder in folders},
    }


def _heads(folder: ElectionFolder) -> Json:
    tips = folder.tips()
    return {chain: {"height": tips[chain].height, "hash": tips[chain].hash} for chain in CHAINS}


def _tip(path: Path) -> Tip:
    tip = None
    for event, event_hash in walk(path):
        tip = Tip(event.height, event_hash, path.stat().st_size)
    if tip is None:
        raise VerificationError("board-empty", f"{path.name} has no event")
    return tip


def _fingerprint(archive: Path) -> str:
    """Return the fingerprint of the election on a board: the base64 SHA-256 of its first data record."""
    with archive.open("rb") as file:
        election = next(iter(read_records(file))).body
    return b64_sha256(election)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        raise VerificationError("record-json", f"{path.name} is not JSON") from None
