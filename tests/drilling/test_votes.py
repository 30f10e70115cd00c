"""VOTES.csv as the drill reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.drilling.agenda import read_agenda
from scripts.drilling.faults import InputRefused
from scripts.drilling.roll_sheet import read_roll
from scripts.drilling.votes import Vote, read_votes
from tests.drilling.community import ITEMS, VOTES, a_community, write_votes


def read(tmp_path: Path, *rows: tuple[str, ...], items: tuple[str, ...] = ITEMS) -> tuple[Vote, ...]:
    files = a_community(tmp_path)
    votes = write_votes(tmp_path / "VOTES.csv", rows, items)
    return read_votes(votes, read_agenda(files.assembly), read_roll(files.roll))


def test_rows_keep_their_order_and_number_and_only_filled_cells(tmp_path: Path) -> None:
    votes = read(tmp_path, *VOTES)
    assert [vote.row for vote in votes] == list(range(2, len(VOTES) + 2))
    assert votes[11].choices == {"fund": "for"}
    assert votes[12].choices == {}


def test_candidates_may_stand_apart_by_blanks(tmp_path: Path) -> None:
    [vote] = read(tmp_path, ("1-1-101", "e", "", "", "c1; c3 ;"))
    assert vote.choices == {"committee": "c1;c3"}


def test_a_unit_without_stair_may_be_called_without_the_gap(tmp_path: Path) -> None:
    [vote] = read(tmp_path, ("3-B01", "e", "for", "", ""))
    assert vote.unit == "3--B01"


def test_more_names_than_seats_are_read_since_refusing_them_is_the_vote_s_affair(tmp_path: Path) -> None:
    [vote] = read(tmp_path, ("1-1-101", "paper", "", "", "c1;c2;c3;c4;c5;c6"))
    assert vote.choices == {"committee": "c1;c2;c3;c4;c5;c6"}


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (("9-9-999", "e", "for", "", ""), "row 2, column unit: unit '9-9-999' is not on the roll"),
        (("1-1-101", "fax", "for", "", ""), "row 2, column channel: channel 'fax' is unknown"),
        (("1-1-101", "e", "maybe", "", ""), "row 2, column dismiss: 'maybe' is no choice of item dismiss"),
        (("1-1-101", "e", "invalid", "", ""), "row 2, column dismiss: 'invalid' is no choice"),
        (("1-1-101", "e", "for;against", "", ""), "is more than one choice"),
        (("1-1-101", "e", "", "", "c9"), "row 2, column committee: 'c9' is no choice"),
        (("1-1-101", "e", "", "", "c1;c1"), "a choice stands twice"),
        (("1-1-101", "e", "", "", "for"), "row 2, column committee: 'for' is no choice"),
        (("1-1-101", "e", "for", "", "", "stray"), "row 2: 'stray' stands under no column"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_and_remedy(
    tmp_path: Path, row: tuple[str, ...], named: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, row)
    text = str(refused.value)
    assert text.startswith("VOTES.csv, row 2")
    assert named in text
    assert "; " in text


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="row 1, column weather: the column is unknown"):
        read(tmp_path, items=(*ITEMS, "weather"))


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="row 1, column fund: the column is missing"):
        read(tmp_path, items=("dismiss", "committee"))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    files = a_community(tmp_path)
    files.votes.write_text("")
    with pytest.raises(InputRefused, match="the file is empty"):
        read_votes(files.votes, read_agenda(files.assembly), read_roll(files.roll))
