"""Codes, the keys derived from them, and the public list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.credentials import (
    BASE58,
    MAX_WEIGHT,
    check_code,
    check_credential,
    check_uuid,
    credential_list,
    new_code,
    new_uuid,
    normalise_code,
    parse_credential_list,
    private_key,
    public_credential,
)
from backend.voting.protocol.group import BELENIOS_2048 as GROUP

VECTORS = Path(__file__).parent / "vectors"
CODES = (VECTORS / "codes.txt").read_text().split()
UUID = "SampLe2Vectors3"
CODE = CODES[0]

A, B, C = sorted(GROUP.power_g(secret) for secret in (11, 12, 13))


def test_the_peers_codes_give_the_peers_credentials_and_weights() -> None:
    weights = parse_credential_list((VECTORS / "public_creds.json").read_bytes().strip())
    assert weights == {public_credential(CODES[0], UUID): 1, public_credential(CODES[1], UUID): 8888}


def test_new_codes_are_well_formed_and_differ() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        check_code(code)
        assert len(code) == 19


def test_a_code_gives_unrelated_keys_in_different_elections() -> None:
    assert private_key(CODE, UUID) != private_key(CODE, new_uuid())
    assert 0 < private_key(CODE, UUID) < GROUP.q


@given(position=st.integers(0, 18), digit=st.sampled_from(BASE58))
def test_a_mistyped_digit_is_noticed_unless_it_is_53_places_off(position: int, digit: str) -> None:
    was = CODE[position]
    if was == "-" or (BASE58.index(was) - BASE58.index(digit)) % 53 == 0:
        return
    with pytest.raises(FormatError) as refusal:
        check_code(CODE[:position] + digit + CODE[position + 1 :])
    assert refusal.value.rule == "credential-code"


@pytest.mark.parametrize(
    "code",
    ["", CODE[:-1], CODE + "1", CODE.replace("-", ""), CODE + "\n", "0" + CODE[1:], CODE.replace("-", " ")],
)
def test_only_the_exact_spelling_of_a_code_gives_a_key(code: str) -> None:
    with pytest.raises(FormatError):
        private_key(code, UUID)


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.replace("-", ""),
        f"  {CODE}\n",
        CODE.replace("-", " - "),
        CODE.replace("-", "\u2014"),
        CODE.replace("-", "\uff0d"),
        "".join(chr(ord(letter) + 0xFEE0) for letter in CODE),
    ],
)
def test_a_code_is_understood_however_it_is_spaced(typed: str) -> None:
    assert normalise_code(typed) == CODE


def test_a_code_with_a_wrong_letter_is_not_guessed_at() -> None:
    with pytest.raises(FormatError):
        normalise_code(CODE.swapcase())


def test_new_uuids_are_valid_and_differ() -> None:
    uuids = {new_uuid() for _ in range(100)}
    assert len(uuids) == 100
    assert all(check_uuid(uuid) == uuid for uuid in uuids)


@pytest.mark.parametrize(
    "uuid", ["", "1" * 13, "0" * 14, "1" * 65, "../1111111111111", "1" * 14 + "\n", 11111111111111]
)
def test_a_uuid_of_another_form_is_refused(uuid: object) -> None:
    with pytest.raises(FormatError) as refusal:
        check_uuid(uuid)
    assert refusal.value.rule == "uuid"


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.sampled_from([A, B, C]), st.integers(0, MAX_WEIGHT - 1)))
def test_a_list_is_read_back_in_ascending_order(weights: dict[int, int]) -> None:
    read = parse_credential_list(credential_list(weights))
    assert read == weights
    assert list(read) == sorted(weights)


def test_a_list_leaves_out_the_weight_one_and_writes_the_others() -> None:
    assert json.loads(credential_list({C: 0, B: 1, A: 12})) == [f"{A},12", str(B), f"{C},0"]


def test_a_list_may_spell_out_the_weight_one_as_the_peer_does() -> None:
    assert parse_credential_list(f'["{A},1","{B},2"]'.encode()) == {A: 1, B: 2}


@pytest.mark.parametrize("weight", [-1, MAX_WEIGHT])
def test_a_weight_out_of_bounds_is_not_written(weight: int) -> None:
    with pytest.raises(ValueError, match="no weight"):
        credential_list({A: weight})


@pytest.mark.parametrize(
    ("entries", "rule"),
    [
        ([f"{A}", f"{A}"], "credential-duplicate"),
        ([f"{A},2", f"{A},3"], "credential-duplicate"),
        ([f"{B}", f"{A}"], "credential-order"),
        (["1"], "credential-identity"),
        (["0"], "element-membership"),
        ([f"{GROUP.p - 1}"], "element-membership"),
        ([f"{GROUP.p - A}"], "element-membership"),
        ([f"{GROUP.p + A}"], "decimal-range"),
        ([f"0{A}"], "decimal"),
        ([f"{A},"], "decimal"),
        ([f"{A},01"], "decimal"),
        ([f"{A},-1"], "decimal"),
        ([f"{A},1.5"], "decimal"),
        ([f"{A},1,name"], "decimal"),
        ([f"{A}, 1"], "decimal"),
        ([f"{A},{MAX_WEIGHT}"], "decimal-range"),
        ([A], "text"),
        ([[f"{A}"]], "text"),
        ({}, "credential-list"),
    ],
)
def test_a_list_that_breaks_a_rule_is_refused(entries: object, rule: str) -> None:
    with pytest.raises(VerificationError) as refusal:
        parse_credential_list(json.dumps(entries, separators=(",", ":")).encode())
    assert refusal.value.rule == rule


def test_a_list_with_spaces_is_refused() -> None:
    with pytest.raises(FormatError) as refusal:
        parse_credential_list(f'["{A}", "{B}"]'.encode())
    assert refusal.value.rule == "canonical"


def test_known_elements_are_taken_without_another_test() -> None:
    outside = GROUP.p - 1
    assert parse_credential_list(f'["{outside}"]'.encode(), known_elements={outside}) == {outside: 1}


def test_the_identity_is_no_credential_for_anybody_could_sign_for_it() -> None:
    with pytest.raises(VerificationError) as refusal:
        check_credential(GROUP.identity)
    assert refusal.value.rule == "credential-identity"
    check_credential(A)
