import ast
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import backend
from backend.voting.law.cases import Answer, Refused, main, run_cases

ROOT = Path(backend.__file__).parent.parent
CASES = Path(__file__).with_name("tally_cases.jsonl")
SCRIPT = ROOT.joinpath("scripts", "rules")
LAW = ROOT.joinpath("backend", "voting", "law")


def load_exact(text):
    return json.loads(text, parse_float=Decimal)


def run(*arguments, hash_seed="0", cwd=None):
    return subprocess.run(
        [sys.executable, "-S", "-B", str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )


def one(case):
    raw = case if isinstance(case, bytes) else json.dumps(case).encode()
    [result] = run_cases([raw])
    return result


def a_vote(**changes):
    return {"id": "V", "input": {"A": 100, "H": 10, "class": "ORDINARY", "for": [70, 7], **changes}}


def a_roll(*units, **changes):
    return {
        "id": "R",
        "units": [{"id": f"u{n}", "area": 90, "owners": ["p"], **u} for n, u in enumerate(units)],
        **changes,
    }


@pytest.mark.parametrize(
    "line", CASES.read_text(encoding="utf-8").splitlines(), ids=lambda line: json.loads(line)["id"]
)
def test_an_acceptance_case_is_recomputed_exactly(line):
    case = load_exact(line)
    answer = one(line.encode())
    assert isinstance(answer, Answer)
    assert load_exact(answer.line) == {"id": case["id"], **case["expected"]}


def test_s23_the_same_cases_give_the_same_bytes_in_another_process(tmp_path):
    first, second = run(CASES, hash_seed="1"), run(CASES, hash_seed="2", cwd=tmp_path)
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout
    assert len(first.stdout.splitlines()) == 32
    assert b"R05: unit b has no area" in first.stderr


def test_areas_are_written_as_exact_decimals():
    answer = one(b'{"id":"x","input":{"A":0.3,"H":3,"class":"ORDINARY","for":[0.1,1],"against":[0.2,1]}}')
    assert '"participating":[0.30,2]' in answer.line


def test_an_area_too_long_for_binary_fractions_stays_exact():
    answer = one(
        b'{"id":"x","input":{"A":999999999999.99,"H":1,"class":"SPECIAL","for":[999999999999.99,1]}}'
    )
    assert '"for":[999999999999.99,1]' in answer.line


def test_a_chinese_id_is_written_in_ascii_so_that_no_locale_changes_the_bytes():
    answer = one({**a_vote(), "id": "三号楼"})
    assert answer.line.isascii()
    assert json.loads(answer.line)["id"] == "三号楼"


def test_a_roll_case_may_name_a_scope():
    case = a_roll({"building": "2", "stair": "1"}, {"building": "2", "stair": "2"}, scope="stair:2-1")
    assert '"area":90.00' in one(case).line


def test_a_blocked_roll_says_why_beside_the_answer():
    answer = one(a_roll({"owners": []}))
    assert answer.line == '{"id":"R","status":"ROLL_BLOCKED"}'
    assert "u0 is delivered but has no owner" in answer.remark


@pytest.mark.parametrize(
    ("case", "cause"),
    [
        (b"{", "not one JSON document"),
        (b'{"id":"\xff"}', "not one JSON document"),
        (b"[" * 100000, "not one JSON document"),
        (b"[]", "the case is []; write an object"),
        (b'{"id":"a","id":"b"}', "a key stands twice"),
        (b'{"id":NaN}', "NaN is no number"),
        (b'{"id":1.5}', "id is '1.5'; write a text"),
        ({}, "id is missing"),
        ({"id": "x"}, 'neither "input" (a vote) nor "units" (a roll)'),
        ({**a_vote(), "extra": 1}, "the case has the unknown key 'extra'"),
        ({**a_roll({}), "extra": 1}, "the case has the unknown key 'extra'"),
        ({"id": "x", "input": []}, "input is []; write an object"),
        (a_vote(abstian=[1, 1]), "input has the unknown key 'abstian'"),
        (a_vote(A=None), "A is missing"),
        (a_vote(A=1.005), "at most two decimals"),
        (a_vote(A=1e30), "at most two decimals"),
        (a_vote(A=-1), "not negative"),
        (a_vote(A=True), "A is True"),
        (a_vote(A="100"), "A is '100'"),
        (a_vote(A=10**13), "A is 10000000000000"),
        (a_vote(H=-1), "a whole number of heads"),
        (a_vote(H=1.0), "a whole number of heads"),
        (a_vote(**{"class": "GRAVE"}), "one of ORDINARY, SPECIAL"),
        (a_vote(invalid_counts=1), "true or false"),
        (a_vote(nonreturn="SILENCE"), "one of NOT_PARTICIPATING, FOLLOW_MAJORITY"),
        (a_vote(against=[1]), "[area in m2, heads]"),
        (a_vote(against=3), "write a list"),
        (a_vote(against=[90, 9]), "[votes-exceed-roll]"),
        ({"id": "x", "units": {}}, "units is {}; write a list"),
        (a_roll({"kind": "CASTLE"}), "units[0].kind is 'CASTLE'"),
        (a_roll({}, {"status": "LOST"}), "units[1].status is 'LOST'"),
        (a_roll({"price": 1}), "units[0] has the unknown key 'price'"),
        (a_roll({}, {"id": "u0"}), "[duplicate-unit]"),
        (a_roll({}, scope="floor:1"), "[scope-unreadable]"),
        (a_roll({"owners": ["DEV"]}), "[owner-name-refused]"),
    ],
)
def test_a_bad_case_is_refused_with_its_cause(case, cause):
    result = one(case)
    assert isinstance(result, Refused)
    assert cause in result.cause


def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path, capsys):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"\n".join([json.dumps(a_vote()).encode(), b"", b"{", json.dumps(a_roll({})).encode()]))
    assert main([str(path)]) == 1
    shown = capsys.readouterr()
    assert [json.loads(line)["id"] for line in shown.out.splitlines()] == ["V", "R"]
    assert shown.err.startswith("rules: line 3: [case-unreadable] not one JSON document")


def test_a_missing_file_and_wrong_use_end_with_2(tmp_path, capsys):
    assert main([str(tmp_path / "absent.jsonl")]) == 2
    assert "absent.jsonl: No such file or directory; name a file of cases" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 2
    assert run().returncode == 2
    assert run("--no-such-option").returncode == 2
    assert run("a", "b").returncode == 2


def test_a_good_file_ends_with_0(capsys):
    assert main([str(CASES)]) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 32
    assert shown.err.startswith("rules: R05: unit b has no area")


@pytest.mark.parametrize("path", sorted(LAW.glob("*.py")), ids=lambda path: path.stem)
def test_the_law_computes_with_whole_numbers_only(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Div), "true division"
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, (float, complex))), node.lineno
        assert not (isinstance(node, ast.Name) and node.id == "float"), node.lineno
