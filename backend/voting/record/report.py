"""What a verification found: every check with its verdict, and the first refusal if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from backend.voting.errors import LawError, VerificationError
from backend.voting.record.catalogue import BY_NAME, CHECKS, Check


class Status(StrEnum):
    """How a check ended."""

    HOLDS = "holds"
    REFUSED = "refused"
    NOT_RUN = "not-run"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check on one thing. `detail` is the refusal, or why the check was not run."""

    check: Check
    about: str
    status: Status
    detail: str = ""

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "number": self.check.number,
            "name": self.check.name,
            "about": self.about,
            "status": self.status.value,
            "detail": self.detail,
            "proves": self.check.proves,
            "cannot": self.check.cannot,
        }


@dataclass(slots=True)
class Report:
    """The findings on one archive, one pair or one election folder, in the order they were made."""

    uuid: str | None = None
    assembly: str | None = None
    title: str | None = None
    scope: str | None = None
    drill: bool | None = None
    stage: str | None = None
    archives: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    items: dict[str, Any] | None = None
    with_paper: bool = False
    refusal: VerificationError | None = None

    @contextmanager
    def checking(self, name: str, about: str) -> Iterator[None]:
        """Run one check: it holds when the block ends, and is refused when the block raises."""
        try:
            yield
        except VerificationError as refusal:
            self.refuse(name, about, refusal)
            raise
        except LawError as refusal:
            broken = VerificationError(refusal.code, str(refusal))
            self.refuse(name, about, broken)
            raise broken from refusal
        self.hold(name, about)

    def hold(self, name: str, about: str) -> None:
        """Record a check that holds."""
        self.findings.append(Finding(BY_NAME[name], about, Status.HOLDS))

    def skip(self, name: str, why: str, about: str = "") -> None:
        """Record that a check could not be run, and why."""
        self.findings.append(Finding(BY_NAME[name], about, Status.NOT_RUN, why))

    def refuse(self, name: str, about: str, refusal: VerificationError) -> None:
        """Record the check that was refused, and the refusal as the reason of the whole."""
        self.refusal = refusal
        self.findings.append(Finding(BY_NAME[name], about, Status.REFUSED, str(refusal)))

    def skip_rest(self) -> None:
        """Record every check that was never reached, and why."""
        reached = {finding.check.name for finding in self.findings}
        for check in CHECKS:
            if check.name not in reached:
                stopped = self.refusal is not None
                self.skip(check.name, "an earlier check was refused" if stopped else check.subject.value)

    def document(self) -> dict[str, Any]:
        """Return the JSON form: one object with everything found."""
        refusal = self.refusal
        return {
            "verdict": "holds" if refusal is None else "refused",
            "refusal": None if refusal is None else refusal_document(refusal),
            "uuid": self.uuid,
            "assembly": self.assembly,
            "title": self.title,
            "scope": self.scope,
            "drill": self.drill,
            "stage": self.stage,
            "archives": self.archives,
            "checks": [finding.document() for finding in sorted(self.findings, key=_number)],
            "paper": self.with_paper,
            "items": self.items,
        }


def refusal_document(refusal: VerificationError) -> dict[str, Any]:
    """Return the JSON form of a refusal."""
    return {"rule": refusal.rule, "event": refusal.event, "message": refusal.message}


def _number(finding: Finding) -> int:
    return finding.check.number
