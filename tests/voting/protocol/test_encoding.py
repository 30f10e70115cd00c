"""Text forms: one spelling for each content."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.voting.errors import FormatError
from backend.voting.protocol import encoding
from backend.voting.protocol.encoding import (
    MAX_JSON_INTEGER,
    check_fields,
    check_integer,
    check_list,
    check_text,
    compact,
    parse_canonical,
    parse_decimal,
    parse_json,
    parse_weight,
    weight_to_json,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(json_values)
def test_what_is_written_is_read_back(value: object) -> None:
    assert parse_canonical(compact(value)) == value
    assert compact(parse_canonical(compact(value))) == compact(value)


def test_json_is_compact_with_raw_unicode_and_keys_in_the_order_given() -> None:
    assert compact({"b": "议/事", "a": [1, True]}) == '{"b":"议/事","a":[1,true]}'.encode()


def test_control_characters_are_escaped_as_the_peer_escapes_them() -> None:
    assert compact('\x7f\x01\n"\\') == rb'"\u007f\u0001\n\"\\"'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"1 2",
        b'{"a":1}x',
        b'{"a":1,"a":1}',
        b'[{"x":{"a":1,"a":2}}]',
        b"1.0",
        b"1e3",
        b"NaN",
        b"-Infinity",
        b"[1,]",
        b"'a'",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf1",
        b"01",
        b"1" * 5000,
        b"[" * 100_000,
        b'"\x01"',
    ],
)
def test_what_is_not_strict_json_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_json(data)
    assert refusal.value.rule == "json"


@pytest.mark.parametrize(
    "data", [b"[1, 2]", b" 1", b"1\n", b'"\\u0041"', b'"\\/"', b'"\x7f"', b"-0", b'{ "a":1}', b'"\\u000A"']
)
def test_a_second_spelling_of_the_same_content_is_refused(data: bytes) -> None:
    parse_json(data)
    with pytest.raises(FormatError) as refusal:
        parse_canonical(data)
    assert refusal.value.rule == "canonical"


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(FormatError):
        parse_canonical(b'"\\ud800"')


@pytest.mark.parametrize(
    "value", [[], "x", {"a": 1}, {"b": 1, "a": 1}, {"a": 1, "b": 1, "d": 1}, {"a": 1, "b": 1, "c": 1, "d": 1}]
)
def test_an_object_with_other_fields_or_another_order_is_refused(value: object) -> None:
    with pytest.raises(FormatError) as refusal:
        check_fields(value, ("a", "b", "c"), "it", optional=("c",))
    assert refusal.value.rule == "fields"


@pytest.mark.parametrize("value", [{"a": 1, "b": 2}, {"a": 1, "b": 2, "c": 3}])
def test_an_optional_field_may_be_left_out(value: dict[str, int]) -> None:
    assert check_fields(value, ("a", "b", "c"), "it", optional=("c",)) == value


def test_a_refusal_of_fields_does_not_repeat_what_a_stranger_wrote_at_length() -> None:
    with pytest.raises(FormatError) as refusal:
        check_fields({f"{number}" * 1000: 1 for number in range(1000)}, ("a",), "it")
    assert len(str(refusal.value)) < 500


def test_lists_texts_and_integers_are_told_from_other_kinds() -> None:
    assert check_list([1, 2], "it", length=2) == [1, 2]
    assert check_list([], "it") == []
    assert check_text("", "it") == ""
    assert check_integer(3, "it", least=3) == 3
    for refused in (
        lambda: check_list({}, "it"),
        lambda: check_list([1], "it", length=2),
        lambda: check_text(1, "it"),
        lambda: check_integer("1", "it"),
        lambda: check_integer(parse_json(b"true"), "it"),
        lambda: check_integer(-1, "it"),
        lambda: check_integer(2, "it", least=3),
    ):
        with pytest.raises(FormatError):
            refused()


@given(st.integers(0, 10**30))
def test_decimals_are_read_back_and_bounded(number: int) -> None:
    assert parse_decimal(str(number), "it", below=number + 1) == number
    with pytest.raises(FormatError) as refusal:
        parse_decimal(str(number), "it", below=number)
    assert refusal.value.rule == "decimal-range"


@pytest.mark.parametrize(
    "text", ["", "00", "01", "-1", "+1", " 1", "1\n", "1_0", "0x1", "1.", "１", "٣", 1, None, True]
)
def test_another_spelling_of_a_number_is_refused(text: object) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_decimal(text, "it", below=100)
    assert refusal.value.rule == "decimal"


def test_a_number_of_a_million_digits_is_refused_unconverted() -> None:
    with pytest.raises(FormatError) as refusal:
        parse_decimal("9" * 1_000_000, "it", below=100)
    assert refusal.value.rule == "decimal-range"


@given(st.integers(0, 2**70) | st.sampled_from([MAX_JSON_INTEGER, MAX_JSON_INTEGER + 1]))
def test_weights_have_one_json_form(number: int) -> None:
    written = weight_to_json(number)
    assert isinstance(written, int) == (number < 2**30)
    assert parse_weight(written, "it", below=2**71) == number
    other_form = str(number) if isinstance(written, int) else number
    with pytest.raises(FormatError):
        parse_weight(other_form, "it", below=2**71)


def test_weights_are_bounded_and_not_negative() -> None:
    for refused in (5, "99999999999", -1, True, None):
        with pytest.raises(FormatError):
            parse_weight(refused, "it", below=5)
    with pytest.raises(ValueError, match="negative"):
        weight_to_json(-1)


def test_digests_have_the_forms_of_the_archive_and_of_the_screen() -> None:
    assert encoding.hex_sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert encoding.b64_sha256(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
    assert encoding.to_decimal(12) == "12"
