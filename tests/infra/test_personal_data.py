"""Personal data: unreadable at rest, hidden in logs, masked for show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.infra.fields import Fields, FieldUnreadable, mask_document, mask_name, mask_phone
from backend.infra.logs import HIDDEN, redact
from backend.infra.secrets import Keys

KEYS = Keys(fields=b"f" * 32, lookup=b"l" * 32, signing=b"s" * 32, jobs=b"j" * 32)
FIELDS = Fields(KEYS)


@given(st.text())
def test_what_is_encrypted_is_read_back(text: str) -> None:
    assert FIELDS.decrypt("account.name", FIELDS.encrypt("account.name", text)) == text


def test_equal_texts_are_stored_differently_and_found_by_one_hash() -> None:
    assert FIELDS.encrypt("p", "13900000001") != FIELDS.encrypt("p", "13900000001")
    assert FIELDS.lookup_hash("p", "13900000001") == FIELDS.lookup_hash("p", "13900000001")
    assert FIELDS.lookup_hash("p", "13900000001") != FIELDS.lookup_hash("q", "13900000001")


@pytest.mark.parametrize("stored", ["", "AAAA", "not base64"])
def test_a_damaged_value_does_not_open(stored: str) -> None:
    with pytest.raises(FieldUnreadable):
        FIELDS.decrypt("account.name", stored)


def test_a_value_moved_from_another_column_does_not_open() -> None:
    with pytest.raises(FieldUnreadable):
        FIELDS.decrypt("account.name", FIELDS.encrypt("account.phone", "x"))


def test_a_value_of_another_server_does_not_open() -> None:
    other = Fields(Keys(fields=b"g" * 32, lookup=b"l" * 32, signing=b"s" * 32, jobs=b"j" * 32))
    with pytest.raises(FieldUnreadable):
        FIELDS.decrypt("p", other.encrypt("p", "x"))


def test_masks_show_little() -> None:
    assert mask_phone("13900000001") == "139****0001"
    assert mask_name("欧阳某") == mask_name("欧某") == "欧**"
    assert mask_document("110101199001011234") == "****1234"
    assert mask_document("A12345") == "****"


@pytest.mark.parametrize(
    "event",
    [
        {"event": "sent to 13900000001"},
        {"event": "x", "phone": "whatever"},
        {"event": "x", "authorization": "Bearer abc"},
        {"event": "id 11010119900101123X refused"},
        {"event": "x", "exception": "ValueError: +8613900000001"},
    ],
)
def test_logs_hide_what_is_personal_or_secret(event: dict[str, str]) -> None:
    values = set(event.values())
    redacted = redact(None, "info", dict(event))
    assert HIDDEN in "".join(map(str, redacted.values()))
    assert set(redacted.values()) != values


def test_logs_leave_hashes_and_ids_alone() -> None:
    event = {"event": "answered", "hash": "13900000001" * 5 + "abcdefg11", "ms": 1}
    assert redact(None, "info", dict(event)) == event
