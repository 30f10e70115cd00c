"""An auditor has the files, this repository and Python: `scripts/verify` from any folder, nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voting.record.elections import Folder, hold, the_folder
from tests.voting.record.makers import a_vote

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "verify"
FEW = {"甲": 9000, "乙": 8000}


@pytest.fixture(scope="module")
def small() -> Folder:
    """Two electors and one vote: quick even without gmpy2."""
    ballots = [(name, {"fund": "for"}) for name in FEW]
    return hold(areas=FEW, items=(a_vote(),), ballots=ballots, paper={})


def verify(*args: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as on a bare machine: no site packages, no environment, another folder."""
    command = [sys.executable, "-S", "-I", str(SCRIPT), *map(str, args)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_bare_python_in_another_folder_verifies_an_election_folder(small, tmp_path):
    small.write(tmp_path / "election")

    done = verify("--final", "election", cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert small.manifest.uuid in done.stdout
    assert "All that was checked holds." in done.stdout
    assert "fund: PASSED" in done.stdout
    assert "proves:" in done.stdout
    assert "cannot:" in done.stdout
    assert "DRILL" in done.stdout


def test_one_archive_and_a_pair_are_verified_as_far_as_they_go(small, tmp_path):
    small.write(tmp_path)

    one = verify("--json", "heads.bel", cwd=tmp_path)
    pair = verify("--json", "heads.bel", "area.bel", cwd=tmp_path)

    assert (one.returncode, pair.returncode) == (0, 0)
    not_run = {c["name"] for c in json.loads(pair.stdout)["checks"] if c["status"] == "not-run"}
    assert "manifest" in not_run
    assert "pair" not in not_run
    assert json.loads(one.stdout)["archives"][0]["result"] == [[2, 0, 0]]


def test_a_resident_without_the_paper_sees_the_electronic_outcome_named_as_such(tmp_path):
    the_folder().with_files(paper_json=None).write(tmp_path)

    pins = ("--manifest", "manifest.json", "--roll", "roll.json")
    done = verify("heads.bel", "area.bel", *pins, cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "electronic ballots ALONE" in done.stdout


@pytest.mark.parametrize("name", ["heads.bel", "area.bel", "manifest.json", "roll.json", "paper.json"])
def test_half_a_file_is_refused_and_a_missing_one_is_named(name, small, tmp_path):
    folder = small.write(tmp_path / "election")
    whole = (folder / name).read_bytes()

    (folder / name).write_bytes(whole[: len(whole) // 2])
    half = verify("--json", "election", cwd=tmp_path)
    (folder / name).unlink()
    missing = verify("election", cwd=tmp_path)

    assert half.returncode == 1, half.stdout + half.stderr
    refusal = json.loads(half.stdout)["refusal"]
    assert refusal["rule"] in {"archive-truncated", "canonical-json"}
    assert missing.returncode == 2
    assert name in missing.stderr


def test_an_open_election_is_accepted_without_paper_unless_the_end_is_demanded(small, tmp_path):
    folder = small.write(tmp_path / "election")
    for name, pieces in (("heads.bel", small.heads), ("area.bel", small.area)):
        (folder / name).write_bytes(pieces.write("SBB"))
    (folder / "paper.json").unlink()

    so_far = verify("election", cwd=tmp_path)
    final = verify("--final", "election", cwd=tmp_path)

    assert so_far.returncode == 0, so_far.stdout + so_far.stderr
    assert "Stage: voting" in so_far.stdout
    assert final.returncode == 1
    assert "result-missing" in final.stdout


def test_a_refusal_names_the_event_and_the_rule(small, tmp_path):
    small.heads.save(tmp_path / "heads.bel", "SBETPPR")

    done = verify("heads.bel", cwd=tmp_path)

    assert done.returncode == 1
    assert "height 3 EncryptedTally" in done.stdout
    assert "[encrypted-tally]" in done.stdout


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["--unknown", "election"],
        ["election", "--manifest", "election/manifest.json"],
        ["election/heads.bel", "--manifest", "election/manifest.json"],
        ["election/heads.bel", "election/area.bel", "election/roll.json"],
        ["election/heads.bel", "election/area.bel", "--roll", "election/roll.json"],
        [
            "election/heads.bel",
            "election/area.bel",
            "--manifest",
            "election/manifest.json",
            "--paper",
            "election/paper.json",
        ],
        ["nowhere"],
        ["election/heads.bel", "nowhere.bel"],
        ["election/heads.bel", "election"],
        ["election/heads.bel", "election/area.bel", "--manifest", "nowhere.json"],
    ],
)
def test_wrong_use_is_told_apart_from_a_refused_record(args, small, tmp_path):
    small.write(tmp_path / "election")

    done = verify(*args, cwd=tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith(("verify: ", "usage: verify"))
    assert done.stdout == ""


def test_an_empty_folder_is_a_missing_file(tmp_path):
    (tmp_path / "empty").mkdir()

    assert verify("empty", cwd=tmp_path).returncode == 2


def test_help_names_the_exit_statuses(tmp_path):
    done = verify("--help", cwd=tmp_path)

    assert done.returncode == 0
    assert "1 the record is refused" in done.stdout
