"""The code of a receipt: small, one spelling for each, and worth nothing when any part of it is changed."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.fees.rules.receipt_codes import read_code, verify_code, write_code
from backend.fees.rules.receipt_refusals import ReceiptNotOurs
from backend.fees.rules.receipt_wording import period_in_words
from backend.fees.rules.receipts import (
    STATEMENT,
    Details,
    Facts,
    Number,
    ReceiptKind,
    ReceiptLine,
    ReceiptState,
    by_item,
    digest_of,
    mask_unit,
    state_of,
)
from backend.infra.receipt_keys import ReceiptKeys, key_id
from backend.sealing.signing import SigningKey, sign

KEY = SigningKey.from_bytes(bytes(range(32)))
KEYS = {key_id(KEY.public_hex): KEY.public_hex}
AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HEX = "0123456789abcdef"

FACTS = st.builds(
    Facts,
    number=st.builds(Number, st.integers(1, 2**32 - 1), st.integers(2026, 2100), st.integers(1, 2**32 - 1)),
    kind=st.sampled_from(ReceiptKind),
    amount_fen=st.integers(-(10**12), 10**12),
    at=st.integers(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    unit=st.text(max_size=12)
    .filter(lambda text: text.encode("utf-8", "ignore").decode() == text)
    .map(mask_unit),
    details=st.text(HEX, min_size=32, max_size=32),
    drill=st.booleans(),
    key=st.just(next(iter(KEYS))),
)


def some_facts(**changes: object) -> Facts:
    values = {
        "number": Number(1, 2026, 1),
        "kind": ReceiptKind.RECEIPT,
        "amount_fen": 16558,
        "at": AT,
        "unit": "3号楼***",
        "details": "ab" * 16,
        "drill": False,
        "key": next(iter(KEYS)),
    }
    return Facts(**{**values, **changes})


def a_code(facts: Facts, key: SigningKey = KEY) -> str:
    return write_code(facts, sign(key, STATEMENT, facts.document()))


@given(FACTS)
def test_a_code_gives_back_what_was_signed(facts: Facts) -> None:
    assert verify_code(a_code(facts), KEYS) == facts
    assert Facts.read(facts.text) == facts


@given(FACTS, st.data())
def test_a_code_with_any_character_changed_proves_nothing(facts: Facts, data: st.DataObject) -> None:
    code = a_code(facts)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abc089=% é"))
    changed = code[:place] + other + code[place + 1 :]
    if changed != code:
        with pytest.raises(ReceiptNotOurs):
            verify_code(changed, KEYS)


@given(st.text(max_size=500) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=450))
def test_what_is_no_code_is_refused_without_a_fault(text: str) -> None:
    with pytest.raises(ReceiptNotOurs):
        verify_code(text, KEYS)


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 16559},
        {"number": Number(1, 2026, 2)},
        {"number": Number(1, 2027, 1)},
        {"kind": ReceiptKind.REFUND},
        {"at": AT + timedelta(seconds=1)},
        {"unit": "4号楼***"},
        {"details": "ac" * 16},
        {"drill": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_signature_covers_every_fact(change: dict[str, object]) -> None:
    signature = sign(KEY, STATEMENT, some_facts().document())
    with pytest.raises(ReceiptNotOurs):
        verify_code(write_code(some_facts(**change), signature), KEYS)


def test_a_key_that_is_not_ours_proves_nothing() -> None:
    forger = SigningKey.generate()
    for key in (key_id(forger.public_hex), next(iter(KEYS))):
        with pytest.raises(ReceiptNotOurs):
            verify_code(a_code(some_facts(key=key), forger), KEYS)


def test_a_code_of_another_version_is_refused() -> None:
    code = a_code(some_facts())
    raw = bytearray(base64.b32decode(code + "=" * (-len(code) % 8)))
    raw[0] = 2
    with pytest.raises(ReceiptNotOurs):
        read_code(base64.b32encode(bytes(raw)).decode().rstrip("="))


def test_what_an_old_key_signed_still_verifies_after_the_key_was_changed() -> None:
    now = ReceiptKeys(SigningKey.generate(), retired=(KEY.public_hex,))
    assert verify_code(a_code(some_facts()), now.public) == some_facts()
    with pytest.raises(ReceiptNotOurs):
        verify_code(a_code(some_facts()), ReceiptKeys(now.signing).public)


@pytest.mark.parametrize(
    ("building", "masked"), [("3", "3号楼***"), ("B", "B***"), ("", "***"), ("東" * 40, "東" * 12 + "***")]
)
def test_a_masked_unit_shows_its_building_alone(building: str, masked: str) -> None:
    assert mask_unit(building) == masked


def test_details_are_read_as_they_were_written_and_hashed_with_a_salt() -> None:
    line = ReceiptLine("物业服务费", date(2026, 3, 1), date(2026, 3, 31), 100)
    details = Details("演示小区", "", "1-1-101", "甲**", "cash", date(2026, 3, 2), (line,), 0, "", "", "00")
    assert Details.read(details.text) == details
    assert len(digest_of(details.text)) == 32


def test_lines_of_one_item_are_made_one_where_they_follow_each_other() -> None:
    lines = [
        ReceiptLine("水费", date(2026, 3, 1), date(2026, 3, 31), 5),
        ReceiptLine("物业费", date(2026, 1, 1), date(2026, 1, 31), 10),
        ReceiptLine("水费", date(2026, 2, 1), date(2026, 2, 28), 7),
        ReceiptLine("物业费", date(2026, 3, 1), date(2026, 3, 31), 10),
    ]
    assert by_item(lines) == [
        ReceiptLine("水费", date(2026, 2, 1), date(2026, 3, 31), 12),
        lines[1],
        lines[3],
    ]


@pytest.mark.parametrize(
    ("kind", "counters", "state"),
    [
        (ReceiptKind.RECEIPT, {}, ReceiptState.VALID),
        (ReceiptKind.RECEIPT, {ReceiptKind.VOID: -100}, ReceiptState.VOID),
        (ReceiptKind.RECEIPT, {ReceiptKind.REFUND: -99}, ReceiptState.PARTLY_REFUNDED),
        (ReceiptKind.RECEIPT, {ReceiptKind.REFUND: -100}, ReceiptState.REFUNDED),
        (ReceiptKind.VOID, {}, ReceiptState.COUNTER),
        (ReceiptKind.REFUND, {}, ReceiptState.COUNTER),
    ],
)
def test_counter_receipts_decide_how_a_receipt_stands(kind, counters, state) -> None:
    assert state_of(kind, 100, counters) is state


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2026-03-01", "2026-03-31", "2026年3月"),
        ("2026-01-01", "2026-03-31", "2026年1月至3月"),
        ("2025-12-01", "2026-02-28", "2025年12月至2026年2月"),
        ("2026-03-02", "2026-03-31", "2026年3月2日至3月31日"),
        ("2025-12-31", "2026-01-01", "2025年12月31日至2026年1月1日"),
        ("2026-03-02", "2026-03-02", "2026年3月2日"),
    ],
)
def test_periods_are_written_as_people_say_them(first: str, last: str, text: str) -> None:
    assert period_in_words(date.fromisoformat(first), date.fromisoformat(last)) == text
