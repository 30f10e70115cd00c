"""Sums of encrypted ballots, and results."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol import tally as tally_module
from backend.voting.protocol.ballot import make_ballot, parse_ballot
from backend.voting.protocol.decryption import combine
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.group import BELENIOS_2048 as GROUP
from backend.voting.protocol.proofs import Ciphertext
from backend.voting.protocol.tally import (
    EncryptedTally,
    Matrix,
    SizedTally,
    TallyAccumulator,
    check_result,
    encrypted_tally,
    find_result,
    parse_result,
    result_bytes,
)
from tests.voting.protocol.trustee_makers import (
    ORDER_TWO,
    decrypt,
    election_for,
    encrypt_choices,
    mandatory_trustees,
    tally_of,
)

SECRETS, TRUSTEES = mandatory_trustees(1)
ELECTION = election_for(TRUSTEES)
SUMS = ((3, 0, 4), (0, 7, 1, 0, 2))


def result_of(tally: EncryptedTally, total_weight: int) -> Matrix:
    return find_result(tally, factors_of(tally), total_weight)


def factors_of(tally: EncryptedTally) -> Matrix:
    return combine(TRUSTEES, decrypt(ELECTION, TRUSTEES, SECRETS, tally), tally)


def plain_tally(sums: Matrix) -> tuple[EncryptedTally, Matrix]:
    """Return a tally that is not masked at all, and the factors that leave it so."""
    questions = tuple(tuple(Ciphertext(1, GROUP.power_g(each)) for each in row) for row in sums)
    return EncryptedTally(questions), tuple(tuple(1 for _ in row) for row in sums)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(st.lists(st.integers(0, 1), min_size=8, max_size=8), st.integers(0, 9999)), max_size=3)
)
def test_the_decrypted_tally_is_the_weighted_sum_of_the_choices(votes: list[tuple[list[int], int]]) -> None:
    accumulator = TallyAccumulator(ELECTION)
    for bits, weight in votes:
        accumulator.add(encrypt_choices(ELECTION, (bits[:3], bits[3:])), weight)
    total = [sum(bits[column] * weight for bits, weight in votes) for column in range(8)]
    assert accumulator.sized().num_tallied == len(votes)
    assert accumulator.sized().total_weight == sum(weight for _, weight in votes)
    found = result_of(accumulator.encrypted(), accumulator.total_weight)
    assert found == (tuple(total[:3]), tuple(total[3:]))


def test_the_last_ballot_of_a_credential_is_the_one_that_counts() -> None:
    credential, other = GROUP.random_scalar(), GROUP.random_scalar()
    cast = [
        (credential, [[1, 0, 0], [1, 0, 0, 0, 0]]),
        (other, [[0, 0, 1], [0, 0, 0, 1, 0]]),
        (credential, [[0, 1, 0], [0, 1, 1, 0, 0]]),
    ]
    ballots = [(parse_ballot(ELECTION, make_ballot(ELECTION, key, choices)), 5) for key, choices in cast]
    assert result_of(encrypted_tally(ELECTION, ballots), 10) == ((0, 5, 5), (0, 5, 5, 5, 0))


def test_a_ballot_taken_back_leaves_the_tally_as_it_was() -> None:
    kept, dropped = (encrypt_choices(ELECTION, SUMS) for _ in range(2))
    accumulator = TallyAccumulator(ELECTION)
    accumulator.add(kept, 3)
    before = accumulator.sized()
    accumulator.add(dropped, 11)
    assert accumulator.sized() != before
    accumulator.remove(dropped, 11)
    assert accumulator.sized() == before


def test_no_ballot_at_all_is_a_tally_of_zeros() -> None:
    empty = TallyAccumulator(ELECTION)
    assert empty.sized().num_tallied == 0
    assert result_of(empty.encrypted(), 0) == ((0, 0, 0), (0, 0, 0, 0, 0))


def test_a_tally_is_written_and_read_to_the_same_bytes() -> None:
    tally = tally_of(ELECTION, SUMS)
    assert EncryptedTally.parse(ELECTION, tally.to_bytes()) == tally


def swap_alpha(number: int) -> Callable[[list[Any]], object]:
    return lambda rows: rows[0][0].update(alpha=str(number))


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("element-membership", swap_alpha(0)),
        ("element-membership", swap_alpha(ORDER_TWO)),
        ("decimal-range", swap_alpha(GROUP.p + 1)),
        ("decimal", swap_alpha(-1)),
        ("shape", lambda rows: rows.pop()),
        ("shape", lambda rows: rows[1].pop()),
        ("shape", lambda rows: rows[0].append(rows[0][0])),
        ("fields", lambda rows: rows[0][0].update(gamma="1")),
    ],
)
def test_a_damaged_tally_is_refused(rule: str, damage: Callable[[list[Any]], object]) -> None:
    rows = json.loads(tally_of(ELECTION, SUMS).to_bytes())
    damage(rows)
    with pytest.raises(VerificationError) as refusal:
        EncryptedTally.parse(ELECTION, compact(rows))
    assert refusal.value.rule == rule


def test_a_tally_spelled_with_spaces_is_refused() -> None:
    with pytest.raises(FormatError, match="canonical"):
        EncryptedTally.parse(ELECTION, tally_of(ELECTION, SUMS).to_bytes().replace(b",", b", "))


@pytest.mark.parametrize("weight", [0, 2**30 - 1, 2**30, 10**15])
def test_a_sized_tally_is_written_and_read_for_every_weight(weight: int) -> None:
    sized = SizedTally(3, weight, "0" * 64)
    assert SizedTally.parse(sized.to_bytes()) == sized


def test_a_large_weight_is_a_string_as_the_peer_writes_it() -> None:
    assert SizedTally(3, 7_000_000_008, "00").to_bytes() == (
        b'{"num_tallied":3,"total_weight":"7000000008","encrypted_tally":"00"}'
    )


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_every_sum_up_to_the_total_weight_is_found(data: st.DataObject) -> None:
    bound = data.draw(st.integers(0, 20_000))
    row = tuple(
        data.draw(st.lists(st.sampled_from([0, bound, bound // 2, bound // 3]), min_size=1, max_size=3))
    )
    assert find_result(*plain_tally((row,)), bound) == (row,)


def test_a_search_wider_than_its_table_still_finds_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "TABLE_LIMIT", 10)
    assert find_result(*plain_tally(((0, 9, 10, 95, 100),)), 100) == ((0, 9, 10, 95, 100),)


@pytest.mark.parametrize("value", [101, GROUP.q - 1, 10**30])
def test_a_sum_outside_the_total_weight_is_refused_and_not_searched_for(value: int) -> None:
    with pytest.raises(VerificationError) as refusal:
        find_result(*plain_tally(((value,),)), 100)
    assert refusal.value.rule == "result-range"


def test_an_absurd_total_weight_is_refused_and_not_searched() -> None:
    with pytest.raises(VerificationError) as refusal:
        find_result(*plain_tally(((1,),)), 10**30)
    assert refusal.value.rule == "weight-limit"


def test_the_true_result_is_accepted() -> None:
    tally = tally_of(ELECTION, SUMS)
    check_result(tally, factors_of(tally), SUMS, 7)


@pytest.mark.parametrize(
    ("rule", "claimed", "total_weight"),
    [("result", 4, 7), ("result-range", 3 + GROUP.q, 7), ("result-range", 3, 2), ("result-range", -1, 7)],
)
def test_any_other_result_is_refused(rule: str, claimed: int, total_weight: int) -> None:
    tally = tally_of(ELECTION, SUMS)
    with pytest.raises(VerificationError) as refusal:
        check_result(tally, factors_of(tally), ((claimed, *SUMS[0][1:]), SUMS[1]), total_weight)
    assert refusal.value.rule == rule


def test_a_result_is_written_and_read_to_the_same_numbers() -> None:
    result = ((0, 2**30 - 1, 2**30), (0, 1, 2, 3, 10**12))
    assert parse_result(ELECTION, result_bytes(result)) == result


@pytest.mark.parametrize(
    ("rule", "raw"),
    [
        ("shape", b'{"result":[[0,0,0]]}'),
        ("shape", b'{"result":[[0,0,0],[0,0,0,0]]}'),
        ("integer", b'{"result":[[0,0,-1],[0,0,0,0,0]]}'),
        ("weight", b'{"result":[[0,0,"1"],[0,0,0,0,0]]}'),
        ("fields", b'{"result":[[0,0,0],[0,0,0,0,0]],"note":""}'),
    ],
)
def test_a_result_of_another_form_is_refused(rule: str, raw: bytes) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_result(ELECTION, raw)
    assert refusal.value.rule == rule
