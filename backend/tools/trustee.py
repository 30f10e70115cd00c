"""A trustee's tool: makes the key with the others, checks the set-up, decrypts the two lawful tallies.

Whoever decrypts a third weighting of the ballots reveals single votes. So nothing is decrypted before
both archives, the roll and the manifest were verified as a whole, and never a second tally per list.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.sealing import signing
from backend.tools import ceremony as keys
from backend.tools.clock import parse_instant
from backend.tools.desk import Desk, ToolParser
from backend.tools.errors import ToolError, WrongUse
from backend.tools.mirror import CHAINS, Mirror
from backend.tools.pins import Pinned, elections_of, pin
from backend.voting.errors import VerificationError
from backend.voting.protocol.archive import ArchiveReader
from backend.voting.protocol.board import Stage, read_board
from backend.voting.protocol.decryption import check_partial_decryption, partial_decryption
from backend.voting.protocol.tally import EncryptedTally
from backend.voting.protocol.verifier import VerifiedArchive, verify_archive, verify_pair
from backend.voting.record import checks

DECRYPTED = "decrypted.json"
Archives = dict[str, VerifiedArchive]


def ceremony(desk: Desk) -> None:
    """Do the next step of the key ceremony that is due; repeat until it says done."""
    exchange, person = desk.exchange(), desk.my_person()
    assembly = exchange.assembly()
    peers = keys.pin_peers(desk.folder, assembly)
    _compare_marks(desk, peers)
    place = keys.Place(assembly["id"], person["index"], person["name"], peers)
    said = keys.Said.parse(exchange.ceremony(), place)
    made = keys.step(desk.folder, place, said)
    last = keys.ROUNDS[said.mode]
    if made is None:
        done = said.round(last) is not None
        desk.say("done: all trustees have finished" if done else "waiting for other trustees", done=done)
        return
    statement = keys.document(place.assembly, made["round"], place.index, made["body"])
    signature = signing.sign(desk.folder.signing_key(), keys.KIND, statement)
    exchange.send_ceremony(place.index, {**made, "signature": signature})
    desk.say(f"round {made['round']} of {last} sent", round=made["round"], of=last, done=False)


def _compare_marks(desk: Desk, peers: dict[int, keys.Peer]) -> None:
    """Compare the keys with fingerprints collected by voice, or ask people to do so."""
    marks = {index: signing.fingerprint(peer.sign_key, peer.seal_key) for index, peer in peers.items()}
    if not desk.options.fingerprints:
        for index, mark in sorted(marks.items()):
            desk.say(f"trustee {index}: {mark}")
        desk.say("compare these fingerprints with every trustee by voice, or give --fingerprints FILE")
        return
    for line in Path(desk.options.fingerprints).read_text("utf-8").splitlines():
        number, _, mark = line.strip().partition(" ")
        if number and (not number.isdigit() or marks.get(int(number)) != mark.strip()):
            raise VerificationError(
                "fingerprint-differs", f"trustee {number} has another fingerprint than listed"
            )


def check(desk: Desk) -> None:
    """Verify the set-up of every election: manifest, roll, both weightings, the trustees, the own key."""
    told = []
    for uuid in elections_of(desk.exchange()):
        pinned = pin(desk.folder, desk.exchange(), uuid)
        archives = _verified(desk, pinned)
        hashes = {chain: archives[chain].head_hash for chain in CHAINS}
        told.append({"election": uuid, "manifest_sha256": pinned.manifest.sha256, **hashes})
        desk.say(f"{uuid}: the set-up holds; manifest {pinned.manifest.sha256}")
    desk.say("compare the manifest hashes with the other trustees", elections=told)


def _verified(desk: Desk, pinned: Pinned) -> Archives:
    """Verify both archives against everything that was fixed; raises VerificationError."""
    mirror = Mirror(desk.folder, pinned.manifest)
    mirror.update(desk.exchange())
    workers = os.cpu_count() or 1
    heads = verify_archive(mirror.archive("heads"), workers=workers)
    area = verify_archive(mirror.archive("area"), workers=workers, proven=heads)
    archives = {"heads": heads, "area": area}
    check_archives(pinned, archives)
    share, trustees = keys.load_share(desk.folder), archives["heads"].trustees
    keys.check_key(share, trustees.keys[share.index - 1])
    dealt = keys.load_dealt(desk.folder)
    if dealt is not None:
        dealt.check_outcome(trustees)
    return archives


def check_archives(pinned: Pinned, archives: Archives) -> None:
    """Refuse archives that are not one vote under this manifest, with heads 1 and areas as on the roll."""
    manifest, heads, area = pinned.manifest, archives["heads"], archives["area"]
    verify_pair(heads, area)
    checks.check_manifest(manifest, heads.election)
    checks.check_questions(manifest, heads.election)
    checks.check_credential_lists(manifest, heads, area)
    checks.check_roll(manifest, pinned.roll, heads, area)
    checks.check_trustees(manifest, heads.trustees)
    checks.check_revotes(manifest, heads)


def decrypt(desk: Desk) -> None:
    """After the close: verify both boards of every election, then decrypt exactly their two tallies."""
    person = desk.my_person()
    told = []
    for uuid in desk.options.election or elections_of(desk.exchange()):
        pinned = pin(desk.folder, desk.exchange(), uuid)
        _refuse_before_close(desk, pinned)
        told.append({"election": uuid, **_decrypt_one(desk, pinned, person["index"])})
    desk.note(elections=told)
    if any("refused" in each for each in told):
        desk.fail()


def _decrypt_one(desk: Desk, pinned: Pinned, index: int) -> dict[str, Any]:
    """Decrypt one election; a server that has no need of these shares does not stop the others."""
    uuid, archives = pinned.manifest.uuid, _verified(desk, pinned)
    if all(archives[chain].stage is Stage.RESULT for chain in CHAINS):
        desk.say(f"{uuid}: there is a result already; nothing more is decrypted")
        return {"have": len(archives["heads"].decrypted_by)}
    shares = _shares(desk, pinned, archives)
    if all(index in archives[chain].decrypted_by for chain in CHAINS):
        desk.say(f"{uuid}: this trustee's shares are on both boards already")
        return {"have": len(archives["heads"].decrypted_by)}
    try:
        answer = desk.exchange().send_partial(uuid, index, shares)
    except ToolError as error:
        desk.say(f"{uuid}: refused: {error}")
        return {"refused": error.code, "detail": error.detail}
    desk.say(f"{uuid}: decryption shares of both tallies sent; {answer['have']} are there")
    return answer


def _refuse_before_close(desk: Desk, pinned: Pinned) -> None:
    now = desk.clock.now(drill=pinned.manifest.drill)
    if now < parse_instant(pinned.manifest.closes_at):
        raise ToolError(
            "still-open", f"the vote closes at {pinned.manifest.closes_at}: nothing is decrypted before"
        )


def _shares(desk: Desk, pinned: Pinned, archives: Archives) -> dict[str, str]:
    """Make the shares of both tallies, or return those made before; never for another tally."""
    tallies = {chain: _tally(desk, pinned, archives[chain], chain) for chain in CHAINS}
    digests = {chain: tally.digest for chain, tally in tallies.items()}
    kept: dict[str, Any] = desk.folder.read(DECRYPTED) or {}
    before = kept.get(pinned.manifest.uuid)
    if before is not None and before["tallies"] != digests:
        raise VerificationError(
            "third-tally", "this trustee already decrypted other tallies of this election"
        )
    if before is None:
        before = {"tallies": digests, "shares": _decrypted(desk, archives, tallies)}
        desk.folder.write(DECRYPTED, {**kept, pinned.manifest.uuid: before})
    shares: dict[str, str] = before["shares"]
    return shares


def _tally(desk: Desk, pinned: Pinned, archive: VerifiedArchive, chain: str) -> EncryptedTally:
    """Return the tally of an archive that was verified, which means recomputed, a moment ago."""
    if archive.stage not in {Stage.TALLIED, Stage.DECRYPTING}:
        raise ToolError("not-tallied", f"the {chain} board is at stage {archive.stage}: wait for the tally")
    path = Mirror(desk.folder, pinned.manifest).archive(chain)
    with path.open("rb") as file:
        posted = read_board(ArchiveReader(file)).tally
    if posted is None:
        raise WrongUse("the archive changed while it was read")
    return EncryptedTally.parse(archive.election, posted.bodies[0])


def _decrypted(desk: Desk, archives: Archives, tallies: dict[str, EncryptedTally]) -> dict[str, str]:
    share = keys.load_share(desk.folder)
    made: dict[str, str] = {}
    for chain in CHAINS:
        archive, tally = archives[chain], tallies[chain]
        raw = partial_decryption(archive.election, share.secret, tally)
        check_partial_decryption(archive.election, archive.trustees, share.index, tally, raw)
        made[chain] = raw.decode()
    return made


def parser() -> ToolParser:
    """Return the trustee's commands."""
    tool = ToolParser(
        "trustee", "Make the key with the other trustees, check the set-up, decrypt the tallies."
    )
    tool.add("ceremony", ceremony).add_argument(
        "--fingerprints", help="file of lines `INDEX FINGERPRINT`, collected by voice; others are refused"
    )
    tool.add("check", check)
    tool.add("decrypt", decrypt).add_argument(
        "--election", action="append", help="uuid; default: every election"
    )
    return tool


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; returns its exit status."""
    return parser().run(arguments)
