"""ASSEMBLY.toml as the drill reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.drilling.agenda import read_agenda
from scripts.drilling.faults import InputRefused
from tests.drilling.community import ALL_MUST, TWO_OF_THREE, a_community


def agenda(tmp_path: Path, people: str = ALL_MUST, **edits: str):
    return read_agenda(a_community(tmp_path, people, edits=edits.get("edits")).assembly)  # type: ignore[arg-type]


def refused(tmp_path: Path, old: str, new: str, people: str = ALL_MUST) -> str:
    with pytest.raises(InputRefused) as error:
        read_agenda(a_community(tmp_path, people, edits={old: new}).assembly)
    return str(error.value)


def test_voting_opens_at_the_earliest_lawful_instant_and_closes_at_midnight(tmp_path: Path) -> None:
    read = agenda(tmp_path)
    assert read.opens_at.isoformat() == "2026-03-17T00:00:00+08:00"
    assert read.closes_at.isoformat() == "2026-03-22T00:00:00+08:00"


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    read = agenda(tmp_path)
    assert (read.threshold, read.max_changes) == (None, 0)
    assert len({one.organisation for one in (*read.trustees, *read.auditors)}) == 4


def test_a_threshold_and_changes_are_read(tmp_path: Path) -> None:
    read = agenda(tmp_path, TWO_OF_THREE)
    assert (read.threshold, read.max_changes, len(read.trustees)) == (2, 1, 3)


def test_items_of_one_scope_make_one_election(tmp_path: Path) -> None:
    assert agenda(tmp_path).scopes() == ("all", "building:2")


def test_people_may_be_sent_by_one_body(tmp_path: Path) -> None:
    people = TWO_OF_THREE.replace('"测试保管人一"', '{ name = "测试保管人一", organisation = "测试单位" }')
    read = read_agenda(a_community(tmp_path, people).assembly)
    assert read.trustees[0].organisation == "测试单位"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("seats = 5", "seats = 6", "seats: item committee: 6 seats: a committee has an odd number"),
        ("seats = 5", "seats = 3", "wants at least 5"),
        ('id = "c2"', 'id = "c1"', "candidates: item committee: candidate id 'c1' stands twice"),
        ('name = "候选乙"', 'name = "候选甲"', "two candidates have one name"),
        ('"cn-shandong"', '"cn-nowhere"', "rule_pack: there is no rule pack 'cn-nowhere'"),
        ("matter = 4", "matter = 10", "item 1: matter: 10 does not fit"),
        ('scope = "building:2"', 'scope = "floor:2"', "item 2: scope: scope 'floor:2' is unknown"),
        ("voting_days = 5", "voting_days = 2", "voting_days: 2 voting days"),
        ("2026-03-01", '"soon"', "notice_date: not a day"),
        ('title = "解聘物业"', "", "item 1: title: the key is missing"),
        ("voting_days", "voting_dais", "voting_days: the key is missing"),
        ('community = "测试小区"', 'community = "测试小区"\nweather = "fine"', "weather: the key is unknown"),
        ('id = "fund"', 'id = "dismiss"', "item: item id 'dismiss' stands twice"),
        ('id = "fund"', 'id = "channel"', "cannot head a column of VOTES.csv"),
        ('phone = "13900001234"', 'phone = "112"', "developer.phone: '112' is no mobile number"),
        ('auditors = ["测试审计人一", "测试审计人二"]', "auditors = []", "auditors: not a list of names"),
        ("[developer]", "[developer", "not TOML in UTF-8"),
    ],
)
def test_a_wrong_key_is_named_with_its_remedy(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = refused(tmp_path, old, new)
    assert text.startswith("ASSEMBLY.toml")
    assert named in text
    assert "; " in text


def test_one_body_that_could_decrypt_alone_is_refused(tmp_path: Path) -> None:
    text = refused(tmp_path, "threshold = 2", "threshold = 1", TWO_OF_THREE)
    assert "alone could decrypt" in text


def test_a_threshold_above_the_trustees_is_refused(tmp_path: Path) -> None:
    assert "threshold: 4 of 3 trustees" in refused(tmp_path, "threshold = 2", "threshold = 4", TWO_OF_THREE)
