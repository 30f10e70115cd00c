"""What a tool refuses: one error with a stable code, and the wrong-use error that exits with 2."""

from __future__ import annotations

from backend.voting.errors import VotingError


class ToolError(VotingError):
    """A step was refused, by the tool itself or by the server; `code` is stable, `detail` for people."""

    def __init__(self, code: str, detail: str, *, status: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status

    def __str__(self) -> str:
        return f"[{self.code}] {self.detail}"


class WrongUse(ToolError):
    """The command line or a file named on it cannot be used as it is."""

    def __init__(self, detail: str) -> None:
        super().__init__("wrong-use", detail)
