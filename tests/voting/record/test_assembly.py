"""result.json of a whole assembly is held against what its election folders give."""

from __future__ import annotations

import json
from functools import cache

from backend.voting.record.canonical import canonical
from backend.voting.record.command import main
from tests.voting.record.elections import hold
from tests.voting.record.makers import a_vote

FEW = {"甲": 9000, "乙": 8000}


@cache
def two_elections():
    """The elections of one assembly: one item for all, one for building 3."""
    rules = a_vote(id="rules", matter=1, title="修改议事规则")
    return {
        "all": hold(areas=FEW, items=(rules,), ballots=[(name, {"rules": "for"}) for name in FEW], paper={}),
        "building-3": hold(
            areas=FEW,
            items=(a_vote(),),
            ballots=[("甲", {"fund": "for"})],
            paper={"乙": {"fund": "against"}},
            scope="building:3",
        ),
    }


def an_assembly(tmp_path, capsys):
    """Write both folders and the result.json that follows from them; return the folder."""
    folder = tmp_path / "assembly"
    document = {
        "kind": "result",
        "version": 1,
        "assembly": "7",
        "title": two_elections()["all"].manifest.title,
        "drill": True,
        "elections": {},
        "items": {},
    }
    for name, election in two_elections().items():
        main(["--json", str(election.write(folder / name))])
        found = json.loads(capsys.readouterr().out)
        heads, area = (archive["head"] for archive in found["archives"])
        document["items"] |= found["items"]
        document["elections"][election.manifest.uuid] = {
            "manifest_sha256": election.manifest.sha256,
            "paper_sha256": election.paper.sha256,
            "heads": heads,
            "area": area,
        }
    (folder / "result.json").write_bytes(canonical(document))
    return folder, document


def test_an_assembly_that_follows_from_its_elections_holds(tmp_path, capsys):
    folder, document = an_assembly(tmp_path, capsys)

    assert main(["--final", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "rules: PASSED" in told
    assert "fund: REJECTED" in told
    assert "assembly-result" in told
    assert main(["--json", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["items"] == document["items"]
    assert list(found["elections"]) == ["all", "building-3"]


def test_every_claim_of_result_json_is_compared(tmp_path, capsys):
    folder, document = an_assembly(tmp_path, capsys)
    uuid = two_elections()["all"].manifest.uuid
    lies = [
        {"assembly": "8"},
        {"title": "别的会议"},
        {"drill": False},
        {"kind": "other"},
        {"version": 2},
        {"note": "x"},
        {"items": {}},
        {"items": document["items"] | {"more": {}}},
        {"items": document["items"] | {"rules": document["items"]["rules"] | {"outcome": "REJECTED"}}},
        {"elections": {}},
        {"elections": document["elections"] | {uuid: document["elections"][uuid] | {"paper_sha256": None}}},
    ]

    for lie in lies:
        (folder / "result.json").write_bytes(canonical(document | lie))
        assert main(["--json", str(folder)]) == 1, lie
        assert json.loads(capsys.readouterr().out)["refusal"]["rule"] == "result-file"


def test_a_refused_election_refuses_the_assembly(tmp_path, capsys):
    folder, _ = an_assembly(tmp_path, capsys)
    (folder / "all" / "roll.json").write_bytes(b"{}")

    assert main([str(folder)]) == 1
    assert "REFUSED: [roll]" in capsys.readouterr().out


def test_a_missing_file_of_one_election_is_wrong_use(tmp_path, capsys):
    folder, _ = an_assembly(tmp_path, capsys)
    (folder / "building-3" / "paper.json").unlink()

    assert main([str(folder)]) == 2
    (folder / "building-3" / "area.bel").unlink()
    assert main([str(folder)]) == 2
    assert "area.bel" in capsys.readouterr().err


def test_a_folder_with_a_result_but_no_election_is_wrong_use(tmp_path, capsys):
    (tmp_path / "result.json").write_bytes(b"{}")

    assert main([str(tmp_path)]) == 2
    assert "no election folder" in capsys.readouterr().err
