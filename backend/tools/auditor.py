"""An auditor's tool: keeps and compares heads of the board, verifies a record, signs the verdict.

It needs no trust in the server: what it kept, what others kept, and the record itself are compared.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from backend.sealing import signing
from backend.tools import signatures
from backend.tools.desk import Desk, ToolParser
from backend.tools.errors import ToolError, WrongUse
from backend.tools.exchange import Exchange
from backend.tools.folder import write_whole
from backend.tools.mirror import CHAINS, Mirror, SignedHead, Tip, walk
from backend.tools.pins import elections_of, pin
from backend.voting.errors import VerificationError
from backend.voting.record.canonical import canonical
from backend.voting.record.examine import Evidence, Reading, examine
from backend.voting.record.manifest import Manifest
from backend.voting.record.report import Report

VERDICTS = {"agree": "AGREE", "remarks": "AGREE_WITH_REMARKS", "refuse": "REFUSE"}
ABSENT = frozenset({401, 403, 404, 409})
DOCUMENTS = ("manifest.json", "roll.json", "election.json")


def watch(desk: Desk) -> None:
    """Fetch the boards, check that they continue what was kept, keep their heads and co-sign them."""
    exchange, key = desk.exchange(), desk.folder.signing_key()
    seen = []
    for uuid in elections_of(exchange):
        manifest = pin(desk.folder, exchange, uuid).manifest
        head = Mirror(desk.folder, manifest).update(exchange)
        if key.public_hex in {auditor.key for auditor in manifest.auditors}:
            document = dict(head.document)
            signature = signing.sign(key, "cosign", document)
            exchange.send_cosignature(
                uuid, {"key": key.public_hex, "document": document, "signature": signature}
            )
        heights = {chain: head.tips[chain].height for chain in CHAINS}
        desk.say(f"{uuid}: continues what was kept; heads at {heights['heads']}, area at {heights['area']}")
        seen.append({"election": uuid, **heights})
    desk.note(elections=seen)


def compare(desk: Desk) -> None:
    """Compare two copies of a board, or two signed heads, and refuse two stories."""
    manifest = _manifest_of(desk)
    first, second = (_copy(Path(name), manifest) for name in desk.options.copies)
    for chain in CHAINS:
        check_one_story(chain, first[chain], second[chain])
    desk.say("both copies tell one story", same=True)


def _manifest_of(desk: Desk) -> Manifest:
    options = desk.options
    beside = [Path(name) / "manifest.json" for name in options.copies]
    named = (
        [Path(options.manifest_file)] if options.manifest_file else [path for path in beside if path.exists()]
    )
    if not named:
        raise WrongUse("name the manifest, whose server key signs heads: --manifest-file")
    return Manifest.parse(named[0].read_bytes())


def _copy(path: Path, manifest: Manifest) -> dict[str, dict[int, str]]:
    """Return what one copy says: per chain, the hash at each height that it knows.

    A folder holds both archives and perhaps a signed head; a file is a signed head alone.
    """
    head_file = path / "head.json" if path.is_dir() else path
    known: dict[str, dict[int, str]] = {chain: {} for chain in CHAINS}
    if path.is_dir():
        for chain in CHAINS:
            known[chain] = {event.height: found for event, found in walk(path / f"{chain}.bel")}
    if head_file.exists():
        head = SignedHead.parse(json.loads(head_file.read_bytes()), manifest)
        for chain in CHAINS:
            tip = head.tips[chain]
            if known[chain].setdefault(tip.height, tip.hash) != tip.hash:
                raise VerificationError(
                    "board-fork", f"{path} does not hold the {chain} head that was signed"
                )
    return known


def check_one_story(chain: str, first: dict[int, str], second: dict[int, str]) -> None:
    """Refuse two copies that differ at a height both know (rule "board-fork")."""
    common = sorted(first.keys() & second.keys())
    for height in common:
        if first[height] != second[height]:
            raise VerificationError(
                "board-fork", "two different events stand here", event=f"{chain} height {height}"
            )
    if not common:
        raise ToolError("not-comparable", f"the {chain} copies share no height: give the boards themselves")


def fetch(desk: Desk) -> None:
    """Fetch the whole record of the assembly into a folder that `verify` reads."""
    exchange, record = desk.exchange(), Path(desk.options.to)
    uuids = elections_of(exchange)
    for uuid in uuids:
        manifest = pin(desk.folder, exchange, uuid).manifest
        mirror = Mirror(desk.folder, manifest)
        mirror.update(exchange)
        _lay_out(exchange, mirror, record / uuid)
    result, signature = exchange.result()
    write_whole(record / "result.json", result, mode=0o644)
    write_whole(record / "result.sig", canonical(signature), mode=0o644)
    _put(record / "audit.json", exchange.audit, mode=0o644)
    if desk.options.evidence:
        lines = [canonical(act) + b"\n" for uuid in uuids for act in exchange.device_signatures(uuid)]
        write_whole(Path(desk.options.evidence), b"".join(lines))
    desk.say(f"the record is in {record}")


def _lay_out(exchange: Exchange, mirror: Mirror, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*DOCUMENTS, "head.json", *(f"{chain}.bel" for chain in CHAINS)):
        shutil.copyfile(mirror.path / name, folder / name)
    signed = exchange.cosignatures(mirror.uuid)
    write_whole(folder / "cosignatures.json", canonical(signed), mode=0o644)
    _put(folder / "paper.json", lambda: exchange.file(mirror.uuid, "paper.json"), mode=0o600)


def _put(target: Path, read: Callable[[], bytes], mode: int) -> None:
    """Write a file that may not exist yet, or is not for everybody: an outsider's record lacks it."""
    try:
        content = read()
    except ToolError as error:
        if error.status not in ABSENT and error.code != "not-there-yet":
            raise
        return
    write_whole(target, content, mode=mode)


def verify(desk: Desk) -> None:
    """Verify a whole record: every check of scripts/verify, every signature, and result.json."""
    record = Path(desk.options.record)
    evidence = Path(desk.options.evidence) if desk.options.evidence else None
    for line in verify_record(record, evidence):
        desk.say(line)
    desk.say("the record holds", holds=True)


def verify_record(record: Path, evidence: Path | None = None) -> list[str]:
    """Verify a record folder; returns what was found, a line each. Raises VerificationError."""
    lines, items = [], {}
    folders = signatures.election_folders(record)
    for folder in folders:
        report = _examined(folder.path)
        items.update(report.items or {})
        lines.append(f"{folder.path.name}: {report.stage}, every check of scripts/verify holds")
        lines += [f"{folder.path.name}: {line}" for line in signatures.check_election(folder)]
    if evidence is not None:
        lines.append(f"{signatures.check_devices(folders, evidence)} device signatures, one for every ballot")
    if (record / "result.json").exists():
        if signatures.check_result(record, folders)["items"] != items:
            raise VerificationError("result-items", "result.json is not what the records and the law give")
        lines.append("the server signed result.json, and it is what the records and the law give")
    if (record / "audit.json").exists():
        verdicts = signatures.check_verdicts(record, folders)
        lines.append(f"{len(verdicts)} verdicts are signed by auditors of the manifest")
    return lines


def _examined(folder: Path) -> Report:
    report = examine(
        Evidence(
            heads=folder / "heads.bel",
            area=folder / "area.bel",
            manifest=(folder / "manifest.json").read_bytes(),
            roll=(folder / "roll.json").read_bytes(),
            paper=(folder / "paper.json").read_bytes() if (folder / "paper.json").exists() else None,
        ),
        Reading(workers=os.cpu_count() or 1),
    )
    if report.refusal is not None:
        raise report.refusal
    return report


def sign(desk: Desk) -> None:
    """Sign the verdict on a record, after verifying it, and hand it in."""
    record, remarks = Path(desk.options.record), list(desk.options.remark or [])
    verdict = VERDICTS[desk.options.verdict]
    if (verdict == "AGREE") == bool(remarks):
        raise WrongUse("`agree` has no remarks; `remarks` and `refuse` need at least one --remark")
    folders = signatures.election_folders(record)
    key = desk.folder.signing_key()
    if key.public_hex not in {auditor.key for auditor in folders[0].manifest.auditors}:
        raise ToolError("not-an-auditor", "the manifest does not name this folder's key as an auditor's")
    if verdict != "REFUSE":
        for line in verify_record(record):
            desk.say(line)
        _check_continues(desk, folders)
    document = signatures.verdict_document(record, folders, verdict, remarks)
    statement = {"document": document, "signature": signing.sign(key, "verdict", document)}
    desk.folder.write("verdict.json", {**statement, "key": key.public_hex})
    desk.exchange().send_verdict(statement)
    desk.say(f"signed: {verdict}", verdict=verdict)


def _check_continues(desk: Desk, folders: Sequence[signatures.ElectionFolder]) -> None:
    """Refuse to agree to a record that does not continue the heads this auditor kept."""
    for folder in folders:
        kept = Mirror(desk.folder, folder.manifest).head()
        for chain in CHAINS if kept is not None else ():
            tip: Tip = kept.tips[chain]  # type: ignore[union-attr]  # the loop is empty without a kept head
            _check_holds(folder.path / f"{chain}.bel", chain, tip)


def _check_holds(archive: Path, chain: str, tip: Tip) -> None:
    for event, found in walk(archive):
        if event.height == tip.height and found == tip.hash:
            return
    raise VerificationError(
        "board-fork", f"the {chain} board of this record is not the one this auditor kept"
    )


def parser() -> ToolParser:
    """Return the auditor's commands."""
    tool = ToolParser("auditor", "Keep heads of the board, verify the record, sign the verdict.")
    tool.add("watch", watch)
    comparing = tool.add("compare", compare)
    comparing.add_argument(
        "copies", nargs=2, help="a folder with both archives, or a file with a signed head"
    )
    comparing.add_argument(
        "--manifest-file", help="manifest of the election (default: in one of the folders)"
    )
    fetching = tool.add("fetch", fetch)
    fetching.add_argument("--to", required=True, help="folder for the record")
    fetching.add_argument("--evidence", help="also fetch the owners' device signatures into this file")
    verifying = tool.add("verify", verify)
    verifying.add_argument("record", help="folder of the record")
    verifying.add_argument("--evidence", help="file with the owners' device signatures, JSON lines")
    signing_ = tool.add("sign", sign)
    signing_.add_argument("--record", required=True, help="folder of the record")
    signing_.add_argument("--verdict", required=True, choices=sorted(VERDICTS))
    signing_.add_argument("--remark", action="append", help="reason or remark, may be repeated")
    return tool


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; returns its exit status."""
    return parser().run(arguments)
