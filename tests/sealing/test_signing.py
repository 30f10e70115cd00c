from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.sealing import signing
from backend.voting.errors import FormatError, VerificationError

KEY = signing.SigningKey.from_bytes(bytes(range(32)))
DOCUMENT = {"uuid": "abc", "height": 7, "drill": False, "title": "业主大会"}


def test_a_signature_is_accepted_by_its_key_kind_and_document() -> None:
    signing.verify(KEY.public_hex, "head", DOCUMENT, signing.sign(KEY, "head", DOCUMENT))


def test_the_signed_bytes_carry_kind_and_canonical_json() -> None:
    assert signing.message("head", {"b": 1, "a": "议"}) == 'yishiting/head/v1\n{"a":"议","b":1}'.encode()


@given(st.sampled_from(sorted(DOCUMENT)), st.integers(min_value=8))
def test_any_changed_field_is_refused(field: str, value: int) -> None:
    signature = signing.sign(KEY, "head", DOCUMENT)
    with pytest.raises(VerificationError):
        signing.verify(KEY.public_hex, "head", {**DOCUMENT, field: value}, signature)


def test_a_signature_of_another_kind_is_refused() -> None:
    with pytest.raises(VerificationError):
        signing.verify(KEY.public_hex, "receipt", DOCUMENT, signing.sign(KEY, "head", DOCUMENT))


def test_a_signature_by_another_key_is_refused() -> None:
    other = signing.SigningKey.generate()
    with pytest.raises(VerificationError):
        signing.verify(other.public_hex, "head", DOCUMENT, signing.sign(KEY, "head", DOCUMENT))


@given(st.integers(min_value=0, max_value=511))
def test_any_flipped_bit_of_a_signature_is_refused(bit: int) -> None:
    raw = bytearray.fromhex(signing.sign(KEY, "head", DOCUMENT))
    raw[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(VerificationError):
        signing.verify(KEY.public_hex, "head", DOCUMENT, raw.hex())


@pytest.mark.parametrize("text", ["", "AB" * 64, "ab" * 63, "zz" * 64])
def test_a_signature_that_is_not_128_lowercase_hex_digits_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        signing.verify(KEY.public_hex, "head", DOCUMENT, text)


@pytest.mark.parametrize("y", [*sorted(signing.SMALL_ORDER), signing.FIELD, signing.FIELD + 3])
@pytest.mark.parametrize("sign_bit", [0, 1])
def test_a_public_key_of_small_order_or_not_canonical_is_refused(y: int, sign_bit: int) -> None:
    encoded = (y | sign_bit << 255).to_bytes(32, "little").hex()
    with pytest.raises(FormatError):
        signing.parse_public(encoded)


def test_a_float_can_never_be_signed() -> None:
    with pytest.raises(FormatError):
        signing.sign(KEY, "head", {"area": 1.5})


def test_a_kind_cannot_smuggle_a_line_break() -> None:
    with pytest.raises(FormatError):
        signing.sign(KEY, "head\n", DOCUMENT)


def test_a_fingerprint_covers_both_keys_in_their_order() -> None:
    one, two = "11" * 32, "22" * 32
    assert len({signing.fingerprint(one, two), signing.fingerprint(two, one), signing.fingerprint(one)}) == 3


def test_a_private_key_never_shows_itself() -> None:
    assert KEY.to_bytes().hex() not in repr(KEY)
