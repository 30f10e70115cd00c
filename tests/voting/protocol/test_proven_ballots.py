"""What was proven in one archive of a vote is not proven again in the other; nothing else is spared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backend.voting.errors import VerificationError
from backend.voting.protocol.verifier import verify_archive, verify_pair
from tests.voting.forgery import forged
from tests.voting.simulator import AREAS, Held, Pieces, hold, the_areas, the_election, the_heads


def refused(pieces: Pieces, proven: Pieces, tmp_path: Path) -> tuple[str, str | None]:
    """Verify `pieces` after `proven`, and return the rule broken and where."""
    first = verify_archive(proven.save(tmp_path / "heads.bel"))
    with pytest.raises(VerificationError) as caught:
        verify_archive(pieces.save(tmp_path / "area.bel"), proven=first)
    return caught.value.rule, caught.value.event


def a_forgery(held: Held) -> bytes:
    """A ballot of the first voter with a proof that does not hold."""

    def spoil(fields: dict[str, object]) -> None:
        proof = fields["answers"][0]["overall_proof"][0]  # type: ignore[index]
        proof["response"] = str(int(proof["response"]) - 1)

    return forged(held.cast("赵", VOTE), held.secret("赵"), spoil)


VOTE = [[1, 0, 0], [0, 1, 0, 0]]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_archive_with_proven_ballots_says_what_it_says_alone(tmp_path: Path, workers: int) -> None:
    heads = verify_archive(the_heads().save(tmp_path / "heads.bel"))
    path = the_areas().save(tmp_path / "area.bel")
    told: list[tuple[int, int]] = []
    found = verify_archive(
        path, final=True, workers=workers, proven=heads, progress=lambda *far: told.append(far)
    )
    alone = verify_archive(path, final=True)
    assert (found.result, found.head_hash, list(found.ballots)) == (
        alone.result,
        alone.head_hash,
        list(alone.ballots),
    )
    assert told[-1] == (len(alone.ballot_hashes), len(alone.ballot_hashes))
    verify_pair(heads, found)


def test_a_ballot_that_was_not_proven_before_is_proven_now(tmp_path: Path) -> None:
    held = the_election()
    more = held.pieces(AREAS, [held.ballots[0], a_forgery(held), *held.ballots[1:]])
    assert refused(more, the_heads(), tmp_path) == ("overall-proof", "height 2 Ballot")


def test_proven_ballots_count_for_nothing_in_another_election(tmp_path: Path) -> None:
    other = replace(hold().pieces(AREAS), ballots=the_areas().ballots)
    assert refused(other, the_heads(), tmp_path) == ("ballot-election", "height 1 Ballot")


def test_a_proven_ballot_of_a_credential_that_is_not_listed_here_is_refused(tmp_path: Path) -> None:
    held = the_election()
    listed = {voter: area for voter, area in AREAS.items() if voter != "李"}
    strange = replace(the_areas(), credentials=held.credentials(listed))
    assert refused(strange, the_heads(), tmp_path)[0] == "ballot-credential"
