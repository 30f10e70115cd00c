"""Runs all checks on an archive, a pair, or an election folder, in the order of the catalogue.

The first refusal ends the examination: what stands on refused evidence proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend.voting.errors import VerificationError
from backend.voting.law.rulepack import RulePack
from backend.voting.protocol.board import Stage
from backend.voting.protocol.verifier import Progress, VerifiedArchive, verify_archive, verify_pair
from backend.voting.record import checks
from backend.voting.record.catalogue import archive_check
from backend.voting.record.manifest import Manifest
from backend.voting.record.outcome import recompute
from backend.voting.record.paper import Paper, check_counters, check_paper
from backend.voting.record.report import Report
from backend.voting.record.rollfile import RollFile

HEADS: Final = "heads.bel"
AREA: Final = "area.bel"
MANIFEST: Final = "manifest.json"
ROLL: Final = "roll.json"
PAPER: Final = "paper.json"
BOTH: Final = "both archives"

REACHED: Final = {
    "records": Stage.SETUP,
    "events": Stage.SETUP,
    "setup": Stage.SETUP,
    "ballots": Stage.SETUP,
    "tally": Stage.TALLIED,
    "decryption": Stage.DECRYPTING,
    "result": Stage.RESULT,
    "end": Stage.SETUP,
}
"""The checks of one archive, and the stage from which each has something to check."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was handed in: one archive or two, and the documents beside them as bytes, not yet read."""

    heads: Path
    area: Path | None = None
    manifest: bytes | None = None
    roll: bytes | None = None
    paper: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: whether a result is demanded, by how many processes, and whom to tell how far it is."""

    final: bool = False
    workers: int = 1
    progress: Progress | None = None


def examine(evidence: Evidence, reading: Reading) -> Report:
    """Run every check that the evidence allows and report what each found. Raises OSError only."""
    report = Report()
    try:
        _examine(report, evidence, reading)
    except VerificationError as refusal:
        report.refusal = refusal
    report.skip_rest()
    return report


def _examine(report: Report, evidence: Evidence, reading: Reading) -> None:
    heads = _archive(report, evidence.heads, reading)
    report.uuid, report.stage = heads.election.uuid, heads.stage.value
    if evidence.area is None:
        return
    area = _archive(report, evidence.area, reading, proven=heads)
    report.stage = min((heads.stage, area.stage), key=list(Stage).index).value
    with report.checking("pair", BOTH):
        verify_pair(heads, area)
    if evidence.manifest is not None:
        _Folder(report, heads, area).examine(evidence.manifest, evidence.roll, evidence.paper)


def _archive(
    report: Report, path: Path, reading: Reading, *, proven: VerifiedArchive | None = None
) -> VerifiedArchive:
    try:
        archive = verify_archive(
            path, final=reading.final, workers=reading.workers, progress=reading.progress, proven=proven
        )
    except VerificationError as refusal:
        report.refuse(archive_check(refusal), path.name, refusal)
        raise
    report.archives.append(_archive_document(path, archive))
    for name, reached in REACHED.items():
        if list(Stage).index(archive.stage) >= list(Stage).index(reached):
            report.hold(name, path.name)
        else:
            report.skip(name, f"the record has not come so far: its stage is {archive.stage}", path.name)
    return archive


def _archive_document(path: Path, archive: VerifiedArchive) -> dict[str, Any]:
    return {
        "file": path.name,
        "stage": archive.stage.value,
        "electors": len(archive.credentials),
        "weight": sum(archive.credentials.values()),
        "ballots": len(archive.ballot_hashes),
        "voted": {"electors": archive.num_tallied, "weight": archive.total_weight},
        "head": {"height": archive.head_height, "hash": archive.head_hash},
        "result": archive.result,
    }


@dataclass(slots=True)
class _Folder:
    """The checks that need a manifest: two archives that passed, and the documents beside them."""

    report: Report
    heads: VerifiedArchive
    area: VerifiedArchive

    def examine(self, manifest_bytes: bytes, roll_bytes: bytes | None, paper_bytes: bytes | None) -> None:
        """Run them in the order of the catalogue."""
        manifest = self._manifest(manifest_bytes)
        pack = self._pins(manifest)
        roll = None if roll_bytes is None else self._roll(manifest, roll_bytes)
        paper = None
        if paper_bytes is not None and roll is not None:
            paper = self._paper(manifest, roll, paper_bytes)
        self.report.with_paper = paper is not None
        if self.report.stage != Stage.RESULT:
            self.report.skip("outcome", f"there is no result yet: the stage is {self.report.stage}")
            return
        with self.report.checking("outcome", BOTH):
            self.report.items = recompute(manifest, pack, roll, self.heads, self.area, paper)["items"]

    def _manifest(self, raw: bytes) -> Manifest:
        with self.report.checking("manifest", MANIFEST):
            manifest = Manifest.parse(raw)
            checks.check_manifest(manifest, self.heads.election)
        self.report.assembly, self.report.drill = manifest.assembly, manifest.drill
        self.report.title, self.report.scope = manifest.title, manifest.scope
        return manifest

    def _pins(self, manifest: Manifest) -> RulePack:
        with self.report.checking("questions", MANIFEST):
            checks.check_questions(manifest, self.heads.election)
        with self.report.checking("credential-lists", MANIFEST):
            checks.check_credential_lists(manifest, self.heads, self.area)
        with self.report.checking("trustees", MANIFEST):
            checks.check_trustees(manifest, self.heads.trustees)
        with self.report.checking("rule-pack", MANIFEST):
            pack = checks.check_rule_pack(manifest)
        with self.report.checking("revotes", MANIFEST):
            checks.check_revotes(manifest, self.heads)
        return pack

    def _roll(self, manifest: Manifest, raw: bytes) -> RollFile:
        with self.report.checking("roll", ROLL):
            roll = RollFile.parse(raw)
            checks.check_roll(manifest, roll, self.heads, self.area)
        return roll

    def _paper(self, manifest: Manifest, roll: RollFile, raw: bytes) -> Paper:
        with self.report.checking("paper", PAPER):
            paper = Paper.parse(raw)
            check_paper(paper, manifest, roll)
            checks.check_one_channel(paper, roll, self.heads)
        with self.report.checking("paper-signers", PAPER):
            check_counters(paper, manifest)
        return paper
