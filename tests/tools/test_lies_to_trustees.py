"""What a carrier or a server may try on trustees, and how their tool refuses it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tools.convenor import AREAS, CLOSES
from tests.tools.hall import Hall, ballots, make_hall, prepare


def refusal(hall: Hall, capsys: pytest.CaptureFixture[str], role: str, person: str, *words: str) -> str:
    """Run a command that must be refused, and return what it said."""
    capsys.readouterr()
    assert hall.run(role, person, *words) == 1
    return capsys.readouterr().err


@pytest.fixture
def ready(tmp_path: Path) -> Hall:
    hall = make_hall(tmp_path / "hall", trustees=2, threshold=None)
    prepare(hall)
    return hall


def test_a_third_weighting_is_refused(ready: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    ready.convenor.fix({**AREAS, "E1": 1})
    assert "area-list-hash" in refusal(ready, capsys, "trustee", "trustee1", "check")


def test_nothing_is_decrypted_before_the_close(ready: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    ready.convenor.fix()
    ready.convenor.close([])
    ready.set_clock("2026-03-15T23:59:59+08:00")
    assert "still-open" in refusal(ready, capsys, "trustee", "trustee1", "decrypt")


def test_shares_that_were_lost_on_the_way_are_sent_again_and_never_made_anew(ready: Hall) -> None:
    ready.convenor.fix()
    ready.convenor.close([])
    ready.set_clock(CLOSES)
    sent = ready.convenor.folder / "partial-decryptions" / "1.json"
    ready.must("trustee", "trustee1", "decrypt")
    before = sent.read_bytes()
    sent.unlink()
    ready.must("trustee", "trustee1", "decrypt")
    assert sent.read_bytes() == before


def test_a_second_tally_of_one_election_is_never_decrypted(
    ready: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    convenor = ready.convenor
    convenor.fix()
    opened = {chain: (convenor.folder / f"{chain}.bel").read_bytes() for chain in convenor.chains}
    states = {chain: (state.head_hash, state.head_height) for chain, state in convenor.chains.items()}
    made = ballots(ready)
    convenor.close([])
    ready.set_clock(CLOSES)
    ready.must("trustee", "trustee1", "decrypt")
    for chain, (head_hash, height) in states.items():
        convenor.chains[chain].head_hash, convenor.chains[chain].head_height = head_hash, height
        (convenor.folder / f"{chain}.bel").write_bytes(opened[chain])
    shutil.rmtree(ready.path / "trustee1" / "kept")
    convenor.add(made[0])
    convenor.close(made[:1])
    assert "third-tally" in refusal(ready, capsys, "trustee", "trustee1", "decrypt")


def test_a_clock_file_is_refused_for_a_real_assembly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hall = make_hall(tmp_path / "hall", trustees=2, threshold=None, drill=False)
    prepare(hall)
    hall.convenor.fix()
    hall.convenor.close([])
    hall.set_clock(CLOSES)
    assert "clock-refused" in refusal(hall, capsys, "trustee", "trustee1", "decrypt")


def test_a_board_without_a_tally_is_not_decrypted(ready: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    ready.convenor.fix()
    ready.set_clock(CLOSES)
    assert "not-tallied" in refusal(ready, capsys, "trustee", "trustee1", "decrypt")


def test_a_board_that_went_back_is_refused_and_both_heads_are_kept_as_evidence(
    ready: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    ready.convenor.fix()
    early = ready.convenor.head()
    ready.convenor.add(ballots(ready)[0])
    ready.must("auditor", "auditor", "watch")
    ready.convenor.put(f"elections/{ready.convenor.uuid}/head.json", early)
    assert "board-rollback" in refusal(ready, capsys, "auditor", "auditor", "watch")
    (evidence,) = (ready.path / "auditor" / "evidence").iterdir()
    assert len(json.loads(evidence.read_bytes())["heads"]) == 2


def test_a_fork_is_found_by_the_copy_that_was_kept(ready: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    convenor = ready.convenor
    convenor.fix()
    states = {
        chain: (convenor.chains[chain].head_hash, convenor.chains[chain].head_height)
        for chain in convenor.chains
    }
    archives = {chain: (convenor.folder / f"{chain}.bel").read_bytes() for chain in convenor.chains}
    first, second, _ = ballots(ready)
    convenor.add(first)
    ready.must("auditor", "auditor", "watch")
    for chain, (head_hash, height) in states.items():
        convenor.chains[chain].head_hash, convenor.chains[chain].head_height = head_hash, height
        (convenor.folder / f"{chain}.bel").write_bytes(archives[chain])
    convenor.add(second)
    convenor.sign_head()
    assert "board-fork" in refusal(ready, capsys, "auditor", "auditor", "watch")
    ready.must("auditor", "other", "watch")
    kept = [str(ready.path / name / "kept" / convenor.uuid) for name in ("auditor", "other")]
    assert "board-fork" in refusal(ready, capsys, "auditor", "third", "compare", *kept)


def test_a_changed_manifest_is_refused_by_whoever_saw_the_first(
    ready: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    ready.convenor.fix()
    ready.must("trustee", "trustee1", "check")
    path = ready.convenor.folder / "manifest.json"
    path.write_bytes(path.read_bytes().replace("示例小区业主大会".encode(), "另一次会议".encode()))
    assert "pin-changed" in refusal(ready, capsys, "trustee", "trustee1", "check")


@pytest.fixture
def certified(tmp_path: Path) -> Hall:
    """A ceremony of two of three after its second round."""
    hall = make_hall(tmp_path / "hall", trustees=3, threshold=2)
    for _ in range(2):
        for person in hall.trustees:
            hall.must("trustee", person, "ceremony")
    return hall


def _edit(hall: Hall, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    path = hall.convenor.path / name
    document = json.loads(path.read_bytes())
    change(document)
    path.write_text(json.dumps(document))


def test_a_message_that_the_carrier_changed_is_refused(
    certified: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(certified, "ceremony/round-2-1.json", lambda message: message.update(body=message["body"] + " "))
    assert "signature" in refusal(certified, capsys, "trustee", "trustee2", "ceremony")


def test_a_message_of_another_trustee_cannot_stand_in(
    certified: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    one = certified.convenor.path / "ceremony" / "round-2-1.json"
    _edit(
        certified,
        "ceremony/round-2-3.json",
        lambda message: message.update(json.loads(one.read_bytes()), index=3),
    )
    assert "signature" in refusal(certified, capsys, "trustee", "trustee2", "ceremony")


def test_keys_that_the_carrier_swapped_later_are_refused(
    certified: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = next(path for path in (certified.convenor.path / "keys").glob("trustee-*.json"))
    _edit(certified, f"keys/{keys.name}", lambda document: document.update(seal_key="ab" * 32))
    assert "trustee-key-changed" in refusal(certified, capsys, "trustee", "trustee2", "ceremony")


def test_keys_that_differ_from_the_fingerprints_read_by_voice_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hall = make_hall(tmp_path / "hall", trustees=2, threshold=2)
    marks = tmp_path / "marks.txt"
    marks.write_text("2 0000 0000 0000 0000 0000 0000 0000 0000\n")
    words = ("ceremony", "--fingerprints", str(marks))
    assert "fingerprint-differs" in refusal(hall, capsys, "trustee", "trustee1", *words)


def test_a_repeated_step_sends_nothing_new(certified: Hall) -> None:
    before = {path.name: path.read_bytes() for path in (certified.convenor.path / "ceremony").iterdir()}
    certified.must("trustee", "trustee1", "ceremony")
    certified.must("trustee", "trustee1", "ceremony")
    after = {path.name: path.read_bytes() for path in (certified.convenor.path / "ceremony").iterdir()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"round-3-1.json"}


def test_a_voter_refuses_an_election_that_its_manifest_does_not_prescribe(
    ready: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    ready.convenor.fix()
    path = ready.convenor.folder / "election.json"
    path.write_bytes(path.read_bytes().replace("反对".encode(), "同意 ".encode(), 1))
    with pytest.raises(AssertionError, match="ballot"):
        ballots(ready)
    assert "election-manifest" in capsys.readouterr().err
