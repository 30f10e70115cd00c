"""A report as people read it: the verdict first, then every check, then the outcome of every item."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from backend.voting.errors import VerificationError
from backend.voting.record.assembly import AssemblyReport
from backend.voting.record.catalogue import Check
from backend.voting.record.report import Finding, Report, Status

WIDTH: Final = 100
INDENT: Final = " " * 14
MARKS: Final = {Status.HOLDS: "holds  ", Status.REFUSED: "REFUSED", Status.NOT_RUN: "not run"}


def printed(report: Report | AssemblyReport) -> str:
    """Return the whole report as text, its lines ended."""
    lines = _assembly(report) if isinstance(report, AssemblyReport) else _election(report)
    return "\n".join([*lines, *_verdict(report.refusal), ""])


def _assembly(whole: AssemblyReport) -> list[str]:
    lines: list[str] = []
    for name, report in whole.elections.items():
        lines += [f"== {name}", *_election(report), ""]
    lines.append("== the assembly")
    for finding in whole.findings:
        lines += _check(finding.check, [finding])
    return lines


def _election(report: Report) -> list[str]:
    return [*_head(report), *_findings(report), *_items(report)]


def _head(report: Report) -> list[str]:
    lines = [f"Election {report.uuid or 'unknown'}" + (f": {report.title}" if report.title else "")]
    if report.scope:
        lines.append(f"Scope: {report.scope}")
    if report.drill:
        lines.append("THIS IS A DRILL: nothing in it was decided by owners.")
    if report.stage:
        lines.append(f"Stage: {report.stage}")
    for archive in report.archives:
        voted, head = archive["voted"], archive["head"]
        lines.append(
            f"{archive['file']}: {archive['ballots']} ballots by {voted['electors'] or 0}"
            f" of {archive['electors']} electors"
        )
        lines.append(f"  head at height {head['height']}: {head['hash']}")
    return lines


def _findings(report: Report) -> list[str]:
    lines = ["", "Checks"]
    in_order = sorted(report.findings, key=lambda each: each.check.number)
    for check, findings in groupby(in_order, key=lambda each: each.check):
        lines += _check(check, list(findings))
    return lines


def _check(check: Check, findings: Sequence[Finding]) -> list[str]:
    lines: list[str] = []
    for status, alike in groupby(findings, key=lambda each: each.status):
        group = list(alike)
        about = ", ".join(each.about for each in group if each.about)
        lines.append(f"{check.number:>3}  {MARKS[status]}  {check.name}  {about}".rstrip())
        for detail in dict.fromkeys(each.detail for each in group if each.detail):
            lines += _wrapped(detail, "")
    if any(each.status is Status.HOLDS for each in findings):
        lines += [*_wrapped(check.proves, "proves: "), *_wrapped(check.cannot, "cannot: ")]
    return lines


def _wrapped(text: str, label: str) -> list[str]:
    lines, line = [], INDENT + label
    for number, word in enumerate(text.split(" ")):
        if number and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = INDENT + " " * len(label) + word
        else:
            line += f" {word}" if number else word
    return [*lines, line]


def _items(report: Report) -> list[str]:
    if report.items is None:
        return []
    counted = "electronic and paper ballots" if report.with_paper else "the electronic ballots ALONE"
    lines = ["", f"Outcome of every item, from {counted}"]
    for item_id, item in report.items.items():
        lines += _item(item_id, item)
    return lines


def _item(item_id: str, item: dict[str, Any]) -> list[str]:
    lines = [f"  {item_id}: {item['outcome']}"]
    counts = {"entitled": item["total"], "took part": item["participating"], **item["votes"]}
    counts |= {"blank": item["blank"], "invalid": item["invalid"]}
    lines += [f"    {name:<12} {_measured(count)}" for name, count in counts.items()]
    for name in ("elected", "alternates", "advisories"):
        if name in item:
            lines.append(f"    {name:<12} {', '.join(item[name]) or 'none'}")
    return lines


def _measured(count: dict[str, int]) -> str:
    whole, hundredths = divmod(count["area"], 100)
    return f"{count['heads']:>7} heads {whole:>10}.{hundredths:02} m2"


def _verdict(refusal: VerificationError | None) -> list[str]:
    return ["", "All that was checked holds." if refusal is None else f"REFUSED: {refusal}"]
