"""The command line of the drill: what it refuses before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.drilling.command import main
from tests.drilling.community import a_community, roll_rows, write_roll, write_votes


def test_a_folder_that_is_not_empty_is_refused_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, out = a_community(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert main([*files.options(), "--out", str(out)]) == 2
    assert "is not an empty folder" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_a_missing_file_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = a_community(tmp_path)
    files.votes.unlink()
    assert main([*files.options(), "--out", str(tmp_path / "out")]) == 2
    assert "VOTES.csv is not there" in capsys.readouterr().err


def test_one_file_without_the_others_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--roll", str(a_community(tmp_path).roll)]) == 2
    assert "name all three files" in capsys.readouterr().err


def test_an_unknown_option_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--speed", "11"])
    assert stopped.value.code == 2


def test_refused_content_ends_with_1_names_the_cell_and_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, out, keep = a_community(tmp_path), tmp_path / "out", tmp_path / "keep"
    write_votes(files.votes, [("9-9-999", "e", "for", "", "")])
    assert main([*files.options(), "--out", str(out), "--keep", str(keep)]) == 1
    assert "VOTES.csv, row 2, column unit: unit '9-9-999' is not on the roll" in capsys.readouterr().err
    assert not out.exists()
    assert not keep.exists()


def test_faults_of_the_roll_end_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = a_community(tmp_path)
    rows = roll_rows()
    rows[1][4] = None
    write_roll(files.roll, rows)
    assert main([*files.options(), "--out", str(tmp_path / "out")]) == 1
    assert "ROLL.xlsx, row 2, column 建筑面积: the unit has no area" in capsys.readouterr().err
