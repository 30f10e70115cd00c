"""A whole record to verify: an election of one vote, its manifest, its roll and both boards, ballots cast."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from backend.voting.protocol.archive import ArchiveWriter, ballot_event, setup_event
from backend.voting.protocol.credentials import new_uuid
from backend.voting.protocol.election import Election
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.trustees import Trustees, make_single_key
from backend.voting.record.manifest import Manifest
from backend.voting.record.rollfile import RollEntry, RollFile
from scripts.benchmarks.archives import MADE_AT, Elector, made_ballots
from tests.voting.record.makers import a_manifest, a_vote

AREA = 8_000
"""The least area of an elector, in 0.01 m2; each has a little more than the one before."""


@dataclass(frozen=True, slots=True)
class Record:
    """The files of one election, and by which election and assembly they go."""

    uuid: str
    assembly: str
    folder: Path

    def order(self) -> dict[str, str]:
        """Return what miniprogram/bench/verifying.mjs is told."""
        names = ("manifest.json", "roll.json", "election.json", "heads.bel", "area.bel")
        paths = {name.partition(".")[0]: str(self.folder / name) for name in names}
        return {"uuid": self.uuid, "assembly": self.assembly, **paths}


def a_record(folder: Path, ballots: int) -> Record:
    """Write a record in which every one of so many electors has cast one ballot."""
    uuid, electors = new_uuid(), [Elector.new() for _ in range(ballots)]
    listed = enumerate(electors)
    entries = (RollEntry(f"业主{number:05}", each.credential, AREA + number) for number, each in listed)
    roll = RollFile(uuid, tuple(entries))
    _, key = make_single_key()
    trustees, manifest = compact([["Single", key]]), _manifest(roll)
    election = Election.create(
        uuid=uuid,
        name=manifest.election_name(),
        description=manifest.sha256,
        public_key=Trustees.parse(trustees).public_key,
        questions=list(manifest.questions()),
    )
    for name, raw in (
        ("manifest", manifest.to_bytes()),
        ("roll", roll.to_bytes()),
        ("election", election.raw),
    ):
        (folder / f"{name}.json").write_bytes(raw)
    cast = list(made_ballots(election.raw, electors))
    for chain, weights in (("heads", roll.heads_list()), ("area", roll.area_list())):
        _write_board(folder / f"{chain}.bel", (election.raw, trustees, weights), cast)
    return Record(uuid, manifest.assembly, folder)


def _manifest(roll: RollFile) -> Manifest:
    lists = {"heads_sha256": _sha256(roll.heads_list()), "area_sha256": _sha256(roll.area_list())}
    return a_manifest(roll=roll, items=(a_vote(),), trustees=("居委会",), **lists)


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _write_board(path: Path, setup: tuple[bytes, bytes, bytes], cast: list[bytes]) -> None:
    with ArchiveWriter(path, MADE_AT) as writer:
        writer.write(setup_event(writer.chain, *setup))
        for raw in cast:
            writer.write(ballot_event(writer.chain, raw))
