"""A voter's tool: encrypts and signs here, keeps the signed receipt, finds the ballot on the board.

What is cast is bound to the manifest through the election's fingerprint, so the tool first checks that
manifest, roll and election belong together and that the roll names the credential of this code.
"""

from __future__ import annotations

import getpass
import json
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.sealing import signing
from backend.sealing.boxes import open_box
from backend.tools.choices import bits, parse_choices
from backend.tools.desk import SESSION, Desk, ToolParser
from backend.tools.errors import ToolError, WrongUse
from backend.tools.folder import write_whole
from backend.tools.mirror import CHAINS, Mirror, walk
from backend.tools.pins import Pinned, check_follows, pin, pin_manifest
from backend.voting.errors import VerificationError
from backend.voting.protocol.archive import EventType, read_records
from backend.voting.protocol.ballot import Ballot, make_ballot, parse_ballot
from backend.voting.protocol.credentials import normalise_code, private_key, public_credential
from backend.voting.protocol.election import Election
from backend.voting.record.manifest import Manifest

Json = dict[str, Any]
DEVICE = "device.json"
SEALED_CODE = "sealed-code"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is about to be sent in one election, or why nothing is."""

    pinned: Pinned
    posting: Json | ToolError


def device(desk: Desk) -> None:
    """Register this device's keys with the signed-in account."""
    _device(desk)
    sign_key, box_key = desk.folder.signing_key(), desk.folder.box_key()
    mark = signing.fingerprint(sign_key.public_hex, box_key.public_hex)
    desk.say(f"this device: {mark}", fingerprint=mark, device_id=desk.folder.read(DEVICE)["device_id"])
    desk.say(f"signing key {sign_key.public_hex}", sign_key=sign_key.public_hex)
    desk.say(f"box key {box_key.public_hex}", seal_key=box_key.public_hex)


def _device(desk: Desk) -> str:
    """Return this device's id, registering its keys once."""
    client = desk.server().client
    known = desk.folder.read(DEVICE)
    if known is None or known["server"] != client.address:
        sign_key, box_key = desk.folder.signing_key(), desk.folder.box_key()
        keys = {"sign_key": sign_key.public_hex, "seal_key": box_key.public_hex}
        account = desk.folder.read(SESSION)["account_id"]
        proof = signing.sign(sign_key, "device-key", {"account_id": account, **keys})
        answer = client.post("/me/devices", {**keys, "proof": proof})
        known = {"server": client.address, "device_id": answer["device_id"]}
        desk.folder.write(DEVICE, known)
    return str(known["device_id"])


def entries(desk: Desk) -> None:
    """Show for which electors this phone may vote, and what they have done so far."""
    listed = _entries(desk)
    for entry in listed:
        desk.say(f"{entry['pseudonym']}: {', '.join(entry['labels'])}")
        for election in entry["elections"]:
            desk.say(f"  {election['uuid']}  {election['channel'] or 'not yet voted'}")
    desk.say(f"{len(listed)} in all", entries=listed)


def _entries(desk: Desk) -> list[Json]:
    exchange = desk.server()
    items: list[Json] = exchange.client.get(f"/assemblies/{exchange.id}/my-entries")["items"]
    return items


def cast(desk: Desk) -> None:
    """Encrypt, sign and cast a ballot in each election in which a choice was made."""
    entry = _entry(desk)
    chosen, code = _chosen(desk), _sealed_code(desk, entry) if desk.options.sealed else _code(desk)
    device_id = _device(desk)
    name = entry["pseudonym"]
    planned = _planned(desk, entry, chosen)
    prepared = [_prepare(desk, device_id, name, uuid, code, chosen) for uuid in planned]
    if desk.options.confirm:
        _await_confirmation(desk, prepared)
    ballots = [_cast_one(desk, each) for each in prepared]
    desk.say(f"{name}: done", entry=name, ballots=ballots)
    if any("refused" in ballot for ballot in ballots):
        desk.fail()


def _entry(desk: Desk) -> Json:
    """Return the one entry meant; a phone that stands for several electors must name it."""
    wanted = desk.options.entry
    listed = [entry for entry in _entries(desk) if wanted in {None, entry["pseudonym"]}]
    if not listed:
        raise ToolError("not-your-entry", "this phone stands for no such elector in this assembly")
    if len(listed) > 1:
        names = ", ".join(entry["pseudonym"] for entry in listed)
        raise WrongUse(f"this phone stands for several electors ({names}): name one with --entry")
    return listed[0]


def _planned(desk: Desk, entry: Json, chosen: Mapping[str, str]) -> list[str]:
    """Return the elections to cast in; every chosen item must stand in one of them."""
    elections = [election["uuid"] for election in entry["elections"]]
    if desk.options.election:
        elections = [uuid for uuid in elections if uuid == desk.options.election]
    manifests = [pin_manifest(desk.folder, desk.exchange(), uuid) for uuid in elections]
    offered = {manifest.uuid: {item.id for item in manifest.items} for manifest in manifests}
    unknown = set(chosen) - {item for items in offered.values() for item in items}
    if unknown:
        raise WrongUse(f"not on this elector's ballot: {', '.join(sorted(unknown))}")
    for manifest in manifests:  # a slip in the last election must be found before the first is cast
        bits(manifest.items, _own(manifest, chosen))
    return [uuid for uuid in elections if offered[uuid] & set(chosen)]


def _own(manifest: Manifest, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the choices that belong to one election."""
    return {item.id: chosen[item.id] for item in manifest.items if item.id in chosen}


def _prepare(
    desk: Desk, device_id: str, pseudonym: str, uuid: str, code: str, chosen: Mapping[str, str]
) -> Prepared:
    """Make the ballot of one election, or find out why there will be none; that does not stop the others."""
    pinned = pin(desk.folder, desk.exchange(), uuid)
    try:
        posting = _resumed(desk, pseudonym, uuid)
        if posting is None:
            ballot = _make(pinned, pseudonym, code, chosen)
            posting = _posting(desk, device_id, pseudonym, pinned.election, ballot)
    except ToolError as error:
        return Prepared(pinned, error)
    return Prepared(pinned, posting)


def _await_confirmation(desk: Desk, prepared: Sequence[Prepared]) -> None:
    """Wait for a line on standard input before anything is cast; raises ToolError when none comes."""
    for each in prepared:
        if not isinstance(each.posting, ToolError):
            desk.say(f"{each.pinned.manifest.uuid}: tracker {each.posting['tracker']}")
    desk.say("press Enter to cast, or end with Ctrl-C")
    if not sys.stdin.readline():
        raise ToolError("not-confirmed", "nothing was cast")


def _cast_one(desk: Desk, prepared: Prepared) -> Json:
    """Cast in one election and tell what became of it."""
    try:
        if isinstance(prepared.posting, ToolError):
            raise prepared.posting
        return _post(desk, prepared.pinned, prepared.posting)
    except ToolError as error:
        uuid = prepared.pinned.manifest.uuid
        desk.say(f"{uuid}: refused: {error}")
        return {"election": uuid, "refused": error.code, "detail": error.detail}


def _make(pinned: Pinned, pseudonym: str, code: str, chosen: Mapping[str, str]) -> Ballot:
    listed = pinned.roll.by_pseudonym.get(pseudonym)
    if listed is None or listed.credential != public_credential(code, pinned.manifest.uuid):
        raise ToolError("credential-mismatch", "this voting code is not the one of this elector")
    own = _own(pinned.manifest, chosen)
    raw = make_ballot(
        pinned.election, private_key(code, pinned.election.uuid), bits(pinned.manifest.items, own)
    )
    return parse_ballot(pinned.election, raw)


def _pending(uuid: str, pseudonym: str) -> str:
    return f"pending/{uuid}-{pseudonym}.json"


def _posting(desk: Desk, device_id: str, pseudonym: str, election: Election, ballot: Ballot) -> Json:
    """Return what is about to be sent."""
    act = {"fingerprint": election.fingerprint, "tracker": ballot.tracker_hex}
    body = {
        "pseudonym": pseudonym,
        "ballot": ballot.raw.decode(),
        "device_id": device_id,
        "signature": signing.sign(desk.folder.signing_key(), "cast", act),
    }
    return {"key": secrets.token_hex(16), "tracker": ballot.tracker_hex, "body": body}


def _resumed(desk: Desk, pseudonym: str, uuid: str) -> Json | None:
    posting: Json | None = desk.folder.read(_pending(uuid, pseudonym))
    if posting is not None:
        desk.say(f"{uuid}: an earlier ballot was not confirmed; that one is sent, not the new choice")
    return posting


def _post(desk: Desk, pinned: Pinned, posting: Json) -> Json:
    """Write the posting down and send it: after a crash the same ballot is sent again, not another."""
    uuid, pending = pinned.manifest.uuid, _pending(pinned.manifest.uuid, posting["body"]["pseudonym"])
    desk.folder.write(pending, posting)
    try:
        answer = desk.server().client.post(f"/elections/{uuid}/ballots", posting["body"], key=posting["key"])
    except ToolError as error:
        if error.status is not None and error.status < 500:
            desk.folder.erase(pending)
        raise
    receipt = answer["receipt"]
    check_receipt(receipt, pinned.manifest, posting["tracker"])
    name = f"receipts/{uuid}-{posting['tracker']}.json"
    desk.folder.write(name, {"receipt": receipt, "url": answer.get("url")})
    desk.folder.erase(pending)
    desk.say(f"{uuid}: accepted, tracker {posting['tracker']}")
    return {"election": uuid, "tracker": posting["tracker"], "receipt": str(desk.folder.path / name)}


def check_receipt(receipt: Mapping[str, Any], manifest: Manifest, tracker: str) -> None:
    """Refuse a receipt not signed by the manifest's server, or for another ballot (rule "receipt")."""
    document = receipt["document"]
    signing.verify(manifest.server_key, "receipt", document, receipt["signature"])
    expected = (manifest.uuid, manifest.drill, tracker)
    if (document["uuid"], document["drill"], document["tracker"]) != expected:
        raise VerificationError("receipt", "the server's receipt is for another ballot")


def check(desk: Desk) -> None:
    """Fetch the boards and find every ballot cast from this folder where its receipt says it stands."""
    found = []
    for path in sorted((desk.folder.path / "receipts").glob("*.json")):
        receipt = json.loads(path.read_bytes())["receipt"]
        if desk.options.tracker in {None, receipt["document"]["tracker"]}:
            found.append(_check_on_board(desk, receipt))
    if not found:
        raise ToolError("no-receipt", "this folder has no such receipt")
    desk.say(f"{len(found)} ballots are on both boards, where their receipts say", ballots=found)


def _check_on_board(desk: Desk, receipt: Mapping[str, Any]) -> Json:
    document = receipt["document"]
    pinned = pin(desk.folder, desk.exchange(), document["uuid"])
    check_receipt(receipt, pinned.manifest, document["tracker"])
    mirror = Mirror(desk.folder, pinned.manifest)
    mirror.update(desk.exchange())
    for chain in CHAINS:
        check_opens_with(mirror.archive(chain), pinned.election)
        check_stands(mirror.archive(chain), document["tracker"], document[chain])
    return {"election": document["uuid"], "tracker": document["tracker"], **_heights(document)}


def _heights(document: Mapping[str, Any]) -> dict[str, int]:
    return {chain: document[chain]["height"] for chain in CHAINS}


def check_opens_with(archive: Path, election: Election) -> None:
    """Refuse a board of another election than the ballot was made for (rule "board-election")."""
    with archive.open("rb") as file:
        first = next(read_records(file), None)
    if first is None or first.body != election.raw:
        raise VerificationError("board-election", "the board is of another election than the ballot")


def check_stands(archive: Path, tracker: str, tip: Mapping[str, Any]) -> None:
    """Refuse an archive without this ballot at the receipt's height and hash (rule "receipt-broken")."""
    for event, event_hash in walk(archive):
        if event.height == tip["height"]:
            if (event.type, event.payload, event_hash) == (EventType.BALLOT, tracker, tip["hash"]):
                return
            break
    place = f"height {tip['height']}"
    raise VerificationError("receipt-broken", "the board has not the ballot of the receipt", event=place)


def ballot_file(desk: Desk) -> None:
    """On files: make a ballot from election.json and manifest.json, to be carried to the board."""
    options = desk.options
    manifest = Manifest.parse(Path(options.manifest_file).read_bytes())
    election = Election.parse(Path(options.election_file).read_bytes())
    check_follows(manifest, election)
    chosen = _chosen(desk)
    unknown = set(chosen) - {item.id for item in manifest.items}
    if unknown:
        raise WrongUse(f"not on this ballot: {', '.join(sorted(unknown))}")
    raw = make_ballot(election, private_key(_code(desk), election.uuid), bits(manifest.items, chosen))
    write_whole(Path(options.to), raw, mode=0o644)
    tracker = parse_ballot(election, raw).tracker_hex
    desk.say(f"ballot in {options.to}, tracker {tracker}", tracker=tracker)


def _chosen(desk: Desk) -> dict[str, str]:
    if desk.options.choices_file:
        return parse_choices(Path(desk.options.choices_file).read_text("utf-8").split("\n")[:-1])
    if not desk.options.choose:
        raise WrongUse("choose at least one item: --choose ITEM=CHOICE, or --choices-file")
    return parse_choices(desk.options.choose)


def _code(desk: Desk) -> str:
    """Return the voting code; a notice's link is understood too, its fragment being the code."""
    file = desk.options.code_file
    typed = Path(file).read_text("ascii") if file else getpass.getpass("voting code: ")
    return normalise_code(typed.strip().rpartition("#")[2])


def _sealed_code(desk: Desk, entry: Json) -> str:
    """Return the code that the registrar sealed to this device.

    Raises:
        ToolError: none was sealed to it. VerificationError: not by the registrar, or not for this elector.
    """
    exchange, mine, name = desk.server(), desk.folder.signing_key().public_hex, entry["pseudonym"]
    items: list[Json] = exchange.client.get(f"/assemblies/{exchange.id}/my-sealed-codes")["items"]
    own = [item for item in items if (item["pseudonym"], item["sign_key"]) == (name, mine)]
    if not own:
        raise ToolError("no-sealed-code", "the registrar sealed no code to this device: use the paper notice")
    delivery = {part: own[0][part] for part in ("pseudonym", "sign_key", "seal_key", "box")}
    document = {**delivery, "assembly": exchange.id}
    signing.verify(_registrar_key(desk), SEALED_CODE, document, own[0]["signature"])
    box = open_box(desk.folder.box_key(), own[0]["box"], f"code|{exchange.id}|{name}".encode())
    return normalise_code(box.decode("ascii"))


def _registrar_key(desk: Desk) -> str:
    people = desk.exchange().assembly()["people"]
    return str(next(one["sign_key"] for one in people if one["role"] == "registrar"))


def parser() -> ToolParser:
    """Return the voter's commands."""
    tool = ToolParser(
        "vote", "Vote, keep the receipt, and check that the ballot is on the board.", appointed=False
    )
    tool.add("device", device)
    tool.add("entries", entries)
    casting = tool.add("cast", cast)
    casting.add_argument("--election", help="uuid; default: every election in which an item was chosen")
    casting.add_argument("--confirm", action="store_true", help="show the trackers and wait for Enter")
    casting.add_argument("--sealed", action="store_true", help="use the code that was sealed to this device")
    casting.add_argument("--entry", help="pseudonym, where this phone stands for several electors")
    on_files = tool.add("ballot", ballot_file)
    for name in ("--election-file", "--manifest-file", "--to"):
        on_files.add_argument(name, required=True)
    for added in (casting, on_files):
        added.add_argument("--code-file", help="file with the voting code (else asked at the terminal)")
        added.add_argument(
            "--choose", action="append", metavar="ITEM=CHOICE", help="for, against, abstain, c1;c2"
        )
        added.add_argument("--choices-file", help="ITEM=CHOICE lines, unseen by others on this machine")
    tool.add("check", check).add_argument("--tracker", help="hex; default: every receipt in the folder")
    return tool


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; returns its exit status."""
    return parser().run(arguments)
