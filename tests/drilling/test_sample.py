"""The sample in the repository: what its program makes, and as large and as varied as promised."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from backend.voting.law.roll import UnitKind
from scripts.drilling import sample
from scripts.drilling.play import Script, read_script
from scripts.drilling.table import read_pages


@pytest.fixture(scope="module")
def script() -> Script:
    return read_script(*(sample.FOLDER / name for name in ("ROLL.xlsx", "ASSEMBLY.toml", "VOTES.csv")))


def test_the_program_makes_the_committed_files_again(tmp_path: Path) -> None:
    sample.write(tmp_path)
    assert (tmp_path / "VOTES.csv").read_bytes() == (sample.FOLDER / "VOTES.csv").read_bytes()
    assert read_pages(tmp_path / "ROLL.xlsx") == read_pages(sample.FOLDER / "ROLL.xlsx")


def test_it_has_twelve_buildings_and_about_860_units_of_every_kind(script: Script) -> None:
    units = script.roll.units()
    assert len(units) == 860
    assert len({unit.building for unit in units}) == 12
    assert {unit.kind for unit in units} == set(UnitKind) - {UnitKind.OTHER}


def test_it_has_couples_second_homes_and_a_developer(script: Script) -> None:
    delivered = Counter(
        frozenset(unit.owners)
        for unit in script.roll.units()
        if unit.owners and unit.kind is UnitKind.HOME and script.electorate.keys[unit.id] != "DEV"
    )
    assert sum(len(owners) == 2 for owners in delivered) > 100
    assert sum(homes > 1 for homes in delivered.values()) > 20
    assert script.electorate.electors["DEV"].areas["all"] > 0


def test_it_decides_five_items_in_two_scopes(script: Script) -> None:
    items = {(item.id, item.matter, item.scope, item.seats) for item in script.agenda.items}
    assert items == {
        ("dismiss", 4, "all", None),
        ("hire", 4, "all", None),
        ("fund3", 5, "building:3", None),
        ("raise", 6, "all", None),
        ("committee", 3, "all", 5),
    }
    assert len(script.agenda.items[-1].candidates) == 8
    assert (script.agenda.threshold, len(script.agenda.trustees), len(script.agenda.auditors)) == (2, 3, 2)


def test_turnout_is_realistic_and_some_vote_on_paper_or_twice(script: Script) -> None:
    who = [script.electorate.keys[vote.unit] for vote in script.votes]
    turnout = len(set(who)) / script.electorate.totals["all"].heads
    assert 0.7 < turnout < 0.85
    assert len(who) > len(set(who))
    words = [word for vote in script.votes if vote.channel == "paper" for word in vote.choices.values()]
    assert {"invalid", "blank"} <= set(words)


def test_everything_in_it_is_plainly_invented(script: Script) -> None:
    rows = [cells for page in read_pages(sample.FOLDER / "ROLL.xlsx") for _, cells in page.rows[1:]]
    assert all(not name or name.startswith("测试") for cells in rows for name in cells[7].split("、"))
    assert all(not phone or phone.startswith("139000") for cells in rows for phone in cells[9].split("、"))
