"""What the voting core refuses, and why: one small family of typed errors with stable codes."""

from __future__ import annotations


class VotingError(Exception):
    """Base of everything the core raises on purpose. `code` is stable and safe to show."""

    code = "voting-error"


class VerificationError(VotingError):
    """A check on evidence failed.

    `rule` is the short stable name of the rule that was broken; `event` names the place on the
    board ("height 12 Ballot") once the archive verifier knows it.
    """

    code = "verification-failed"

    def __init__(self, rule: str, message: str, *, event: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.event = event

    def at(self, event: str) -> VerificationError:
        """Return the same refusal with its place on the board filled in."""
        return type(self)(self.rule, self.message, event=event)

    def __str__(self) -> str:
        place = f"{self.event}: " if self.event else ""
        return f"{place}[{self.rule}] {self.message}"


class FormatError(VerificationError):
    """Bytes that are not of the one canonical form the protocol allows."""

    code = "malformed"


class LawError(VotingError):
    """Base of what the law refuses: a roll with a missing area, a rule pack below the Civil Code."""

    code = "law-refusal"
