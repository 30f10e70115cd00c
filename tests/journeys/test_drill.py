"""Whole drills on a small community: every role a process of its own, results as counted by hand."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backend.voting.protocol.credentials import private_key, public_credential
from tests.drilling.community import ALL_MUST, TWO_OF_THREE, Files, a_community, roll_rows, write_roll
from tests.houses import ROOT

PEOPLE = {"mandatory": ALL_MUST, "threshold": TWO_OF_THREE}
EVERYWHERE = ["mandatory", "threshold"]


@dataclass(frozen=True)
class Drill:
    """A drill that was played: what it handed over, and what stayed with the server and the roles."""

    name: str
    status: int
    said: str
    out: Path
    keep: Path

    @property
    def elections(self) -> dict[str, Path]:
        """The election folders by scope."""
        manifests = self.out.glob("*/manifest.json")
        return {json.loads(path.read_bytes())["scope"]: path.parent for path in manifests}

    def json(self, name: str) -> Any:
        return json.loads((self.out / name).read_bytes())

    def items(self) -> dict[str, Any]:
        return dict(self.json("result.json")["items"])


@pytest.fixture(scope="session", params=EVERYWHERE)
def drill(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Drill:
    """Each of the two drills, played once for all test processes of this run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    wanted = str(request.param)
    # While another process plays the one wanted, this one may as well play the other.
    for name in sorted(EVERYWHERE, key=lambda name: name != wanted):
        if _play_once(shared / f"drill-{name}", wait=False) and name == wanted:
            break
    _play_once(shared / f"drill-{wanted}", wait=True)
    folder = shared / f"drill-{wanted}"
    status, said = json.loads((folder / "ended.json").read_bytes())
    return Drill(wanted, status, said, folder / "out", folder / "keep")


def _play_once(folder: Path, *, wait: bool) -> bool:
    """Play a drill unless it was; tells whether it has ended, which without waiting may be unknown."""
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if not (folder / "ended.json").exists():
            _play(folder, folder.name.removeprefix("drill-"))
    return True


def _play(folder: Path, name: str) -> None:
    folder.mkdir()
    done = run(a_community(folder, PEOPLE[name]), folder)
    ended = [done.returncode, done.stdout + done.stderr]
    (folder / "ended.json").write_text(json.dumps(ended), encoding="utf-8")


def run(files: Files, folder: Path) -> subprocess.CompletedProcess[str]:
    # Named as a person would name them, from the folder in which they lie.
    given = [option.removeprefix(f"{folder}/") for option in files.options()]
    command = [sys.executable, str(ROOT / "scripts" / "drill"), *given, "--out", "out", "--keep", "keep"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def figures(item: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Every count of an item, as (area, heads)."""
    counts = {name: item[name] for name in ("total", "participating", "blank", "invalid")} | item["votes"]
    return {name: (count["area"], count["heads"]) for name, count in counts.items()}


def test_all_is_well(drill: Drill) -> None:
    assert drill.status == 0, drill.said


HAND_COUNT = {
    "mandatory": {
        "dismiss": {
            "total": (106174, 10),
            "participating": (87563, 8),
            "for": (50150, 5),
            "against": (19025, 1),
            "abstain": (18388, 2),
            "blank": (0, 0),
            "invalid": (8510, 1),
        },
        "fund": {
            "total": (49089, 5),
            "participating": (49089, 5),
            "for": (40201, 4),
            "against": (8888, 1),
            "abstain": (0, 0),
            "blank": (0, 0),
            "invalid": (0, 0),
        },
        "committee": {
            "total": (106174, 10),
            "participating": (87185, 8),
            "c1": (66575, 6),
            "c2": (58575, 5),
            "c3": (57525, 5),
            "c4": (57075, 5),
            "c5": (56575, 5),
            "c6": (19050, 2),
            "blank": (20610, 2),
            "invalid": (8888, 1),
        },
    },
    # One change is allowed: the second ballots of H stand, against both items and for c6 alone.
    "threshold": {
        "dismiss": {
            "total": (106174, 10),
            "participating": (87563, 8),
            "for": (39150, 4),
            "against": (30025, 2),
            "abstain": (18388, 2),
            "blank": (0, 0),
            "invalid": (8510, 1),
        },
        "fund": {
            "total": (49089, 5),
            "participating": (49089, 5),
            "for": (29201, 3),
            "against": (19888, 2),
            "abstain": (0, 0),
            "blank": (0, 0),
            "invalid": (0, 0),
        },
        "committee": {
            "total": (106174, 10),
            "participating": (87185, 8),
            "c1": (55575, 5),
            "c2": (47575, 4),
            "c3": (46525, 4),
            "c4": (46075, 4),
            "c5": (45575, 4),
            "c6": (30050, 3),
            "blank": (20610, 2),
            "invalid": (8888, 1),
        },
    },
}
OUTCOMES = {
    "mandatory": {"dismiss": "PASSED", "fund": "PASSED", "committee": "PASSED"},
    "threshold": {"dismiss": "REJECTED", "fund": "PASSED", "committee": "FAILED"},
}


def test_every_figure_is_the_one_counted_by_hand(drill: Drill) -> None:
    assert {name: figures(item) for name, item in drill.items().items()} == HAND_COUNT[drill.name]


def test_outcomes_follow_the_law(drill: Drill) -> None:
    assert {name: item["outcome"] for name, item in drill.items().items()} == OUTCOMES[drill.name]


def test_the_committee_is_seated_in_order_or_not_at_all(drill: Drill) -> None:
    committee = drill.items()["committee"]
    elected = {"mandatory": ["c1", "c2", "c3", "c4", "c5"], "threshold": []}
    assert (committee["elected"], committee["alternates"]) == (elected[drill.name], [])


def test_channels_add_up_to_the_whole(drill: Drill) -> None:
    for item in drill.items().values():
        channels = item["by_channel"]
        for answer, count in item["votes"].items():
            parts = [channels[channel]["votes"][answer] for channel in ("e", "paper")]
            assert {unit: sum(part[unit] for part in parts) for unit in ("area", "heads")} == count
    paper = drill.items()["dismiss"]["by_channel"]["paper"]
    assert paper["votes"]["for"] == {"area": 8000, "heads": 1}
    assert paper["invalid"] == {"area": 8510, "heads": 1}


def test_result_json_is_the_server_s_canonical_bytes(drill: Drill) -> None:
    raw = (drill.out / "result.json").read_bytes()
    text = json.dumps(json.loads(raw), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert raw == text.encode()


def test_the_folder_holds_what_was_promised_and_nothing_of_the_stage(drill: Drill) -> None:
    files = {path.name for path in drill.out.iterdir() if path.is_file()}
    assert files == {"result.json", "result.sig", "audit.json", "summary.md", "drill.log"}
    assert set(drill.elections) == {"all", "building:2"}
    for folder in drill.elections.values():
        names = {"heads.bel", "area.bel", "manifest.json", "roll.json", "paper.json"}
        assert names <= {path.name for path in folder.iterdir()}


def test_refused_ballots_are_reported_with_the_server_s_code_and_the_rest_goes_on(drill: Drill) -> None:
    summary = (drill.out / "summary.md").read_text(encoding="utf-8")
    refused = re.findall(r"第 (\d+) 行 \S+（\w+，(?:范围 )?(\S+?)）：`([a-z-]+)`", summary)
    of_both = [
        ("12", "all", "already-voted"),
        ("14", "无表决范围", "no-ballot"),
        ("15", "all", "already-voted"),
    ]
    second = [("10", "all", "already-voted"), ("10", "building:2", "already-voted")]
    assert refused == ([*second, *of_both] if drill.name == "mandatory" else of_both)


def test_a_lost_notice_was_made_anew_before_opening_and_its_owner_voted_with_it(drill: Drill) -> None:
    log = (drill.out / "drill.log").read_text(encoding="utf-8")
    assert log.index("scripts/registrar reissue: done") < log.index("voting days")
    assert "row 2, 3--B01, e, all: ballot: accepted" in log
    assert "（1-1-101），旧码作废" in (drill.out / "summary.md").read_text(encoding="utf-8")


def test_only_as_many_trustees_decrypt_as_are_needed(drill: Drill) -> None:
    log = (drill.out / "drill.log").read_text(encoding="utf-8")
    deciding = {line.split()[1] for line in log.splitlines() if "scripts/trustee decrypt" in line}
    assert deciding == {"测试保管人一:", "测试保管人二:"}


def test_verify_accepts_the_whole_record_as_final(drill: Drill) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "verify"), "--json", "--final", str(drill.out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["items"] == drill.items()


def test_an_auditor_accepts_every_signature_of_the_record(drill: Drill, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "auditor"), "verify", "--folder", str(tmp_path / "me")]
    done = subprocess.run([*command, str(drill.out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "2 verdicts are signed" in done.stdout


@pytest.mark.parametrize("chain", ["heads", "area"])
@pytest.mark.parametrize("scope", ["all", "building:2"])
def test_belenios_tool_accepts_every_archive(drill: Drill, scope: str, chain: str, tmp_path: Path) -> None:
    program = shutil.which("belenios-tool")
    if program is None:
        assert os.environ.get("CI") != "true", "belenios-tool is missing"
        pytest.skip("belenios-tool is not installed (Debian package belenios-tool)")
    folder = drill.elections[scope]
    shutil.copyfile(folder / f"{chain}.bel", tmp_path / f"{folder.name}.bel")
    command = [program, "election", "verify", "--dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_everything_signed_says_that_it_is_a_drill(drill: Drill) -> None:
    assert drill.json("result.json")["drill"] is True
    audit = drill.json("audit.json")
    assert audit["drill"] is True
    assert [verdict["document"]["drill"] for verdict in audit["verdicts"]] == [True, True]
    for folder in drill.elections.values():
        for name in ("manifest.json", "paper.json"):
            assert json.loads((folder / name).read_bytes())["drill"] is True
        assert json.loads((folder / "head.json").read_bytes())["document"]["drill"] is True
    receipts = list(drill.keep.glob("roles/voter-*/receipts/*.json"))
    assert receipts
    assert all(json.loads(path.read_bytes())["receipt"]["document"]["drill"] is True for path in receipts)


def test_every_role_has_a_folder_and_keys_of_its_own(drill: Drill) -> None:
    keys = [path.read_bytes() for path in drill.keep.glob("roles/*/signing.key")]
    assert len(set(keys)) == len(keys) == len(list(drill.keep.glob("roles/*/.lock")))
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in drill.keep.glob("roles/*"))


# Secrets


def secrets_of(drill: Drill) -> Iterator[tuple[str, bytes]]:
    """Every secret of voters, registrar, trustees, auditors and counters, in each form it could be stored."""
    uuids = [folder.name for folder in drill.elections.values()]
    for path in drill.keep.glob("roles/voter-*/*.code"):
        code = path.read_text(encoding="ascii").strip()
        yield from ((str(path), form) for form in (code.encode(), code.replace("-", "").encode()))
        for uuid in uuids:
            yield from ((str(path), form) for form in forms(private_key(code, uuid)))
    for path in drill.keep.glob("roles/*/*.key"):
        key = path.read_bytes().strip()
        yield str(path), key
        yield str(path), key.hex().encode()
    for path in drill.keep.glob("roles/trustee-*/*.json"):
        for number in numbers_kept_secret(json.loads(path.read_bytes())):
            yield from ((str(path), form) for form in forms(number))


def forms(number: int) -> list[bytes]:
    """A secret exponent in decimal, in hex, and raw."""
    raw = number.to_bytes(32, "big")
    return [str(number).encode(), raw.hex().encode(), raw.hex().upper().encode(), raw]


SECRET_NAMES = {"secret", "polynomial", "coefficients", "seed", "decryption_key", "share"}


def numbers_kept_secret(value: Any, *, inside: bool = False) -> Iterator[int]:
    """The numbers under the names that a trustee's software keeps to itself."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from numbers_kept_secret(part, inside=inside or name in SECRET_NAMES)
    elif isinstance(value, list):
        for part in value:
            yield from numbers_kept_secret(part, inside=inside)
    elif inside and isinstance(value, str) and value.isdecimal() and len(value) > 40:
        yield int(value)


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a folder, and every value in every database of it: a long value is cut up on disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()
            if path.read_bytes().startswith(b"SQLite format 3"):
                yield path, b"\n".join(_values(path))


def _values(path: Path) -> Iterator[bytes]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield from (cell if isinstance(cell, bytes) else str(cell).encode() for cell in row)
    database.close()


def test_the_server_has_none_of_the_secrets_of_voters_registrar_and_trustees(drill: Drill) -> None:
    secrets = list(secrets_of(drill))
    holders = {Path(name).parent.name.rpartition("-")[0] for name, _ in secrets}
    assert holders == {"voter", "registrar", "trustee", "auditor", "counter"}
    stored = list(contents(drill.keep / "server"))
    found = [(name, str(path)) for name, secret in secrets for path, content in stored if secret in content]
    assert not found


def test_nothing_handed_over_and_no_log_has_a_secret(drill: Drill) -> None:
    stored = [*contents(drill.out), (drill.keep / "server.log", (drill.keep / "server.log").read_bytes())]
    secrets = [(name, secret) for name, secret in secrets_of(drill) if "papers" not in name]
    found = [(name, str(path)) for name, secret in secrets for path, content in stored if secret in content]
    assert not found


def test_the_search_finds_what_the_server_must_have(drill: Drill) -> None:
    """Without this, a search that reads nothing would find nothing."""
    stored = [content for _, content in contents(drill.keep / "server")]
    [code, *_] = [path.read_text().strip() for path in drill.keep.glob("roles/voter-*/*.code")]
    credential = public_credential(code, drill.elections["all"].name)
    receipt = next(drill.keep.glob("roles/voter-*/receipts/*.json"))
    tracker = json.loads(receipt.read_bytes())["receipt"]["document"]["tracker"]
    for known in (str(credential), tracker):
        assert any(known.encode() in content for content in stored)


def test_trustees_kept_a_secret_that_could_have_been_found(drill: Drill) -> None:
    for folder in drill.keep.glob("roles/trustee-*"):
        kept = [json.loads(path.read_bytes()) for path in folder.glob("*.json")]
        assert [number for value in kept for number in numbers_kept_secret(value)]


def test_the_registrar_erased_every_code_after_the_close(drill: Drill) -> None:
    registrar = drill.keep / "roles" / "registrar-1"
    assert not list(registrar.glob("codes*.json"))
    assert not list((registrar / "notices").iterdir())


def test_a_normal_data_folder_refuses_the_clock(tmp_path: Path) -> None:
    clock, data = tmp_path / "clock", tmp_path / "data"
    clock.write_text("2026-03-01T09:00:00+08:00\n")
    command = [sys.executable, "-m", "backend.command", "migrate"]
    normal = os.environ | {"DATA_DIR": str(data)}
    subprocess.run(command, cwd=ROOT, env=normal, check=True)
    for more in ({}, {"DRILL": "1"}):
        variables = normal | {"DRILL_CLOCK": str(clock)} | more
        refused = subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
        )
        assert refused.returncode == 1
        assert "DRILL_CLOCK is refused" in refused.stderr


def test_what_the_service_refuses_of_a_roll_is_named_and_ends_with_1(tmp_path: Path) -> None:
    """A phone that is none is left to the service's own import, which knows more of rolls than the drill."""
    files, rows = a_community(tmp_path), roll_rows()
    rows[2][9] = "不详"
    write_roll(files.roll, rows)
    done = run(files, tmp_path)
    assert done.returncode == 1
    assert "ROLL.xlsx, row 3, column 手机号" in done.stderr
