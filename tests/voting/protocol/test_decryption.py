"""Decryption shares of mandatory and threshold trustees, and what they unlock together."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.voting.errors import VerificationError
from backend.voting.protocol.decryption import (
    check_partial_decryption,
    combine,
    lagrange,
    partial_decryption,
)
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.group import BELENIOS_2048 as GROUP
from backend.voting.protocol.key_ceremony import TrusteeShare
from backend.voting.protocol.tally import find_result
from backend.voting.protocol.trustees import Trustees
from tests.voting.protocol.trustee_makers import (
    ORDER_TWO,
    Ceremony,
    decrypt,
    election_for,
    hold_ceremony,
    mandatory_trustees,
    tally_of,
)

SUMS = ((3, 0, 4), (0, 7, 1, 0, 2))


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return hold_ceremony(3, 2)


def test_all_mandatory_trustees_together_decrypt() -> None:
    secrets, trustees = mandatory_trustees(3)
    election = election_for(trustees)
    tally = tally_of(election, SUMS)
    factors = combine(trustees, decrypt(election, trustees, secrets, tally), tally)
    assert find_result(tally, factors, 7) == SUMS


def test_a_missing_mandatory_trustee_is_named_and_nothing_is_decrypted() -> None:
    secrets, trustees = mandatory_trustees(3)
    election = election_for(trustees)
    tally = tally_of(election, SUMS)
    del secrets[2]
    with pytest.raises(VerificationError, match="保管人2") as refusal:
        combine(trustees, decrypt(election, trustees, secrets, tally), tally)
    assert refusal.value.rule == "decryption-missing"


@pytest.mark.parametrize(("size", "threshold"), [(1, 1), (3, 2), (4, 3), (3, 3)])
def test_any_k_of_n_trustees_find_the_same_result_and_fewer_none(size: int, threshold: int) -> None:
    held = hold_ceremony(size, threshold)
    election = election_for(held.trustees)
    tally = tally_of(election, SUMS)
    shares = decrypt(election, held.trustees, held.secrets, tally)
    for count in range(threshold, size + 1):
        for some in combinations(shares, count):
            assert find_result(tally, combine(held.trustees, some, tally), 7) == SUMS
    for few in combinations(shares, threshold - 1):
        with pytest.raises(VerificationError) as refusal:
            combine(held.trustees, few, tally)
        assert refusal.value.rule == "decryption-missing"


def test_fewer_trustees_who_pretend_to_be_enough_find_nothing(ceremony: Ceremony) -> None:
    election = election_for(ceremony.trustees)
    tally = tally_of(election, SUMS)
    (share, *_) = decrypt(election, ceremony.trustees, ceremony.secrets, tally)
    with pytest.raises(VerificationError) as refusal:
        find_result(tally, share.factors, 10_000)
    assert refusal.value.rule == "result-range"


def test_a_mandatory_trustee_beside_a_threshold_group_must_decrypt_too(ceremony: Ceremony) -> None:
    secrets, alone = mandatory_trustees(1)
    (_, single), (_, group) = json.loads(alone.raw)[0], json.loads(ceremony.trustees.raw)[0]
    trustees = Trustees.create([single], [group])
    election = election_for(trustees)
    tally = tally_of(election, SUMS)
    assert trustees.thresholds == ((1, 1), (2, 3))
    held = secrets | {index + 1: secret for index, secret in ceremony.secrets.items()}
    shares = {each.owner: each for each in decrypt(election, trustees, held, tally)}
    chosen = [shares[owner] for owner in (1, 2, 4)]
    assert trustees.can_decrypt({1, 2, 4})
    assert not trustees.can_decrypt({2, 3, 4})
    assert find_result(tally, combine(trustees, chosen, tally), 7) == SUMS
    with pytest.raises(VerificationError, match="保管人1"):
        combine(trustees, [shares[owner] for owner in (2, 3, 4)], tally)


def scale_factor(by: int) -> Callable[[dict[str, Any]], object]:
    def damage(share: dict[str, Any]) -> None:
        row = share["decryption_factors"][0]
        row[0] = str(int(row[0]) * by % GROUP.p)

    return damage


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("decryption-proof", scale_factor(GROUP.g)),
        ("element-membership", scale_factor(ORDER_TWO)),
        ("element-membership", scale_factor(0)),
        ("decryption-proof", lambda share: share["decryption_factors"][1].reverse()),
        ("decryption-proof", lambda share: share["decryption_proofs"][0][0].update(response="1")),
        ("decimal-range", lambda share: share["decryption_proofs"][0][0].update(response=str(GROUP.q))),
        ("shape", lambda share: share["decryption_proofs"][0].pop()),
        ("shape", lambda share: share["decryption_factors"].pop()),
        ("fields", lambda share: share.pop("decryption_proofs")),
        ("fields", lambda share: share.update(note="")),
    ],
)
def test_a_damaged_share_is_refused_naming_its_trustee_and_the_others_still_decrypt(
    ceremony: Ceremony, rule: str, damage: Callable[[dict[str, Any]], object]
) -> None:
    trustees = ceremony.trustees
    election = election_for(trustees)
    tally = tally_of(election, SUMS)
    share = json.loads(partial_decryption(election, ceremony.secrets[2], tally))
    damage(share)
    with pytest.raises(VerificationError, match=r"trustee 2 \(保管人2\)") as refusal:
        check_partial_decryption(election, trustees, 2, tally, compact(share))
    assert refusal.value.rule == rule
    others = {owner: secret for owner, secret in ceremony.secrets.items() if owner != 2}
    factors = combine(trustees, decrypt(election, trustees, others, tally), tally)
    assert find_result(tally, factors, 7) == SUMS


def test_a_share_counts_only_for_its_own_trustee_tally_and_election(ceremony: Ceremony) -> None:
    trustees = ceremony.trustees
    election, other_election = election_for(trustees), election_for(trustees)
    tally, other_tally = tally_of(election, SUMS), tally_of(election, SUMS)
    share = partial_decryption(election, ceremony.secrets[1], tally)
    check_partial_decryption(election, trustees, 1, tally, share)
    for place in ((election, 2, tally), (election, 1, other_tally), (other_election, 1, tally)):
        with pytest.raises(VerificationError) as refusal:
            check_partial_decryption(place[0], trustees, place[1], place[2], share)
        assert refusal.value.rule == "decryption-proof"


@pytest.mark.parametrize("owner", [0, 4, -1])
def test_a_share_of_nobody_is_refused(ceremony: Ceremony, owner: int) -> None:
    election = election_for(ceremony.trustees)
    tally = tally_of(election, SUMS)
    share = partial_decryption(election, ceremony.secrets[1], tally)
    with pytest.raises(VerificationError) as refusal:
        check_partial_decryption(election, ceremony.trustees, owner, tally, share)
    assert refusal.value.rule == "trustee-owner"


def test_two_shares_of_one_trustee_do_not_count_as_two(ceremony: Ceremony) -> None:
    election = election_for(ceremony.trustees)
    tally = tally_of(election, SUMS)
    (first, *_) = decrypt(election, ceremony.trustees, ceremony.secrets, tally)
    with pytest.raises(VerificationError) as refusal:
        combine(ceremony.trustees, [first, replace(first)], tally)
    assert refusal.value.rule == "decryption-duplicate"


def test_a_kept_share_decrypts_after_being_read_from_its_folder(ceremony: Ceremony) -> None:
    kept = [TrusteeShare.from_json(json.loads(json.dumps(share.to_json()))) for share in ceremony.shares]
    assert kept == list(ceremony.shares)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_lagrange_weights_recover_a_polynomial_at_zero(data: st.DataObject) -> None:
    threshold = data.draw(st.integers(1, 6))
    coefficients = data.draw(st.lists(st.integers(0, GROUP.q - 1), min_size=threshold, max_size=threshold))
    present = data.draw(st.lists(st.integers(1, 30), min_size=threshold, max_size=threshold, unique=True))
    values = {at: sum(c * at**power for power, c in enumerate(coefficients)) for at in present}
    recovered = sum(lagrange(GROUP, present, at) * value for at, value in values.items())
    assert recovered % GROUP.q == coefficients[0]
