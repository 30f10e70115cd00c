from __future__ import annotations

from pathlib import Path

import pytest

from backend.tools.choices import bits, parse_choices
from backend.tools.errors import ToolError, WrongUse
from backend.tools.folder import RoleFolder
from tests.tools.convenor import ITEMS


def test_what_is_written_is_read_back_and_private(tmp_path: Path) -> None:
    folder = RoleFolder(tmp_path / "role")
    folder.write("state.json", {"面积": 1})
    assert folder.read("state.json") == {"面积": 1}
    assert (folder.path / "state.json").stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_a_state_file_that_was_damaged_is_named(tmp_path: Path) -> None:
    folder = RoleFolder(tmp_path / "role")
    folder.write_bytes("state.json", b"{")
    with pytest.raises(ToolError, match="damaged"):
        folder.read("state.json")


def test_an_erased_file_is_overwritten_before_it_is_deleted(tmp_path: Path) -> None:
    folder = RoleFolder(tmp_path / "role")
    folder.write_bytes("codes.json", b"secret")
    (folder.path / "second-name").hardlink_to(folder.path / "codes.json")
    assert folder.erase("codes.json")
    assert not (folder.path / "codes.json").exists()
    assert (folder.path / "second-name").read_bytes() != b"secret"


def test_keys_are_made_once(tmp_path: Path) -> None:
    folder = RoleFolder(tmp_path / "role")
    assert folder.signing_key().public_hex == RoleFolder(tmp_path / "role").signing_key().public_hex
    assert folder.box_key().public_hex == RoleFolder(tmp_path / "role").box_key().public_hex


def test_items_left_out_are_abstentions_and_blank() -> None:
    assert bits(ITEMS, {}) == [[0, 0, 1], [1, 0, 0, 0, 0, 0, 0, 0]]


def test_choices_become_the_bits_of_the_ballot() -> None:
    assert bits(ITEMS, parse_choices(["fund=against", "board=c7;c1"])) == [
        [0, 1, 0],
        [0, 1, 0, 0, 0, 0, 0, 1],
    ]


@pytest.mark.parametrize(
    "chosen",
    [{"fund": "yes"}, {"board": "c9"}, {"board": "c1;c1"}, {"board": "c1;c2;c3;c4;c5;c6"}],
)
def test_a_choice_that_is_not_offered_is_refused(chosen: dict[str, str]) -> None:
    with pytest.raises(WrongUse):
        bits(ITEMS, chosen)


@pytest.mark.parametrize("pairs", [["fund"], ["fund="], ["fund=for", "fund=against"]])
def test_malformed_choices_are_refused(pairs: list[str]) -> None:
    with pytest.raises(WrongUse):
        parse_choices(pairs)
