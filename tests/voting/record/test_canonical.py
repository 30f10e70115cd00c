"""One meaning has one spelling, and no other spelling is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.voting.errors import FormatError
from backend.voting.record.canonical import canonical, parse_canonical

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_is_written_is_read_back_the_same(document):
    assert parse_canonical(canonical(document)) == document


@given(st.dictionaries(TEXT, st.integers(), max_size=6))
def test_the_order_in_which_keys_were_set_does_not_matter(document):
    backwards = dict(reversed(list(document.items())))

    assert canonical(backwards) == canonical(document)


def test_text_stays_text_and_nothing_is_spaced():
    assert canonical({"b": [1, None, True], "a": "议事厅"}) == '{"a":"议事厅","b":[1,null,true]}'.encode()


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (1.5, "float"),
        ({"a": [0.0]}, "float"),
        ({1: "a"}, "not text"),
        (b"x", "bytes"),
        ({"a": {1, 2}}, "set"),
        ("\ud800", "surrogate"),
        ({"\ud800": 1}, "surrogate"),
        (10**1000, "digits"),
        (-(10**1000), "digits"),
    ],
)
def test_what_has_no_canonical_form_is_refused(document, named):
    with pytest.raises(FormatError, match=named):
        canonical(document)


def test_endless_nesting_is_refused():
    document: list[object] = []
    for _ in range(70):
        document = [document]

    with pytest.raises(FormatError, match="deeper"):
        canonical(document)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1}\n',
        b'"\\u0041"',
        b'"\\/"',
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"Infinity",
        b"",
        b"\xff",
        b"\xef\xbb\xbf1",
        b'"\\ud800"',
        b"[" * 5000,
        b"9" * 5000,
    ],
)
def test_any_other_spelling_is_refused(raw):
    with pytest.raises(FormatError):
        parse_canonical(raw)
