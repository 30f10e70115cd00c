"""How far an examination goes: unfinished records, refused archives, one process or two."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from backend.voting.record.catalogue import CHECKS
from backend.voting.record.command import main
from backend.voting.record.examine import Evidence, Reading, examine
from backend.voting.record.report import Status
from tests.voting.record.elections import a_small, the_folder, verdict_of


def test_an_election_that_is_no_drill_is_not_called_one(tmp_path, capsys):
    folder = a_small(drill=False)
    folder = replace(folder, paper=replace(folder.paper, drill=False))

    assert main([str(folder.write(tmp_path / "election"))]) == 0
    assert "DRILL" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("order", "stage"),
    [
        ("S", "setup"),
        ("SBB", "voting"),
        ("SBBBE", "ended"),
        ("SBBBET", "tallied"),
        ("SBBBETP", "decrypting"),
        ("SBBBETPP", "decrypting"),
        ("SBBBETPPR", "result"),
    ],
)
def test_an_unfinished_record_is_accepted_and_its_stage_named(order, stage, tmp_path):
    folder = replace(a_small(), order=order)
    report = verdict_of(folder, tmp_path)

    assert report.refusal is None
    assert report.stage == stage
    assert (report.items is not None) == (stage == "result")

    demanded = verdict_of(folder, tmp_path, final=True)
    assert (demanded.refusal is None) == (stage == "result")
    if demanded.refusal is not None:
        assert demanded.refusal.rule == "result-missing"


def test_only_one_archive_with_a_result_gives_no_outcome_yet(tmp_path):
    folder = a_small()
    report = verdict_of(folder.with_files(area_bel=folder.area.write("SBBBETP")), tmp_path)

    assert report.refusal is None
    assert (report.stage, report.items) == ("decrypting", None)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda pieces: {"tally": pieces.tally.replace(b"1", b"2", 1)}, "tally"),
        (lambda _: {"result": b'{"result":[[3,0,1]]}'}, "result"),
        (lambda pieces: {"decryptions": [pieces.decryptions[0]] * 2}, "decryption"),
        (lambda pieces: {"ballots": [pieces.ballots[0], b"{}", pieces.ballots[2]]}, "ballots"),
        (lambda pieces: {"ballots": [pieces.ballots[0]] * 3}, "events"),
        (lambda _: {"credentials": b"[]"}, "ballots"),
        (lambda _: {"trustees": b"[]"}, "setup"),
    ],
)
def test_a_refused_archive_names_the_check_that_refused_it(change, check, tmp_path):
    folder = a_small()
    heads = replace(folder.heads, **change(folder.heads))
    report = verdict_of(replace(folder, heads=heads), tmp_path)

    assert report.refusal is not None
    assert report.refusal.event is not None
    refused = [finding.check.name for finding in report.findings if finding.status is Status.REFUSED]
    assert refused == [check]


def test_every_byte_that_is_cut_off_is_missed(tmp_path):
    whole = a_small().files()["heads.bel"]
    for cut in (1, 511, 512, 513, len(whole) // 2, len(whole) - 100):
        path = tmp_path / "cut.bel"
        path.write_bytes(whole[:-cut])
        report = examine(Evidence(path), Reading(final=True))
        assert report.refusal is not None


def test_the_json_form_is_one_object_with_every_check(tmp_path, capsys):
    folder = the_folder().write(tmp_path / "election")

    assert main(["--json", "--final", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "holds"
    assert found["refusal"] is None
    assert {check["number"] for check in found["checks"]} == {check.number for check in CHECKS}
    assert found["items"]["fund"]["outcome"] == "PASSED"
    assert found["uuid"] == the_folder().manifest.uuid


def test_two_processes_find_what_one_finds(tmp_path):
    folder = the_folder().write(tmp_path / "election")
    one, two = (examine(Evidence(folder / "heads.bel"), Reading(workers=workers)) for workers in (1, 2))

    assert one.document() == two.document()
    broken = replace(the_folder().heads, ballots=[*the_folder().heads.ballots[:3], b"{}"])
    broken.save(folder / "heads.bel")
    one, two = (examine(Evidence(folder / "heads.bel"), Reading(workers=workers)) for workers in (1, 2))

    assert one.document() == two.document()
    assert one.refusal is not None
