from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.sealing.boxes import BoxKey, open_box, seal
from backend.voting.errors import FormatError, VerificationError

KEY = BoxKey.from_bytes(bytes(range(32)))
BOX = seal(KEY.public_hex, "密钥份额".encode(), b"share")


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_a_box_opens_to_what_was_sealed(plaintext: bytes, context: bytes) -> None:
    assert open_box(KEY, seal(KEY.public_hex, plaintext, context), context) == plaintext


@given(st.integers(min_value=0, max_value=len(base64.b64decode(BOX)) * 8 - 1))
def test_any_flipped_bit_of_a_box_is_refused(bit: int) -> None:
    raw = bytearray(base64.b64decode(BOX))
    raw[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(VerificationError):
        open_box(KEY, base64.b64encode(raw).decode(), b"share")


def test_another_key_cannot_open_a_box() -> None:
    with pytest.raises(VerificationError):
        open_box(BoxKey.generate(), BOX, b"share")


@given(st.binary(max_size=20).filter(lambda context: context != b"share"))
def test_a_box_cannot_be_opened_for_another_purpose(context: bytes) -> None:
    with pytest.raises(VerificationError):
        open_box(KEY, BOX, context)


def test_two_boxes_of_one_message_differ() -> None:
    assert seal(KEY.public_hex, b"x", b"") != seal(KEY.public_hex, b"x", b"")


@pytest.mark.parametrize(
    "box",
    ["", "****", BOX + "=", BOX[:40], BOX + "\n", "盒"],
    ids=["empty", "not base64", "padded", "cut", "line feed", "not ASCII"],
)
def test_a_malformed_box_is_refused(box: str) -> None:
    with pytest.raises(FormatError):
        open_box(KEY, box, b"share")


@pytest.mark.parametrize("point", ["00" * 32, "01" + "00" * 31])
def test_sealing_to_a_point_of_small_order_is_refused(point: str) -> None:
    with pytest.raises(VerificationError):
        seal(point, b"secret", b"share")


def test_a_box_key_never_shows_itself() -> None:
    assert KEY.to_bytes().hex() not in repr(KEY)
