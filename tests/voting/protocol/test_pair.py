"""Two archives of one vote belong together, and nothing else does (facts 12)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backend.voting.errors import VerificationError
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.verifier import VerifiedArchive, verify_archive, verify_pair
from tests.voting.simulator import AREAS, Pieces, hold, the_areas, the_election, the_heads

HEADS = dict.fromkeys(AREAS, 1)


def verified(pieces: Pieces, tmp_path: Path, order: str | None = None) -> VerifiedArchive:
    return verify_archive(pieces.save(tmp_path / f"{hex_sha256(pieces.write(order))}.bel", order))


def archives(tmp_path: Path, heads: Pieces, area: Pieces) -> tuple[VerifiedArchive, VerifiedArchive]:
    return verified(heads, tmp_path), verified(area, tmp_path)


def part(tmp_path: Path, heads: Pieces, area: Pieces) -> tuple[str, str | None]:
    """Verify both archives, which must be right by themselves, and return why they do not belong together."""
    pair = archives(tmp_path, heads, area)
    with pytest.raises(VerificationError) as caught:
        verify_pair(*pair)
    return caught.value.rule, caught.value.event


def test_two_archives_of_one_vote_belong_together(tmp_path: Path) -> None:
    verify_pair(*archives(tmp_path, the_heads(), the_areas()))


def test_two_archives_may_be_at_different_stages_after_the_same_ballots(tmp_path: Path) -> None:
    verify_pair(verified(the_heads(), tmp_path), verified(the_areas(), tmp_path, "SBBBBET"))


def test_archives_of_two_elections_do_not_belong_together(tmp_path: Path) -> None:
    other = hold()
    assert part(tmp_path, the_heads(), other.pieces(AREAS)) == ("pair-election", None)


def test_the_same_trustees_under_other_names_do_not_pass_for_the_same_record(tmp_path: Path) -> None:
    area = the_areas()
    renamed = area.trustees.replace("受托人1".encode(), "受托人9".encode())
    assert part(tmp_path, the_heads(), replace(area, trustees=renamed)) == ("pair-trustees", None)


def test_a_list_without_one_elector_is_found(tmp_path: Path) -> None:
    fewer = {voter: area for voter, area in AREAS.items() if voter != "赵"}
    area = the_election().pieces(fewer)
    assert part(tmp_path, the_heads(), area) == ("pair-credentials", None)


def test_a_list_that_singles_out_one_voter_is_found(tmp_path: Path) -> None:
    """Facts 11g: with weights 1 and 0 the "result" is one person's vote; each archive alone looks right."""
    spy = the_election().pieces({**dict.fromkeys(AREAS, 0), "张": 1})
    assert verified(spy, tmp_path).result == ((0, 1, 0), (0, 0, 1, 1))
    assert part(tmp_path, spy, the_areas()) == ("heads-weight", None)
    assert part(tmp_path, the_heads(), spy) == ("area-weight", None)


def test_the_archive_of_the_heads_is_no_archive_of_the_areas(tmp_path: Path) -> None:
    assert part(tmp_path, the_heads(), the_heads()) == ("pair-same-list", None)


def test_a_head_counted_twice_is_found(tmp_path: Path) -> None:
    assert part(tmp_path, the_election().pieces({**HEADS, "李": 2}), the_areas()) == ("heads-weight", None)


def test_a_ballot_dropped_from_one_board_is_found(tmp_path: Path) -> None:
    """Attack 7."""
    held = the_election()
    fewer = held.pieces(AREAS, [*held.ballots[:1], *held.ballots[2:]])
    assert part(tmp_path, the_heads(), fewer) == ("pair-ballots", "height 2 Ballot")


def test_a_board_that_goes_on_longer_is_found(tmp_path: Path) -> None:
    """Attack 6: one reader is shown less than the other."""
    fewer = the_election().pieces(AREAS, the_election().ballots[:3])
    assert part(tmp_path, the_heads(), fewer) == ("pair-ballots", "height 4 Ballot")


def test_a_revote_put_before_the_vote_it_replaces_is_found(tmp_path: Path) -> None:
    """Attack 7, reorder: the older choice would count by area, the newer by heads."""
    held = the_election()
    first, second, revote, last = held.ballots
    swapped = held.pieces(AREAS, [revote, second, first, last])
    assert part(tmp_path, the_heads(), swapped) == ("pair-ballots", "height 1 Ballot")
