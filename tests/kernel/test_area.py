"""Floor area is exact: what a deed says is what is counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.area import AreaUnreadable, format_area, parse_area


@pytest.mark.parametrize(
    ("text", "dm2"),
    [
        ("89.5", 8950),
        ("89.50", 8950),
        ("89", 8900),
        (" 0.01 ", 1),
        ("9999999.99", 999999999),
        ("089.05", 8905),
        ("1.500", 150),
    ],
)
def test_a_deed_figure_is_read_exactly(text: str, dm2: int) -> None:
    assert parse_area(text) == dm2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0.00",
        "-1",
        "+1",
        "1e3",
        "89.505",
        "89,5",
        "89.",
        ".5",
        "NaN",
        "１２",
        "89.5㎡",
        "10000000",
        "1 2",
        "0x10",
    ],
)
def test_what_is_no_deed_figure_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(AreaUnreadable, match=r"89\.50"):
        parse_area(text)


@given(st.integers(min_value=1, max_value=999_999_999))
def test_what_is_written_is_read_back(dm2: int) -> None:
    assert parse_area(format_area(dm2)) == dm2
