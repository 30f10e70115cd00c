"""What scripts/bench says; how fast anything is, no test asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.voting.protocol.verifier import verify_archive, verify_pair
from backend.voting.record.checks import (
    check_credential_lists,
    check_manifest,
    check_questions,
    check_roll,
    check_trustees,
)
from backend.voting.record.manifest import Manifest
from backend.voting.record.rollfile import RollFile
from scripts.benchmarks.archives import Stock
from scripts.benchmarks.command import PARTS, main
from scripts.benchmarks.figures import Figure, NotMeasured, table
from scripts.benchmarks.records import a_record
from scripts.benchmarks.runs import peak_memory, run, verify_with_peer


def a_figure(*, holds: bool) -> Figure:
    return Figure("a thing", "3 ms", "2 ms", "1.50", "<= 1.00", holds=holds)


def test_a_missed_target_is_marked_in_the_table() -> None:
    *_, kept, missed = table([a_figure(holds=True), a_figure(holds=False)]).splitlines()
    assert kept.split()[-1] == "ok"
    assert missed.split()[-1] == "NOT"


def test_every_part_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(PARTS)


def test_a_part_that_does_not_exist_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert "no part speed" in capsys.readouterr().err


def test_what_is_timed_are_real_archives_of_one_election(tmp_path: Path) -> None:
    stock = Stock(tmp_path)
    short, long = (verify_archive(stock.archive(ballots, 3)) for ballots in (1, 3))
    assert list(long.ballot_hashes[:1]) == list(short.ballot_hashes)
    assert long.credentials == short.credentials
    assert long.total_weight == 3


def test_the_record_that_a_browser_is_timed_on_is_lawful(tmp_path: Path) -> None:
    record = a_record(tmp_path, 3)
    manifest = Manifest.parse((tmp_path / "manifest.json").read_bytes())
    roll = RollFile.parse((tmp_path / "roll.json").read_bytes())
    heads, area = (verify_archive(tmp_path / f"{chain}.bel") for chain in ("heads", "area"))
    verify_pair(heads, area)
    check_manifest(manifest, heads.election)
    check_questions(manifest, heads.election)
    check_credential_lists(manifest, heads, area)
    check_trustees(manifest, heads.trustees)
    check_roll(manifest, roll, heads, area)
    assert (record.uuid, record.assembly) == (manifest.uuid, manifest.assembly)
    assert len(heads.ballot_hashes) == 3


def test_the_peak_of_memory_is_that_of_the_verifying_process(tmp_path: Path) -> None:
    assert 2**23 < peak_memory(Stock(tmp_path).archive(1, 1)) < 2**28


def test_a_program_that_fails_yields_no_figure() -> None:
    with pytest.raises(NotMeasured, match="failed"):
        run(["sh", "-c", "echo broken >&2; exit 3"])


def test_a_missing_peer_yields_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotMeasured, match="Debian package belenios-tool"):
        verify_with_peer(tmp_path / "an.bel")
