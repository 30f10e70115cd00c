from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.convenor import CLOSES
from tests.tools.hall import Hall, make_hall, prepare

RETURNED = [{"pseudonym": "E4", "labels": ["1-1-401"]}, {"pseudonym": "E2", "labels": ["1-1-201"]}]


@pytest.fixture
def closed(tmp_path: Path) -> Hall:
    """A vote that is over, with two papers at the desk."""
    hall = make_hall(tmp_path / "hall", trustees=1, threshold=None)
    prepare(hall)
    hall.convenor.fix()
    hall.convenor.close([], RETURNED)
    hall.set_clock(CLOSES)
    return hall


def enter(hall: Hall, person: str, rows: str) -> int:
    (hall.path / f"{person}.csv").write_text("unit,fund,board\n" + rows)
    return hall.run("counter", person, "enter", "--file", str(hall.path / f"{person}.csv"))


def combine(hall: Hall) -> int:
    folder = hall.convenor.folder
    signed = [str(path) for path in sorted((folder / "paper-entries").glob("*.json"))]
    words = ["--manifest-file", str(folder / "manifest.json"), "--to", str(hall.path / "paper.json")]
    return hall.run("counter", "counter1", "combine", *signed, *words)


def test_an_empty_cell_is_a_blank_and_candidates_come_in_ballot_order(closed: Hall) -> None:
    assert enter(closed, "counter1", "1-1-401,for,c2;c1\n1-1-201,,invalid\n") == 0
    (entered,) = (closed.convenor.folder / "paper-entries").iterdir()
    entries = json.loads(entered.read_bytes())["document"]["entries"]
    assert entries == [
        {"choices": {"board": "invalid", "fund": "blank"}, "pseudonym": "E2"},
        {"choices": {"board": ["c1", "c2"], "fund": "for"}, "pseudonym": "E4"},
    ]


@pytest.mark.parametrize(
    "rows",
    [
        "1-1-401,for,c1\n",
        "1-1-401,for,c1\n1-1-201,for,\n1-1-101,for,\n",
        "1-1-401,for,c1\n1-1-201,for,c9\n",
        "1-1-401,for,c1\n1-1-201,yes,\n",
        "1-1-401,for,c1\n1-1-401,for,c1\n1-1-201,for,\n",
    ],
    ids=["one is missing", "one never came back", "no such candidate", "no such choice", "one stands twice"],
)
def test_entries_that_do_not_fit_the_papers_at_the_desk_are_refused(closed: Hall, rows: str) -> None:
    assert enter(closed, "counter1", rows) != 0
    assert not (closed.convenor.folder / "paper-entries").exists()


def test_two_counters_who_differ_make_no_paper_file(closed: Hall) -> None:
    assert enter(closed, "counter1", "1-1-401,for,c1\n1-1-201,for,\n") == 0
    assert enter(closed, "counter2", "1-1-401,against,c1\n1-1-201,for,\n") == 0
    assert combine(closed) == 1


def test_one_counter_cannot_stand_for_two(closed: Hall) -> None:
    assert enter(closed, "counter1", "1-1-401,for,c1\n1-1-201,for,\n") == 0
    folder = closed.convenor.folder / "paper-entries"
    (entered,) = folder.iterdir()
    (folder / "copy.json").write_bytes(entered.read_bytes())
    assert combine(closed) == 1


def test_somebody_who_is_no_counter_cannot_sign(closed: Hall) -> None:
    assert enter(closed, "stranger", "1-1-401,for,c1\n1-1-201,for,\n") == 1
