"""The group: its parameters, its arithmetic both ways, and what is no element of it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol import group as group_module
from backend.voting.protocol.ballot import check_ballot, make_ballot, parse_ballot
from backend.voting.protocol.group import BELENIOS_2048 as GROUP
from tests.voting.protocol.elections import VOTER, an_election

P, Q, G = GROUP.p, GROUP.q, GROUP.g
COFACTOR = (P - 1) // Q
OF_ORDER_2 = P - 1
OF_ORDER_3 = next(root for root in (pow(base, (P - 1) // 3, P) for base in range(2, 99)) if root != 1)
OUTSIDE = {
    "zero": 0,
    "negative": -1,
    "the modulus": P,
    "an element plus the modulus": G + P,
    "order two": OF_ORDER_2,
    "order three": OF_ORDER_3,
    "an element times order two": G * OF_ORDER_2 % P,
    "an element times order three": G * OF_ORDER_3 % P,
    "a number of large order": 3,
    "a number of cofactor order": pow(3, Q, P),
}
scalars = st.integers(0, Q - 1) | st.sampled_from([0, 1, 2, Q - 1, Q - 2, 2**255, 15, 16, 255, 256])
few = settings(max_examples=10, deadline=None)


def test_the_parameters_make_a_group_of_prime_order() -> None:
    assert P.bit_length() == 2048
    assert Q.bit_length() == 256
    assert (P - 1) % Q == 0
    assert pow(G, Q, P) == 1 != G
    assert all(pow(base, P - 1, P) == 1 and pow(base, Q - 1, Q) == 1 for base in (2, 3, 5, 7))


def test_the_cofactor_has_no_small_divisor_but_two_and_three() -> None:
    small = [divisor for divisor in range(2, 2000) if COFACTOR % divisor == 0]
    assert small == [2, 3, 6]


@few
@given(base=scalars, exponents=st.lists(scalars, max_size=4))
def test_powers_that_share_work_equal_plain_powers(base: int, exponents: list[int]) -> None:
    assert GROUP.powers(base, exponents) == tuple(pow(base, exponent, P) for exponent in exponents)


@few
@given(secret=scalars, exponent=st.integers(-(2**300), 2**300) | scalars)
def test_a_table_of_powers_takes_any_exponent_modulo_the_order(secret: int, exponent: int) -> None:
    assert GROUP.power_g(exponent) == pow(G, exponent % Q, P)
    base = GROUP.power_g(7)
    assert GROUP.fixed(base)(secret) == GROUP.power_g(7 * secret)


def test_a_table_of_powers_is_made_once() -> None:
    assert GROUP.fixed(G) is GROUP.fixed(G)


def test_shared_powers_refuse_an_exponent_that_is_too_long() -> None:
    with pytest.raises(ValueError, match="zip"):
        GROUP.powers(G, [1, 2**256])


@few
@given(first=scalars, second=scalars)
def test_multiplying_adds_exponents_and_inverting_negates_them(first: int, second: int) -> None:
    assert GROUP.multiply(GROUP.power_g(first), GROUP.power_g(second)) == GROUP.power_g(first + second)
    assert GROUP.inverse(GROUP.power_g(first)) == GROUP.power_g(-first)
    assert GROUP.power(G, first) == GROUP.power_g(first)


def test_the_product_of_nothing_is_the_identity() -> None:
    assert GROUP.multiply() == GROUP.identity == 1
    assert GROUP.is_element(GROUP.identity)


@pytest.mark.parametrize("number", OUTSIDE.values(), ids=OUTSIDE)
def test_a_number_outside_the_group_is_no_element(number: int) -> None:
    assert not GROUP.is_element(number)
    with pytest.raises(VerificationError) as refusal:
        GROUP.check_element(number, "the key")
    assert refusal.value.rule == "element-membership"


@pytest.mark.parametrize("name", [name for name, number in OUTSIDE.items() if 0 <= number < P])
@pytest.mark.parametrize("exponents", [(), (5,), (0, 2**255)])
def test_powers_of_a_number_outside_the_group_are_refused(name: str, exponents: tuple[int, ...]) -> None:
    with pytest.raises(VerificationError) as refusal:
        GROUP.element_powers(OUTSIDE[name], exponents)
    assert refusal.value.rule == "element-membership"


def test_powers_of_an_element_come_with_its_membership_test() -> None:
    element = GROUP.power_g(99)
    assert GROUP.element_powers(element, (3, 4)) == (GROUP.power_g(297), GROUP.power_g(396))
    GROUP.check_element(element, "the key")


@pytest.mark.parametrize("text", [str(P), str(G) + "0" * 10, "0" + str(G), "+1", "1 ", "", "一", 1, None])
def test_only_the_canonical_text_of_a_number_below_the_modulus_is_read(text: object) -> None:
    with pytest.raises(FormatError):
        GROUP.parse(text, "a number")


def test_an_element_is_read_from_its_text() -> None:
    assert GROUP.parse(GROUP.text(G), "g") == G


def test_the_hash_is_sha256_of_prefix_and_decimals_modulo_the_order() -> None:
    expected = int(hashlib.sha256("sig|例|1,22,333".encode()).hexdigest(), 16) % Q
    assert GROUP.hash("sig|例|", [1, 22, 333]) == expected


def test_random_scalars_are_never_zero_and_differ() -> None:
    drawn = {GROUP.random_scalar() for _ in range(50)}
    assert len(drawn) == 50
    assert all(0 < scalar < Q for scalar in drawn)


def test_gmpy2_is_not_used_when_forbidden_or_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("YISHITING_NO_GMPY2", "1")
        assert group_module._find_gmpy2() is None
    monkeypatch.delenv("YISHITING_NO_GMPY2", raising=False)
    monkeypatch.setitem(sys.modules, "gmpy2", None)
    assert group_module._find_gmpy2() is None


PLAIN_VOTER = """
import sys
from backend.voting.protocol.ballot import Election, check_ballot, make_ballot, parse_ballot
from backend.voting.protocol.group import ARITHMETIC
assert ARITHMETIC == "python", ARITHMETIC
election, received = (bytes.fromhex(text) for text in sys.stdin.read().split())
election = Election.parse(election)
check_ballot(election, parse_ballot(election, received))
print(make_ballot(election, 5, [[1, 0, 0]]).decode(), end="")
"""


def test_plain_python_with_nothing_installed_makes_and_checks_the_same_ballots() -> None:
    election = an_election()
    sent = make_ballot(election, VOTER, [[0, 0, 1]])
    answered = subprocess.run(
        [sys.executable, "-S", "-W", "error", "-c", PLAIN_VOTER],
        input=f"{election.raw.hex()} {sent.hex()}".encode(),
        env=os.environ | {"YISHITING_NO_GMPY2": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=True,
    ).stdout
    check_ballot(election, parse_ballot(election, answered))
