"""Money is read exactly or refused, and divided without losing or making a fen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.money import (
    AmountNegative,
    AmountTooPrecise,
    AmountUnreadable,
    CurrencyForeign,
    format_fen,
    half_up,
    parse_fen,
    split_fen,
)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.34", 1234),
        ("12.3", 1230),
        ("12", 1200),
        ("0.01", 1),
        ("1,234.50", 123450),
        ("¥8", 800),
        ("￥8.00", 800),
        ("8元", 800),
        ("12.3400", 1234),
        (" 5 ", 500),
        ("CNY 5", 500),
    ],
)
def test_yuan_as_people_write_them_are_read_as_fen(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize("text", ["12.345", "0.001", "1,234.567"])
def test_a_part_of_a_fen_is_refused_and_not_rounded(text: str) -> None:
    with pytest.raises(AmountTooPrecise, match="两位小数"):
        parse_fen(text)


@pytest.mark.parametrize("text", ["-1", "-0.01", "¥-5", "(12.00)", "−3"])
def test_a_negative_amount_is_refused_with_the_way_to_correct(text: str) -> None:
    with pytest.raises(AmountNegative, match="冲销"):
        parse_fen(text)


@pytest.mark.parametrize("text", ["$12", "12 USD", "USD12", "€5", "港元5", "5美元", "HKD 7"])
def test_foreign_currency_is_refused(text: str) -> None:
    with pytest.raises(CurrencyForeign, match="人民币"):
        parse_fen(text)


@pytest.mark.parametrize(
    "text", ["", "1e3", "1E+3", "12.", ".5", "1,23", "十二", "1 2.3.4", "12345678901.00", "NaN"]
)
def test_what_is_no_plain_figure_is_refused(text: str) -> None:
    with pytest.raises((AmountUnreadable, CurrencyForeign)):
        parse_fen(text)


@given(st.integers(0, 10**12))
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen


def test_a_negative_balance_is_written_with_its_sign() -> None:
    assert format_fen(-105) == "-1.05"


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_half_up_is_the_nearest_and_a_half_goes_up(numerator: int, denominator: int) -> None:
    rounded, exact = half_up(numerator, denominator), Fraction(numerator, denominator)
    assert -Fraction(1, 2) < rounded - exact <= Fraction(1, 2) or rounded == exact
    assert half_up(1, 2) == 1


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_the_parts_of_a_cost_add_up_and_are_within_a_fen_of_fair(total: int, weights: list[int]) -> None:
    parts = split_fen(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(
        abs(part - Fraction(total * weight, whole)) < 1 for part, weight in zip(parts, weights, strict=True)
    )


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [0, 0]), (-1, [1]), (1, [2, -1])])
def test_nothing_is_divided_among_nobody(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"divided|empty"):
        split_fen(total, weights)


def test_a_negative_amount_is_not_rounded() -> None:
    with pytest.raises(ValueError, match="no amount"):
        half_up(-1, 2)
