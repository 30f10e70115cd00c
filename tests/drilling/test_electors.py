"""Who stands for whom in a drill."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.drilling.agenda import read_agenda
from scripts.drilling.electors import Electorate, find_electors
from scripts.drilling.faults import InputRefused
from scripts.drilling.roll_sheet import read_roll
from tests.drilling.community import a_community


@pytest.fixture
def electorate(tmp_path: Path) -> Electorate:
    files = a_community(tmp_path)
    return find_electors(read_roll(files.roll), read_agenda(files.assembly))


def test_totals_are_the_heads_and_areas_of_each_scope(electorate: Electorate) -> None:
    totals = {scope: (total.area, total.heads) for scope, total in electorate.totals.items()}
    assert totals == {"all": (106174, 10), "building:2": (49089, 5)}


def test_a_couple_is_one_elector_in_whatever_order_it_is_named(electorate: Electorate) -> None:
    assert electorate.of("1-1-201") is electorate.of("2-1-102")
    assert electorate.of("1-1-201").areas == {"all": 19025, "building:2": 7000}


def test_a_unit_that_does_not_count_leads_to_its_owner_s_elector(electorate: Electorate) -> None:
    assert electorate.of("3--B01") is electorate.of("1-1-101")
    assert electorate.of("3--B01").counted == {"1-1-101"}


def test_the_developer_stands_for_what_is_not_delivered_and_has_its_own_phone(electorate: Electorate) -> None:
    developer = electorate.of("2-1-301")
    assert developer is electorate.of("2-1-302")
    assert (developer.phone, developer.areas["all"]) == ("13900001234", 12100)


def test_an_elector_outside_a_scope_has_no_area_there(electorate: Electorate) -> None:
    assert electorate.of("1-1-102").areas == {"all": 9050}


def test_a_scope_without_units_is_refused_before_anything_starts(tmp_path: Path) -> None:
    files = a_community(tmp_path, edits={"building:2": "building:7"})
    with pytest.raises(InputRefused, match="scope building:7"):
        find_electors(read_roll(files.roll), read_agenda(files.assembly))
