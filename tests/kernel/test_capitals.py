"""Amounts in capitals: the examples of the rules, and every amount read back by a reader of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.kernel.capitals import MOST_CAPITALS, in_capitals

UNITS = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"万": 10**4, "亿": 10**8}
FEN = st.integers(0, 10**12) | st.integers(0, MOST_CAPITALS) | st.integers(0, 200_000)


def read(text: str) -> int:
    """Read capitals as a person does: a digit times its unit, a group times its word."""
    text = text.removeprefix("人民币").removesuffix("整")
    yuan, _, rest = text.rpartition("元")
    fen = sum(digit(found[0]) * {"角": 10, "分": 1}[found[1]] for found in re.findall(r"(.)([角分])", rest))
    return whole(yuan, *"亿万") * 100 + fen


def whole(text: str, *words: str) -> int:
    if not words:
        return four(text)
    high, found, low = text.partition(words[0])
    if not found:
        return whole(text, *words[1:])
    return four(high) * GROUPS[words[0]] + whole(low, *words[1:])


def four(text: str) -> int:
    total, last = 0, 0
    for character in text:
        if character in UNITS:
            total, last = total + last * UNITS[character], 0
        else:
            last = digit(character)
    return total + last


def digit(character: str) -> int:
    return "零壹贰叁肆伍陆柒捌玖".index(character)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
    ],
)
def test_the_examples_of_the_rules_are_written_as_there(fen: int, text: str) -> None:
    assert in_capitals(fen) == f"人民币{text}"


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (50, "伍角整"),
        (55, "伍角伍分"),
        (100, "壹元整"),
        (1000, "壹拾元整"),
        (1010, "壹拾元零壹角整"),
        (1001, "壹拾元零壹分"),
        (100_000_000, "壹佰万元整"),
        (1_000_050_00, "壹佰万零伍拾元整"),
        (1_005_0000_00, "壹仟零伍万元整"),
        (1_0000_0000_00, "壹亿元整"),
        (1_0000_0001_00, "壹亿零壹元整"),
        (1_0001_0000_00, "壹亿零壹万元整"),
        (10_0000_0000_00, "壹拾亿元整"),
        (1002_0000_0000_00, "壹仟零贰亿元整"),
    ],
)
def test_zeros_and_endings_are_written_by_one_rule(fen: int, text: str) -> None:
    assert in_capitals(fen) == f"人民币{text}"


def test_money_given_back_is_written_with_a_minus() -> None:
    assert in_capitals(-16558) == "人民币负壹佰陆拾伍元伍角捌分"


@given(FEN)
@example(MOST_CAPITALS)
def test_every_amount_is_read_back_as_it_was(fen: int) -> None:
    assert read(in_capitals(fen)) == fen


@given(FEN)
def test_no_form_is_open_to_an_addition(fen: int) -> None:
    """Two zeros never stand together, none ends a part, and the end is closed by 整 or by fen."""
    text = in_capitals(fen)
    assert not re.search(r"零零|零[拾佰仟万亿角分整]", text)
    assert fen < 100 or not re.search(r"零元", text)
    assert text.endswith("整") == (fen % 10 == 0)
    assert text.endswith("分") == (fen % 10 != 0)


@given(FEN, FEN)
def test_different_amounts_are_never_written_alike(one: int, other: int) -> None:
    assert (in_capitals(one) == in_capitals(other)) == (one == other)


@pytest.mark.parametrize("fen", [MOST_CAPITALS + 1, -MOST_CAPITALS - 1])
def test_more_than_can_be_written_is_refused(fen: int) -> None:
    with pytest.raises(ValueError, match="more than can be written"):
        in_capitals(fen)
