"""Phones, ids and refusals."""

from __future__ import annotations

import re

import pytest

from backend.kernel.ids import new_id
from backend.kernel.phone import PhoneUnreadable, parse_phone
from backend.kernel.refusal import BadInput, Forbidden, NotFound, Refusal


@pytest.mark.parametrize(
    "text", ["13900000001", " 139 0000 0001", "139-0000-0001", "+8613900000001", "+86 139 0000 0001"]
)
def test_a_phone_has_one_form(text: str) -> None:
    assert parse_phone(text) == "13900000001"


@pytest.mark.parametrize(
    "text", ["", "1390000000", "139000000011", "12900000001", "８１３９", "abc", "+8513900000001"]
)
def test_what_is_no_mobile_number_is_refused(text: str) -> None:
    with pytest.raises(PhoneUnreadable, match="11 位"):
        parse_phone(text)


def test_ids_are_random_and_fit_into_a_link() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[2-9a-hjkmnp-z]{20}", each) for each in ids)


def test_a_refusal_without_a_detail_says_its_title() -> None:
    assert (str(NotFound()), NotFound().detail) == (NotFound.title, NotFound.title)


def test_a_refusal_carries_each_thing_that_is_wrong() -> None:
    errors: list[dict[str, object]] = [{"field": "x", "rule": "y"}]
    assert BadInput("因为", errors=errors).errors == errors
    assert BadInput("因为").errors == []


def test_a_refusal_is_a_conflict_unless_it_says_otherwise() -> None:
    assert [each.status for each in (Refusal, NotFound, Forbidden, BadInput)] == [409, 404, 403, 422]
