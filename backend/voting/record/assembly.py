"""A whole assembly: its election folders, and the result.json that claims to follow from them.

Works on the folder a drill leaves, and on what anyone can download and put side by side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from backend.voting.errors import FormatError, VerificationError
from backend.voting.record.canonical import parse_canonical
from backend.voting.record.catalogue import ASSEMBLY
from backend.voting.record.examine import AREA, HEADS, Evidence, Reading, examine
from backend.voting.record.fields import Fields
from backend.voting.record.report import Finding, Report, Status, refusal_document

RULE: Final = "result-file"
RESULT: Final = "result.json"


@dataclass(slots=True)
class AssemblyReport:
    """The report on every election folder, by its name, and on result.json."""

    elections: dict[str, Report] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refusal: VerificationError | None = None
    items: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the JSON form: one object with the reports of all elections."""
        refusal = self.refusal
        return {
            "verdict": "holds" if refusal is None else "refused",
            "refusal": None if refusal is None else refusal_document(refusal),
            "elections": {name: report.document() for name, report in self.elections.items()},
            "checks": [finding.document() for finding in self.findings],
            "items": self.items,
        }


def examine_assembly(folders: Mapping[str, Evidence], result: bytes, reading: Reading) -> AssemblyReport:
    """Examine every election folder in full, then hold result.json against what was found."""
    whole = AssemblyReport()
    for name, evidence in folders.items():
        report = whole.elections[name] = examine(evidence, reading)
        whole.items |= report.items or {}
        whole.refusal = whole.refusal or report.refusal
    if whole.refusal is not None:
        whole.findings.append(Finding(ASSEMBLY, RESULT, Status.NOT_RUN, "an election was refused"))
        return whole
    try:
        _check_result(whole, folders, result)
    except VerificationError as refusal:
        whole.refusal = refusal
        whole.findings.append(Finding(ASSEMBLY, RESULT, Status.REFUSED, str(refusal)))
    else:
        whole.findings.append(Finding(ASSEMBLY, RESULT, Status.HOLDS))
    return whole


def _check_result(whole: AssemblyReport, folders: Mapping[str, Evidence], raw: bytes) -> None:
    """Refuse a result.json that says anything but what the elections gave."""
    fields = Fields(RULE, parse_canonical(raw), RESULT)
    fields.constant("kind", "result")
    fields.constant("version", 1)
    of_all = {(fields.text("assembly"), fields.text("title"), fields.boolean("drill"))}
    if {(each.assembly, each.title, each.drill) for each in whole.elections.values()} != of_all:
        raise fields.refuse("the manifests name another assembly, title or drill mark")
    expected = {report.uuid: _pins(report, folders[name]) for name, report in whole.elections.items()}
    _check_equal("elections", fields.any("elections"), expected)
    _check_equal("items", fields.any("items"), whole.items)
    fields.end()


def _pins(report: Report, evidence: Evidence) -> dict[str, Any]:
    heads = {archive["file"]: archive["head"] for archive in report.archives}
    return {
        "manifest_sha256": _sha256(evidence.manifest),
        "paper_sha256": _sha256(evidence.paper),
        "heads": heads[HEADS],
        "area": heads[AREA],
    }


def _sha256(body: bytes | None) -> str | None:
    return None if body is None else hashlib.sha256(body).hexdigest()


def _check_equal(what: str, claimed: object, found: Mapping[Any, Any]) -> None:
    if not isinstance(claimed, dict) or claimed.keys() != found.keys():
        raise FormatError(RULE, f"{what}: {RESULT} does not name exactly {sorted(map(str, found))}")
    for name, value in found.items():
        if claimed[name] != value:
            raise FormatError(RULE, f"{what}: {RESULT} says of {name} what does not follow from the record")
