"""A whole assembly on files: every role has a folder of its own, and only the exchange folder is shared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.tools import auditor, counter, registrar, trustee, voter
from tests.tools.convenor import AREAS, CLOSES, Convenor

MAINS = {"registrar": registrar, "trustee": trustee, "auditor": auditor, "counter": counter, "vote": voter}
CHOICES = {
    "E1": ["fund=for", "board=c1;c3"],
    "E2": ["fund=against"],
    "E3": ["fund=for", "board=blank"],
}
PAPER = "unit,fund,board\n1-1-401,for,c1;c2;c4\n"


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


def make_hall(path: Path, *, trustees: int, threshold: int | None) -> Hall:
    exchange = path / "exchange"
    exchange.mkdir(parents=True)
    hall = Hall(path, Convenor(exchange, trustees=trustees, threshold=threshold))
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
    entered = hall.path / "papers.csv"
    entered.write_text(PAPER)
    for person in ("counter1", "counter2"):
        hall.must("counter", person, "enter", "--file", str(entered))
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
    hall.must("auditor", "auditor", "fetch", "--to", str(hall.path / "record"))


@pytest.fixture(scope="module", params=[None, 2], ids=["all-must-decrypt", "two-of-three"])
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hall:
    hall = make_hall(tmp_path_factory.mktemp("hall"), trustees=3, threshold=request.param)
    hold(hall)
    return hall


def test_an_assembly_on_files_ends_in_a_record_that_verifies(
    held: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    held.must("auditor", "anybody", "verify", str(held.path / "record"))
    assert "the record holds" in capsys.readouterr().out


def test_the_result_counts_both_channels(held: Hall) -> None:
    items = json.loads((held.path / "record" / "result.json").read_bytes())["items"]
    assert items["fund"]["votes"]["for"] == {"area": 9000 + 7001 + 30000, "heads": 3}
    assert items["fund"]["total"] == {"area": sum(AREAS.values()), "heads": 4}
    assert items["board"]["votes"]["c1"] == {"area": 9000 + 30000, "heads": 2}


@pytest.mark.parametrize(
    "harm",
    [
        lambda record: _edit(next(record.glob("*/head.json")), '"height":', '"height":1'),
        lambda record: _edit(next(record.glob("*/paper.json")), '"for"', '"against"'),
        lambda record: _edit(record / "result.json", '"heads":3', '"heads":4'),
        lambda record: _edit(record / "audit.json", "AGREE", "REFUSE"),
        lambda record: (record / "result.sig").write_text(json.dumps({"signature": "00" * 64})),
        lambda record: next(record.glob("*/roll.json")).write_bytes(b"{}"),
        lambda record: _cut(next(record.glob("*/area.bel"))),
    ],
    ids=["head", "paper", "result", "verdict", "result signature", "roll", "archive"],
)
def test_a_record_that_was_changed_anywhere_is_refused(
    held: Hall, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    shutil.copytree(held.path / "record", tmp_path / "record")
    harm(tmp_path / "record")
    assert held.run("auditor", "anybody", "verify", str(tmp_path / "record")) == 1


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-512])


def test_no_code_and_no_share_is_in_the_exchange_folder_or_in_another_role(held: Hall) -> None:
    secrets = [path.read_bytes().strip() for path in (held.path / "notices").glob("*.code")]
    assert len(secrets) == len(AREAS)
    secrets += [
        json.loads((held.path / name / "share.json").read_bytes())["secret"].encode()
        for name in held.trustees
    ]
    own = {*(held.path / "notices").iterdir(), held.path / "registrar" / "codes.json"}
    own |= {held.path / name / "share.json" for name in held.trustees}
    for path in held.path.rglob("*"):
        if path.is_file() and path not in own:
            assert not [secret for secret in secrets if secret in path.read_bytes()], path


def test_what_a_trustee_decrypted_is_sent_again_and_never_made_anew(held: Hall) -> None:
    sent = held.convenor.folder / "partial-decryptions" / "1.json"
    before = sent.read_bytes()
    held.must("trustee", "trustee1", "decrypt")
    assert sent.read_bytes() == before


def test_a_folder_that_others_may_open_is_refused(held: Hall, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert registrar.main(["people", "--folder", str(tmp_path), "--exchange", str(held.convenor.path)]) == 1
