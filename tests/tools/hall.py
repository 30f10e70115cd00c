"""A hall for assemblies on files: every role with a folder of its own, and one exchange folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backend.tools import auditor, counter, registrar, trustee, voter
from tests.tools.convenor import CLOSES, Convenor

MAINS = {"registrar": registrar, "trustee": trustee, "auditor": auditor, "counter": counter, "vote": voter}
CHOICES = {
    "E1": ["fund=for", "board=c1;c3"],
    "E2": ["fund=against"],
    "E3": ["fund=for", "board=blank"],
}
PAPER = "unit,fund,board\n1-1-401,for,c1;c2;c4\n"
PAPER_AS_JSON = '[{"pseudonym": "E4", "fund": "for", "board": ["c4", "c1", "c2"]}]'


@dataclass
class Hall:
    """The exchange folder, the roles' folders beside it, and the drill's clock."""

    path: Path
    convenor: Convenor

    def run(self, role: str, person: str, command: str, *options: str) -> int:
        """Run one command of one person's tool."""
        where = ["--exchange", str(self.convenor.path), "--clock", str(self.path / "clock")]
        return MAINS[role].main([command, "--folder", str(self.path / person), *where, *options])

    def must(self, role: str, person: str, command: str, *options: str) -> None:
        """Run one command that must succeed."""
        assert self.run(role, person, command, *options) == 0, f"{person}: {command}"

    def set_clock(self, instant: str) -> None:
        """Move the drill's clock."""
        (self.path / "clock").write_text(instant)

    @property
    def trustees(self) -> list[str]:
        """The trustees' folders."""
        return [
            f"trustee{n}" for n, person in enumerate(self.convenor.people, 1) if person["role"] == "trustee"
        ]


def make_hall(path: Path, *, trustees: int, threshold: int | None, drill: bool = True) -> Hall:
    exchange = path / "exchange"
    exchange.mkdir(parents=True)
    hall = Hall(path, Convenor(exchange, trustees=trustees, threshold=threshold, drill=drill))
    hall.set_clock("2026-02-01T00:00:00+08:00")
    for n, person in enumerate(hall.trustees, 1):
        hall.must("trustee", person, "join", "--name", f"保管人{n}")
    people = {"registrar": ("registrar", "凭证员"), "auditor": ("auditor", "审计人")}
    people |= {"counter1": ("counter", "计票员甲"), "counter2": ("counter", "计票员乙")}
    for folder, (role, name) in people.items():
        hall.must(role, folder, "join", "--name", name)
    return hall


def prepare(hall: Hall) -> None:
    """Codes, notices and the whole ceremony."""
    hall.must("registrar", "registrar", "codes")
    hall.must(
        "registrar",
        "registrar",
        "notices",
        "--out",
        str(hall.path / "notices"),
        "--base",
        "https://vote.example",
    )
    for _ in range(1 if hall.convenor.threshold is None else 3):
        for person in hall.trustees:
            hall.must("trustee", person, "ceremony")


def ballots(hall: Hall) -> list[bytes]:
    """Have three electors make their ballots."""
    made = []
    for name, chosen in CHOICES.items():
        target = hall.path / f"{name}.ballot"
        folder = hall.convenor.folder
        files = [
            "--election-file",
            str(folder / "election.json"),
            "--manifest-file",
            str(folder / "manifest.json"),
        ]
        files += ["--code-file", str(hall.path / "notices" / f"{name}.code"), "--to", str(target)]
        choices = [word for choice in chosen for word in ("--choose", choice)]
        hall.must("vote", f"voter-{name}", "ballot", *files, *choices)
        made.append(target.read_bytes())
    return made


def count(hall: Hall) -> None:
    """Two counters enter the one paper, and their documents are joined."""
    (hall.path / "papers.csv").write_text(PAPER)
    (hall.path / "papers.json").write_text(PAPER_AS_JSON)
    for person, name in (("counter1", "papers.csv"), ("counter2", "papers.json")):
        hall.must("counter", person, "enter", "--file", str(hall.path / name))
    folder = hall.convenor.folder
    signed = [str(path) for path in sorted((folder / "paper-entries").glob("*.json"))]
    joined = ["--manifest-file", str(folder / "manifest.json"), "--to", str(folder / "paper.json")]
    hall.must("counter", "counter1", "combine", *signed, *joined)


def hold(hall: Hall) -> None:
    """Hold the assembly from the codes to the signed verdict."""
    prepare(hall)
    hall.convenor.fix()
    for person in hall.trustees:
        hall.must("trustee", person, "check")
    hall.must("auditor", "auditor", "watch")
    made = ballots(hall)
    for raw in made:
        hall.convenor.add(raw)
    hall.must("auditor", "auditor", "watch")
    hall.convenor.close(made, [{"pseudonym": "E4", "labels": ["1-1-401"]}])
    hall.set_clock(CLOSES)
    count(hall)
    for person in hall.trustees[: hall.convenor.threshold]:
        hall.must("trustee", person, "decrypt")
    hall.convenor.finish()
    hall.must("auditor", "auditor", "fetch", "--to", str(hall.path / "record"))
    hall.must("auditor", "auditor", "sign", "--record", str(hall.path / "record"), "--verdict", "agree")
    hall.convenor.publish_audit()
    evidence = ["--evidence", str(hall.path / "devices.jsonl")]
    hall.must("auditor", "auditor", "fetch", "--to", str(hall.path / "record"), *evidence)
