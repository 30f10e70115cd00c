"""The command line is read strictly, and people can read what it prints."""

from __future__ import annotations

import io

import pytest

from backend.voting.record.command import Teller, main
from tests.voting.record.elections import the_folder


@pytest.fixture
def folder(tmp_path):
    """The honest election on the disk."""
    return the_folder().write(tmp_path / "election")


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["election", "--roll", "election/roll.json"], "FOLDER"),
        (["election/heads.bel", "election/area.bel", "election"], "FOLDER"),
        (["election/heads.bel", "election/area.bel", "--roll", "election/roll.json"], "--manifest"),
        (["election/heads.bel", "election/area.bel", "--paper", "election/paper.json"], "--roll"),
        (["election/heads.bel", "election/gone.bel"], "gone.bel"),
        (["gone.bel"], "gone.bel"),
    ],
)
def test_wrong_use_names_the_remedy(args, named, folder, capsys):
    paths = [arg if arg.startswith("--") else str(folder.parent / arg) for arg in args]

    assert main(paths) == 2
    assert named in capsys.readouterr().err


def test_the_electronic_outcome_is_named_as_such_when_the_paper_is_not_given(folder, capsys):
    pins = ["--manifest", str(folder / "manifest.json"), "--roll", str(folder / "roll.json")]

    assert main([str(folder / "heads.bel"), str(folder / "area.bel"), *pins]) == 0
    told = capsys.readouterr().out
    assert "the electronic ballots ALONE" in told
    assert "it needs manifest.json, roll.json and paper.json" in told


def test_a_pair_alone_is_compared_and_gives_no_outcome(folder, capsys):
    assert main([str(folder / "heads.bel"), str(folder / "area.bel")]) == 0
    told = capsys.readouterr().out
    assert "holds    pair  both archives" in told
    assert "Outcome" not in told


def test_the_manifest_alone_is_enough_for_the_electronic_outcome(folder, capsys):
    pins = ["--manifest", str(folder / "manifest.json")]

    assert main([str(folder / "heads.bel"), str(folder / "area.bel"), *pins]) == 0
    assert "Outcome of every item" in capsys.readouterr().out


def test_what_people_read_holds_every_figure_once(folder, capsys):
    assert main([str(folder)]) == 0
    told = capsys.readouterr().out
    for line in (
        "heads.bel: 4 ballots by 4 of 6 electors",
        "Scope: all",
        "THIS IS A DRILL: nothing in it was decided by owners.",
        "  fund: PASSED",
        "    for                3 heads        220.00 m2",
        "    against            1 heads         70.00 m2",
        "    c6                 1 heads         60.00 m2",
        "  1  holds    records  heads.bel, area.bel",
    ):
        assert told.count(f"{line}\n") == 1


def test_an_archive_that_is_no_archive_is_refused(folder, capsys):
    assert main([str(folder / "roll.json")]) == 1
    told = capsys.readouterr().out
    assert told.startswith("Election unknown\n")
    assert "an earlier check was refused" in told


class Screen(io.StringIO):
    """A stream that is, or is not, a terminal."""

    def __init__(self, *, terminal):
        super().__init__()
        self._terminal = terminal

    def isatty(self):
        return self._terminal


@pytest.mark.parametrize(
    ("terminal", "told"),
    [
        (True, "30 of 400 ballots checked\r90 of 400 ballots checked\r400 of 400 ballots checked\n"),
        (False, "90 of 400 ballots checked\n400 of 400 ballots checked\n"),
    ],
)
def test_long_work_is_told_as_it_goes_and_sooner_on_a_terminal(terminal, told):
    moments = iter([0.0, 0.1, 1.0, 1.2, 7.0, 7.1])
    screen = Screen(terminal=terminal)
    teller = Teller(screen, lambda: next(moments))

    for done in (10, 30, 40, 90, 400):
        teller(done, 400)

    assert screen.getvalue() == told


def test_short_work_says_nothing():
    screen = Screen(terminal=False)
    teller = Teller(screen, lambda: 0.0)

    teller(10, 10)

    assert screen.getvalue() == ""
