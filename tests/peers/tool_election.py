"""A whole election made by `belenios-tool` alone, step by step, as its manual tells.

Nothing of ours takes part; what comes out is a `.bel` file written by others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.peers.conftest import BeleniosTool

GROUP = ("--group", "BELENIOS-2048")

QUESTIONS: Sequence[Mapping[str, object]] = (
    {"answers": ["同意", "反对", "弃权"], "min": 1, "max": 1, "question": "是否解聘物业?"},
    {"answers": ["甲", "乙", "丙"], "blank": True, "min": 1, "max": 2, "question": "选举业主委员会"},
)
"""A vote and an election of at most two, blank allowed."""


class ToolElection:
    """One election in a folder of its own, driven command by command. Trustees are numbered from 1."""

    def __init__(self, tool: BeleniosTool, folder: Path) -> None:
        self.tool = tool
        self.folder = folder
        self.board = folder / "board"
        self.board.mkdir(parents=True)
        self.uuid = self.run("setup", "generate-token").decode().strip()

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Run one command in the folder and return what it prints; a refusal raises CalledProcessError."""
        return self.tool.run(*arguments, folder=self.folder, stdin=given)

    @property
    def archive(self) -> Path:
        """The file the tool writes."""
        return self.board / f"{self.uuid}.bel"

    def make_mandatory_trustees(self, count: int) -> None:
        for number in range(1, count + 1):
            before = set(self.folder.glob("*.privkey"))
            self.run("setup", "generate-trustee-key", *GROUP)
            (made,) = set(self.folder.glob("*.privkey")) - before
            made.rename(self.folder / f"trustee{number}.privkey")
            with (self.folder / "public_keys.jsons").open("ab") as keys:
                keys.write(made.with_suffix(".pubkey").read_bytes())
        self.run("setup", "make-trustees")

    def make_threshold_trustees(self, count: int, threshold: int) -> None:
        """Go through the six steps of the tool's key ceremony."""
        step = ("setup", "generate-trustee-key-threshold", *GROUP)
        for number in range(1, count + 1):
            before = set(self.folder.glob("*.key"))
            self.run(*step, "--step", "1")
            (made,) = set(self.folder.glob("*.key")) - before
            (self.folder / f"trustee{number}").write_text(made.stem)
            with (self.folder / "certs.jsons").open("ab") as certs:
                certs.write(made.with_suffix(".cert").read_bytes())
        names = [self._threshold_name(number) for number in range(1, count + 1)]
        step = (*step, "--certs", "certs.jsons", "--threshold", str(threshold))
        polynomials = [self.run(*step, "--key", f"{name}.key", "--step", "3") for name in names]
        (self.folder / "polynomials.jsons").write_bytes(b"".join(polynomials))
        self.run(*step, "--polynomials", "polynomials.jsons", "--step", "4")
        outputs = [
            self.run(
                *step,
                *("--key", f"{name}.key", "--step", "5"),
                given=(self.folder / f"{name}.vinput").read_bytes(),
            )
            for name in names
        ]
        parameters = self.run(
            *step, "--polynomials", "polynomials.jsons", "--step", "6", given=b"".join(outputs)
        )
        (self.folder / "threshold.json").write_bytes(parameters)
        (self.folder / "public_keys.jsons").touch()
        self.run("setup", "make-trustees")

    def open(self, weights: Mapping[str, int | None], questions: Sequence[Mapping[str, object]]) -> None:
        """Make credentials and the election; a weight of None leaves it unsaid. Trustees come first."""
        lines = [
            f"{name}@example.org,{name}" + ("" if weight is None else f",{weight}")
            for name, weight in weights.items()
        ]
        (self.folder / "voters.txt").write_text("\n".join(lines) + "\n")
        self.run("setup", "generate-credentials", *GROUP, "--uuid", self.uuid, "--file", "voters.txt")
        (public,) = self.folder.glob("*.pubcreds")
        public.rename(self.folder / "public_creds.json")
        template = {"description": "演练", "name": "虚构小区业主大会", "questions": questions}
        (self.folder / "template.json").write_text(json.dumps(template))
        self.run("setup", "make-election", *GROUP, "--uuid", self.uuid, "--template", "template.json")
        self.run("archive", "init")
        (self.folder / f"{self.uuid}.bel").rename(self.archive)

    def code(self, voter: str) -> str:
        """The voter's private credential."""
        (private,) = self.folder.glob("*.privcreds")
        codes = dict(line.rsplit(" ", 1) for line in private.read_text().splitlines())
        return next(code for who, code in codes.items() if who.startswith(f"{voter}@"))

    def make_ballot(self, code: str, choices: Sequence[Sequence[int]]) -> bytes:
        (self.folder / "credential").write_text(code + "\n")
        (self.folder / "choices").write_text(json.dumps(choices))
        files = ("--privcred", "credential", "--ballot", "choices")
        return self.run("election", "generate-ballot", "--dir", "board", *files).strip()

    def vote(self, voter: str, choices: Sequence[Sequence[int]]) -> None:
        self.add_event("Ballot", self.make_ballot(self.code(voter), choices))

    def close_and_tally(self) -> None:
        self.add_event("EndBallots", b"")
        tally = self.run("election", "compute-encrypted-tally", "--dir", "board")
        self.add_event("EncryptedTally", tally)

    def decrypt(self, number: int) -> None:
        """Let one trustee, mandatory or of a threshold, post a partial decryption."""
        name = ("--trustee-id", str(number), "--dir", "board")
        if (self.folder / "threshold.json").exists():
            key = self._threshold_name(number)
            keys = ("--key", f"{key}.key", "--decryption-key", f"{key}.dkey")
            shares = self.run("election", "decrypt-threshold", *name, *keys)
        else:
            shares = self.run("election", "decrypt", *name, "--privkey", f"trustee{number}.privkey")
        self.add_event("PartialDecryption", shares)

    def publish(self) -> object:
        """Post the result and return it as the tool counts it."""
        result = self.run("election", "compute-result", "--dir", "board")
        self.add_event("Result", result)
        return json.loads(result)["result"]

    def add_event(self, kind: str, lines: bytes) -> None:
        self.run("archive", "add-event", "--dir", "board", "--type", kind, given=lines)

    def verify(self) -> None:
        self.run("election", "verify", "--dir", "board")

    def _threshold_name(self, number: int) -> str:
        return (self.folder / f"trustee{number}").read_text()
