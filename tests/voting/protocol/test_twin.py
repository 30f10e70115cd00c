"""The second archive of a pair is verified with what the first has proved, and never with less."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backend.voting.errors import VerificationError
from backend.voting.protocol.verifier import VerifiedArchive, verify_archive
from tests.voting.simulator import AREAS, Pieces, hold, the_areas, the_election, the_heads


def verified(tmp_path: Path, pieces: Pieces, **options: object) -> VerifiedArchive:
    return verify_archive(pieces.save(tmp_path / "archive.bel"), **options)  # type: ignore[arg-type]


def refused(
    tmp_path: Path, pieces: Pieces, twin: VerifiedArchive, workers: int = 1
) -> tuple[str, str | None]:
    with pytest.raises(VerificationError) as caught:
        verified(tmp_path, pieces, twin=twin, workers=workers)
    return caught.value.rule, caught.value.event


@pytest.fixture
def heads(tmp_path: Path) -> VerifiedArchive:
    return verify_archive(the_heads().save(tmp_path / "heads.bel"))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_archive_is_the_same_with_its_twin_as_without(
    tmp_path: Path, heads: VerifiedArchive, workers: int
) -> None:
    alone = verified(tmp_path, the_areas())
    assert verified(tmp_path, the_areas(), twin=heads, workers=workers) == alone


@pytest.mark.parametrize("workers", [1, 2])
def test_a_ballot_that_the_twin_has_not_is_proved(
    tmp_path: Path, heads: VerifiedArchive, workers: int
) -> None:
    ballots = list(the_areas().ballots)
    ballots[1] = _with_another_proof(ballots[1])
    forged = replace(the_areas(), ballots=ballots)
    assert refused(tmp_path, forged, heads, workers) == ("ballot-signature", "height 2 Ballot")


def test_a_twin_s_ballot_whose_credential_is_not_on_this_list_is_refused(
    tmp_path: Path, heads: VerifiedArchive
) -> None:
    first = heads.ballot_credentials[0]
    fewer = {name: area for name, area in AREAS.items() if the_election().credential(name) != first}
    stranger = replace(the_areas(), credentials=the_election().credentials(fewer))
    assert refused(tmp_path, stranger, heads) == ("ballot-credential", "height 1 Ballot")


def test_a_twin_of_another_election_spares_nothing(tmp_path: Path) -> None:
    alone = verified(tmp_path, the_areas())
    other = verify_archive(hold().heads.save(tmp_path / "other.bel"))
    claiming = replace(other, ballot_hashes=alone.ballot_hashes)
    assert verified(tmp_path, the_areas(), twin=claiming) == alone


def _with_another_proof(raw: bytes) -> bytes:
    """The ballot with the last digit of its signature's response changed."""
    head, mark, tail = raw.rpartition(b'"response":"')
    digits, quote, rest = tail.partition(b'"')
    changed = digits[:-1] + (b"1" if digits[-1:] != b"1" else b"2")
    return head + mark + changed + quote + rest
