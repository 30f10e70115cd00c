"""Runs all checks on an archive, a pair, or an election folder, in the order of the catalogue.

The first refusal ends the examination: what stands on refused evidence proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.voting.errors import VerificationError
from backend.voting.law.rulepack import RulePack
from backend.voting.protocol.board import Stage
from backend.voting.protocol.verifier import VerifiedArchive, verify_archive, verify_pair
from backend.voting.record import checks
from backend.voting.record.manifest import Manifest
from backend.voting.record.outcome import recompute
from backend.voting.record.paper import Paper, check_counters, check_paper
from backend.voting.record.report import Report
from backend.voting.record.rollfile import RollFile

Progress = Callable[[int, int], None]


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
        report.skip_rest("an earlier check was refused")
    report.skip_rest("not given what it needs")
    return report
