"""Trustees, tallies, decryptions and results, exchanged both ways with belenios-tool."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.voting.errors import VerificationError
from backend.voting.protocol.ballot import check_ballot, parse_ballot
from backend.voting.protocol.credentials import new_uuid
from backend.voting.protocol.decryption import check_partial_decryption, combine, partial_decryption
from backend.voting.protocol.election import Election
from backend.voting.protocol.encoding import compact, hex_sha256
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.tally import (
    EncryptedTally,
    SizedTally,
    TallyAccumulator,
    check_result,
    encrypted_tally,
    find_result,
    parse_result,
    result_bytes,
)
from backend.voting.protocol.trustees import Trustees, make_single_key
from tests.peers.conftest import BeleniosTool
from tests.voting.protocol.trustee_makers import QUESTIONS, hold_ceremony

GROUP = ("--group", BELENIOS_2048.name)
VOTES = {
    5: [[1, 0, 0], [0, 1, 1, 0, 0]],
    2_000_000_000: [[0, 1, 0], [1, 0, 0, 0, 0]],
    3: [[1, 0, 0], [0, 0, 0, 0, 1]],
}
"""Choices by the weight of the voter; one weight is too large for a JSON number of the peer."""
RESULT = ((8, 2_000_000_000, 0), (2_000_000_000, 5, 5, 0, 3))
TOTAL_WEIGHT = 2_000_000_008


@dataclass(frozen=True)
class PeerElection:
    """An election the peer made in its own folder, all ballots cast and added up."""

    tool: BeleniosTool
    folder: Path
    election: Election
    trustees: Trustees
    tally: EncryptedTally
    sized: SizedTally
    ballots: tuple[bytes, ...]

    def decrypt_here(self, owner: int, secret: int) -> None:
        """Put a partial decryption of ours on the peer's board."""
        share = partial_decryption(self.election, secret, self.tally)
        owned = compact({"owner": owner, "payload": hex_sha256(share)})
        self.append("PartialDecryption", share, owned)

    def append(self, kind: str, *lines: bytes) -> None:
        stdin = b"".join(line + b"\n" for line in lines)
        self.tool.run("archive", "add-event", f"--type={kind}", folder=self.folder, stdin=stdin)

    def result_of_peer(self) -> bytes:
        return self.tool.run("election", "compute-result", folder=self.folder).strip()

    def close(self) -> bytes:
        """Let the peer compute the result, record it and verify everything; return its result."""
        result = self.result_of_peer()
        self.append("Result", result)
        self.tool.run("election", "verify", folder=self.folder)
        return result


def tally_by_peer(tool: BeleniosTool, folder: Path, trustees: Trustees | None = None) -> PeerElection:
    """Let the peer hold an election up to the tally, its trustees being in `folder` already.

    `trustees` of ours replace what the peer wrote about them: it drops the fields it does not know.
    """
    uuid = new_uuid()
    template = {
        "description": "",
        "name": "业主大会",
        "questions": [question.to_json() for question in QUESTIONS],
    }
    (folder / "template.json").write_bytes(compact(template))
    tool.run("setup", "make-trustees", folder=folder)
    making = ("setup", "make-election", "--template", "template.json", "--uuid", uuid, *GROUP)
    tool.run(*making, folder=folder)
    if trustees is None:
        trustees = Trustees.parse((folder / "trustees.json").read_bytes().strip())
    (folder / "trustees.json").write_bytes(trustees.raw)
    codes = make_credentials(tool, folder, uuid)
    tool.run("archive", "init", folder=folder)
    ballots = [vote(tool, folder, code, VOTES[weight]) for weight, code in codes.items()]
    tool.run("archive", "add-event", "--type=EndBallots", folder=folder)
    tally, sized = tool.run("election", "compute-encrypted-tally", folder=folder).splitlines()
    added = tally + b"\n" + sized + b"\n"
    tool.run("archive", "add-event", "--type=EncryptedTally", folder=folder, stdin=added)
    election = Election.parse((folder / "election.json").read_bytes().strip())
    read = EncryptedTally.parse(election, tally)
    return PeerElection(tool, folder, election, trustees, read, SizedTally.parse(sized), tuple(ballots))


def make_credentials(tool: BeleniosTool, folder: Path, uuid: str) -> Mapping[int, str]:
    """Let the peer make the credential of each voter; return the codes by weight."""
    (folder / "voters").write_text("".join(f"v{weight}@example,v{weight},{weight}\n" for weight in VOTES))
    tool.run("setup", "generate-credentials", "--file", "voters", "--uuid", uuid, *GROUP, folder=folder)
    (private,), (public,) = folder.glob("*.privcreds"), folder.glob("*.pubcreds")
    (folder / "public_creds.json").write_bytes(public.read_bytes())
    return dict(zip(VOTES, (line.split()[-1] for line in private.read_text().splitlines()), strict=True))


def vote(tool: BeleniosTool, folder: Path, code: str, choices: Sequence[Sequence[int]]) -> bytes:
    (folder / "code").write_text(code)
    (folder / "choices.json").write_text(json.dumps(choices))
    making = ("election", "generate-ballot", "--privcred", "code", "--ballot", "choices.json")
    ballot = tool.run(*making, folder=folder)
    tool.run("archive", "add-event", "--type=Ballot", folder=folder, stdin=ballot)
    return ballot.strip()


def single_trustees_of_peer(tool: BeleniosTool, folder: Path, count: int) -> list[Path]:
    """Let the peer make mandatory trustees; return the files of their secrets in order."""
    made: list[Path] = []
    public = b""
    for _ in range(count):
        tool.run("setup", "generate-trustee-key", *GROUP, folder=folder)
        (new,) = set(folder.glob("*.privkey")) - set(made)
        made.append(new)
        public += new.with_suffix(".pubkey").read_bytes()
    (folder / "public_keys.jsons").write_bytes(public)
    return made


def threshold_trustees_of_peer(tool: BeleniosTool, folder: Path, *, size: int, threshold: int) -> list[str]:
    """Let the peer hold its own key ceremony; return the names of its trustees in order."""
    ceremony = ("setup", "generate-trustee-key-threshold", *GROUP)
    for _ in range(size):
        tool.run(*ceremony, "--step=1", folder=folder)
    names = [path.stem for path in sorted(folder.glob("*.cert"))]

    def join(suffix: str) -> bytes:
        return b"".join((folder / f"{name}.{suffix}").read_bytes() for name in names)

    (folder / "certs").write_bytes(join("cert"))
    given = (*ceremony, "--certs=certs")
    for name in names:
        step = (f"--key={name}.key", "--step=3", f"--threshold={threshold}")
        (folder / f"{name}.poly").write_bytes(tool.run(*given, *step, folder=folder))
    (folder / "polynomials").write_bytes(join("poly"))
    tool.run(*given, "--polynomials=polynomials", "--step=4", folder=folder)
    for name in names:
        received = (folder / f"{name}.vinput").read_bytes()
        written = tool.run(*given, f"--key={name}.key", "--step=5", folder=folder, stdin=received)
        (folder / f"{name}.voutput").write_bytes(written)
    last = (*given, "--polynomials=polynomials", "--step=6")
    (folder / "threshold.json").write_bytes(tool.run(*last, folder=folder, stdin=join("voutput")))
    (folder / "public_keys.jsons").touch()
    return names


def check_decryptions_of_peer(held: PeerElection, outputs: Mapping[int, bytes]) -> None:
    """Accept what the peer's trustees decrypted and find the result they find."""
    decryptions = []
    for owner, output in outputs.items():
        share, owned = output.splitlines()
        assert json.loads(owned) == {"owner": owner, "payload": hex_sha256(share)}
        decryptions.append(check_partial_decryption(held.election, held.trustees, owner, held.tally, share))
        held.append("PartialDecryption", share, owned)
    factors = combine(held.trustees, decryptions, held.tally)
    assert find_result(held.tally, factors, TOTAL_WEIGHT) == RESULT
    result = held.close()
    assert result == result_bytes(RESULT)
    check_result(held.tally, factors, parse_result(held.election, result), TOTAL_WEIGHT)


def test_mandatory_trustees_of_the_peer_decrypt_what_we_accept(
    belenios_tool: BeleniosTool, tmp_path: Path
) -> None:
    secrets = single_trustees_of_peer(belenios_tool, tmp_path, 2)
    held = tally_by_peer(belenios_tool, tmp_path)
    assert held.trustees.public_key == held.election.public_key
    decrypting = ("election", "decrypt")
    outputs = {
        owner: belenios_tool.run(*decrypting, f"--privkey={secret}", f"--trustee-id={owner}", folder=tmp_path)
        for owner, secret in enumerate(secrets, 1)
    }
    check_decryptions_of_peer(held, outputs)


@pytest.mark.parametrize("acting", [(1, 2), (1, 3), (2, 3)])
def test_threshold_trustees_of_the_peer_decrypt_what_we_accept(
    belenios_tool: BeleniosTool, tmp_path: Path, acting: tuple[int, ...]
) -> None:
    names = threshold_trustees_of_peer(belenios_tool, tmp_path, size=3, threshold=2)
    held = tally_by_peer(belenios_tool, tmp_path)
    assert held.trustees.public_key == held.election.public_key
    assert held.trustees.thresholds == ((2, 3),)
    outputs = {}
    for owner in acting:
        name = names[owner - 1]
        key = (f"--key={name}.key", f"--decryption-key={name}.dkey", f"--trustee-id={owner}")
        outputs[owner] = belenios_tool.run("election", "decrypt-threshold", *key, folder=tmp_path)
    check_decryptions_of_peer(held, outputs)


def test_the_peer_accepts_our_mandatory_trustees_and_their_decryptions(
    belenios_tool: BeleniosTool, tmp_path: Path
) -> None:
    made = [make_single_key(f"保管人{number}") for number in (1, 2, 3)]
    ours = Trustees.create([key for _, key in made])
    (tmp_path / "public_keys.jsons").write_bytes(b"".join(compact(key) + b"\n" for _, key in made))
    held = tally_by_peer(belenios_tool, tmp_path)
    assert held.trustees == ours
    assert held.election.public_key == ours.public_key
    for owner, (secret, _) in enumerate(made, 1):
        held.decrypt_here(owner, secret)
    assert held.close() == result_bytes(RESULT)


@pytest.mark.parametrize("acting", [(1, 2), (2, 3), (1, 2, 3)])
def test_the_peer_accepts_our_threshold_trustees_and_their_decryptions(
    belenios_tool: BeleniosTool, tmp_path: Path, acting: tuple[int, ...]
) -> None:
    ceremony = hold_ceremony(3, 2)
    ((_, group),) = json.loads(ceremony.trustees.raw)
    (tmp_path / "threshold.json").write_bytes(compact(group) + b"\n")
    (tmp_path / "public_keys.jsons").touch()
    held = tally_by_peer(belenios_tool, tmp_path, ceremony.trustees)
    assert held.election.public_key == ceremony.trustees.public_key
    for owner in acting:
        held.decrypt_here(owner, ceremony.secrets[owner])
    assert held.close() == result_bytes(RESULT)


def test_one_of_two_needed_trustees_is_too_few_for_the_peer_and_for_us(
    belenios_tool: BeleniosTool, tmp_path: Path
) -> None:
    ceremony = hold_ceremony(3, 2)
    ((_, group),) = json.loads(ceremony.trustees.raw)
    (tmp_path / "threshold.json").write_bytes(compact(group) + b"\n")
    (tmp_path / "public_keys.jsons").touch()
    held = tally_by_peer(belenios_tool, tmp_path, ceremony.trustees)
    held.decrypt_here(2, ceremony.secrets[2])
    belenios_tool.refuses("election", "compute-result", folder=tmp_path)
    share = partial_decryption(held.election, ceremony.secrets[2], held.tally)
    checked = check_partial_decryption(held.election, held.trustees, 2, held.tally, share)
    with pytest.raises(VerificationError) as refusal:
        combine(held.trustees, [checked], held.tally)
    assert refusal.value.rule == "decryption-missing"


def test_both_add_the_same_ballots_up_to_the_same_bytes(belenios_tool: BeleniosTool, tmp_path: Path) -> None:
    single_trustees_of_peer(belenios_tool, tmp_path, 1)
    held = tally_by_peer(belenios_tool, tmp_path)
    ballots = [parse_ballot(held.election, raw) for raw in held.ballots]
    for ballot in ballots:
        check_ballot(held.election, ballot)
    weighed = list(zip(ballots, VOTES, strict=True))
    assert encrypted_tally(held.election, weighed) == held.tally
    accumulator = TallyAccumulator(held.election)
    for ballot, weight in weighed:
        accumulator.add(ballot.choices, weight)
    assert accumulator.sized() == held.sized
