"""A whole assembly on files: every role has a folder of its own, and only the exchange folder is shared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.tools import registrar
from tests.tools.convenor import AREAS
from tests.tools.hall import Hall, hold, make_hall


@pytest.fixture(scope="module", params=[None, 2], ids=["all-must-decrypt", "two-of-three"])
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Hall:
    hall = make_hall(tmp_path_factory.mktemp("hall"), trustees=3, threshold=request.param)
    hold(hall)
    return hall


def test_an_assembly_on_files_ends_in_a_record_that_verifies(
    held: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = ["--evidence", str(held.path / "devices.jsonl")]
    held.must("auditor", "anybody", "verify", str(held.path / "record"), *evidence)
    told = capsys.readouterr().out
    for line in (
        "the server signed the heads of both boards",
        "auditors co-signed 2 heads",
        "counters signed 1 papers (2 signatures)",
        "3 device signatures, one for every ballot",
        "the server signed result.json",
        "1 verdicts are signed",
        "the record holds",
    ):
        assert line in told


def _swap(lines: list[str]) -> list[str]:
    """Give the first ballot the second device's signature."""
    first, second = json.loads(lines[0]), json.loads(lines[1])
    return [json.dumps({**first, "signature": second["signature"]}), *lines[1:]]


def test_the_result_counts_both_channels(held: Hall) -> None:
    items = json.loads((held.path / "record" / "result.json").read_bytes())["items"]
    assert items["fund"]["votes"]["for"] == {"area": 9000 + 7001 + 30000, "heads": 3}
    assert items["fund"]["total"] == {"area": sum(AREAS.values()), "heads": 4}
    assert items["board"]["votes"]["c1"] == {"area": 9000 + 30000, "heads": 2}


@pytest.mark.parametrize("change", [lambda lines: lines[1:], lambda lines: [*lines, lines[0]], _swap])
def test_device_signatures_that_do_not_fit_the_boards_are_refused(
    held: Hall, tmp_path: Path, change: Callable[[list[str]], list[str]]
) -> None:
    lines = (held.path / "devices.jsonl").read_text().splitlines()
    (tmp_path / "devices").write_text("\n".join(change(lines)))
    words = ["verify", str(held.path / "record"), "--evidence", str(tmp_path / "devices")]
    assert held.run("auditor", "anybody", *words) == 1


@pytest.mark.parametrize(
    "harm",
    [
        lambda record: _edit(next(record.glob("*/head.json")), '"height":', '"height":1'),
        lambda record: _edit(next(record.glob("*/cosignatures.json")), '"drill":true', '"drill":false'),
        lambda record: _edit(next(record.glob("*/paper.json")), '"for"', '"against"'),
        lambda record: _edit(record / "result.json", '"heads":3', '"heads":4'),
        lambda record: _edit(record / "audit.json", "AGREE", "REFUSE"),
        lambda record: (record / "result.sig").write_text(json.dumps({"signature": "00" * 64})),
        lambda record: next(record.glob("*/roll.json")).write_bytes(b"{}"),
        lambda record: _cut(next(record.glob("*/area.bel"))),
    ],
    ids=["head", "co-signature", "paper", "result", "verdict", "result signature", "roll", "archive"],
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


def test_once_there_is_a_result_nobody_decrypts_any_more(held: Hall) -> None:
    before = sorted((held.convenor.folder / "partial-decryptions").iterdir())
    held.must("trustee", "trustee3", "decrypt")
    assert sorted((held.convenor.folder / "partial-decryptions").iterdir()) == before


def test_a_folder_that_others_may_open_is_refused(held: Hall, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert registrar.main(["people", "--folder", str(tmp_path), "--exchange", str(held.convenor.path)]) == 1
