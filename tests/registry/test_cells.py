"""What a cell of a roll is taken to say."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.registry.rules.cells import CellRefused, area_in, is_mobile, people_in, phone_in, text_in


@pytest.mark.parametrize(
    ("cell", "dm2"),
    [
        ("89.60", 8960),
        ("89.6", 8960),
        ("89", 8900),
        (89, 8900),
        (89.6, 8960),
        (89.60000000000001, 8960),
        ("89.60000000000001", 8960),
        (0.1 + 0.2, 30),
        (Decimal("120.35"), 12035),
        ("120.350", 12035),
        ("1,234.56", 123456),
        ("89.60㎡", 8960),
        ("89.60 m²", 8960),
        ("89.60平方米", 8960),
        ("８９．６０", 8960),
        (0.01, 1),
        (9999999.99, 999999999),
    ],
)
def test_an_area_is_read_exactly(cell, dm2):
    assert area_in(cell) == dm2


@pytest.mark.parametrize("cell", ["", None, "  ", "无", "-"])
def test_a_blank_area_is_no_area(cell):
    assert area_in(cell) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("89.605", "area-too-precise"),
        (89.605, "area-too-precise"),
        (89.6000001, "area-too-precise"),
        ("89.6049999999", "area-too-precise"),
        (0, "area-not-positive"),
        ("0.00", "area-not-positive"),
        (-5, "area-unreadable"),
        ("-5", "area-unreadable"),
        ("1e3", "area-unreadable"),
        ("约90", "area-unreadable"),
        ("#N/A", "area-unreadable"),
        ("12345678", "area-unreadable"),
        ("nan", "area-unreadable"),
        (float("nan"), "digits-lost"),
        (float("inf"), "digits-lost"),
        (datetime(2026, 1, 1, tzinfo=UTC), "cell-not-text"),
        (True, "cell-not-text"),
        (timedelta(hours=3), "cell-not-text"),
    ],
)
def test_a_figure_no_deed_has_is_refused_by_name(cell, code):
    with pytest.raises(CellRefused) as refused:
        area_in(cell)
    assert refused.value.code == code


@given(st.integers(min_value=1, max_value=999_999_999))
def test_every_area_survives_a_spreadsheet(dm2):
    assert area_in(dm2 / 100) == dm2
    assert area_in(f"{dm2 // 100}.{dm2 % 100:02d}") == dm2


@given(st.integers(min_value=1, max_value=99_999_999), st.integers(min_value=-2, max_value=2))
def test_residue_of_binary_sums_is_no_third_decimal(dm2, steps):
    area = dm2 / 100
    for _ in range(abs(steps)):
        area = math.nextafter(area, math.inf if steps > 0 else 0)
    assert area_in(area) == dm2


@given(st.integers(min_value=1, max_value=999_999_999).filter(lambda mm: mm % 10))
def test_a_true_third_decimal_is_never_rounded(thousandths):
    with pytest.raises(CellRefused):
        area_in(thousandths / 1000)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" 3 ", "3"),
        (3, "3"),
        (3.0, "3"),
        ("Ａ座", "A座"),
        ("'502", "502"),
        ('="0502"', "0502"),
        (13900000001.0, "13900000001"),
        (999999198001010010, "999999198001010010"),
        (None, ""),
    ],
)
def test_text_is_read_as_it_was_meant(cell, text):
    assert text_in(cell) == text


@pytest.mark.parametrize("cell", [1.10101199001011e17, "1.10101E+17", "1E+17"])
def test_a_number_whose_last_digits_are_lost_is_refused(cell):
    with pytest.raises(CellRefused) as refused:
        text_in(cell)
    assert refused.value.code == "digits-lost"


@pytest.mark.parametrize("separator", ["、", ",", "，", ";", "；", "/", "／", "\n", "\r\n"])
def test_people_are_separated_by_any_usual_mark(separator):
    assert people_in(f"甲某{separator}乙某") == ("甲某", "乙某")


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13900000001", "13900000001"),
        ("139 0000 0001", "13900000001"),
        ("+86-139-0000-0001", "13900000001"),
        ("0534-1234567", "05341234567"),
        ("", ""),
        ("无", ""),
    ],
)
def test_a_phone_is_brought_to_one_form(text, phone):
    assert phone_in(text) == phone


def test_only_a_mainland_mobile_receives_codes():
    assert is_mobile("13900000001")
    assert not is_mobile("05341234567")


def test_a_phone_that_is_none_is_refused():
    with pytest.raises(CellRefused) as refused:
        phone_in("139000x0001")
    assert refused.value.code == "phone-unreadable"
