"""Cursors are opaque to callers, and whatever else stands in one is refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from backend.infra.paging import CursorRefused, cursor_of, cursor_of_name, read_cursor, read_name

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_a_cursor_names_its_row() -> None:
    assert read_cursor(cursor_of(NOON, "abc123")) == (NOON, "abc123")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '["2026-03-02T04:00:00", "abc"]',
        '["0001-01-01T00:00:00+08:00", "abc"]',
        '["9999-12-31T23:59:59-08:00", "abc"]',
        r'["2026-03-02T04:00:00Z", "\u0000"]',
        r'["2026-03-02T04:00:00Z", "\ud800"]',
        '["2026-03-02T04:00:00Z", 1]',
        '["2026-03-02T04:00:00Z", null]',
        "[" * 5000,
    ],
)
def test_a_cursor_that_no_list_hands_out_is_refused(text: str) -> None:
    with pytest.raises(CursorRefused, match="第一页"):
        read_cursor(base64.urlsafe_b64encode(text.encode()).decode())


def test_a_cursor_in_no_base64_is_refused() -> None:
    with pytest.raises(CursorRefused):
        read_cursor("不是翻页标记")


def test_a_cursor_of_a_list_sorted_by_names_names_its_row() -> None:
    assert read_name(cursor_of_name("3-1-502")) == "3-1-502"


@pytest.mark.parametrize("raw", [b"3-1\x00502", b"\xff\xfe", b"3-1\n502"])
def test_a_name_that_no_list_hands_out_is_refused(raw: bytes) -> None:
    with pytest.raises(CursorRefused, match="第一页"):
        read_name(base64.urlsafe_b64encode(raw).decode())
