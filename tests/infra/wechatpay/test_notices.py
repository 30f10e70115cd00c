"""Notices are believed only when they prove themselves, and only as far as they fit what was ordered."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.infra.wechatpay import errors
from backend.infra.wechatpay.acknowledging import failed
from backend.infra.wechatpay.client import Client
from backend.infra.wechatpay.facts import Expected, Refund, Transaction, check_payment, check_refund
from backend.infra.wechatpay.notices import EventType
from backend.infra.wechatpay.orders import RefundRequest
from tests.houses import NOON, SetClock
from tests.infra.wechatpay.merchant import NUMBER, a_client, an_order, expected
from tests.standins.wechatpay import Gateway
from tests.standins.wechatpay_keys import (
    APPID,
    MCHID,
    OPENID,
    PUBLIC_KEY_ID,
    NoticeMaker,
    SentNotice,
    seal,
    serial_of,
    sign,
)


@pytest.fixture
def notice(client: Client, gateway: Gateway) -> SentNotice:
    """The notice of a paid order."""
    client.order_jsapi(an_order(attach="bill 7"), OPENID)
    return gateway.pay(NUMBER)


def with_header(notice: SentNotice, name: str, value: str | None) -> SentNotice:
    headers = {each: old for each, old in notice.headers.items() if each != name}
    return replace(notice, headers=headers | ({} if value is None else {name: value}))


def test_a_paid_notice_is_proven_opened_and_read_once(client: Client, notice: SentNotice) -> None:
    read = client.read_notice(notice.pairs, notice.raw)
    assert read.event_type is EventType.PAID
    assert read.notice_id == json.loads(notice.raw)["id"]
    assert read.created_at == NOON
    assert isinstance(read.resource, Transaction)
    paid = read.resource
    assert (paid.mchid, paid.appid, paid.openid, paid.attach) == (MCHID, APPID, OPENID, "bill 7")
    assert (paid.total_fen, paid.payer_total_fen, paid.currency) == (12345, 12345, "CNY")
    assert paid.success_time == NOON
    check_payment(paid, expected())


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_the_case_of_header_names_does_not_matter(
    client: Client, notice: SentNotice, change: Callable[[str], str]
) -> None:
    pairs = [(change(name), value) for name, value in notice.pairs]
    assert client.read_notice(pairs, notice.raw).event_type is EventType.PAID


def test_a_notice_without_a_signature_type_is_taken_for_the_only_one(
    client: Client, notice: SentNotice
) -> None:
    older = with_header(notice, "Wechatpay-Signature-Type", None)
    assert client.read_notice(older.pairs, older.raw).event_type is EventType.PAID


REQUIRED = ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature"]


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_header_is_named(client: Client, notice: SentNotice, name: str, value: str | None) -> None:
    short = with_header(notice, name, value)
    with pytest.raises(errors.HeaderMissing, match=name.lower()):
        client.read_notice(short.pairs, short.raw)


@pytest.mark.parametrize("name", [*REQUIRED, "Wechatpay-Signature-Type"])
def test_a_header_that_stands_twice_is_refused(client: Client, notice: SentNotice, name: str) -> None:
    with pytest.raises(errors.HeaderRepeated):
        client.read_notice([*notice.pairs, (name.lower(), notice.headers[name])], notice.raw)


def other_last(text: str) -> str:
    return text[:-1] + ("1" if text[-1] == "0" else "0")


TAMPERED: list[tuple[str, Callable[[str], str], type[errors.Unproven]]] = [
    ("Wechatpay-Timestamp", lambda text: str(int(text) + 1), errors.SignatureWrong),
    ("Wechatpay-Timestamp", lambda text: f"0{text}", errors.SignatureWrong),
    ("Wechatpay-Timestamp", lambda text: f"+{text}", errors.HeaderMalformed),
    ("Wechatpay-Timestamp", lambda text: f"{text}.5", errors.HeaderMalformed),
    ("Wechatpay-Timestamp", lambda _: "999999999999", errors.TimestampOutside),
    ("Wechatpay-Timestamp", lambda _: "٣٣", errors.HeaderMalformed),
    ("Wechatpay-Nonce", other_last, errors.SignatureWrong),
    ("Wechatpay-Nonce", lambda text: f"{text}\nx", errors.HeaderMalformed),
    ("Wechatpay-Serial", lambda text: f"{text}0", errors.SerialUnknown),
    ("Wechatpay-Serial", str.lower, errors.SerialUnknown),
    ("Wechatpay-Serial", lambda _: serial_of("platform-old"), errors.SerialUnknown),
    ("Wechatpay-Serial", lambda _: "../key", errors.HeaderMalformed),
    ("Wechatpay-Signature", lambda text: ("B" if text[0] == "A" else "A") + text[1:], errors.SignatureWrong),
    ("Wechatpay-Signature", lambda text: text[:-2], errors.SignatureWrong),
    ("Wechatpay-Signature", lambda text: f"{text}=", errors.SignatureWrong),
    ("Wechatpay-Signature", lambda _: "not base64!", errors.HeaderMalformed),
    ("Wechatpay-Signature", lambda _: "AAAA", errors.SignatureWrong),
    ("Wechatpay-Signature", lambda text: f"WECHATPAY/SIGNTEST/{text}", errors.SignatureProbe),
    ("Wechatpay-Signature-Type", lambda _: "WECHATPAY2-SM2-WITH-SM3", errors.SignatureTypeUnknown),
    ("Wechatpay-Signature-Type", lambda _: "", errors.SignatureTypeUnknown),
]


@pytest.mark.parametrize(("name", "change", "refusal"), TAMPERED)
def test_every_tampered_header_is_refused_for_what_it_is(
    client: Client,
    notice: SentNotice,
    name: str,
    change: Callable[[str], str],
    refusal: type[errors.Unproven],
) -> None:
    changed = with_header(notice, name, change(notice.headers[name]))
    with pytest.raises(refusal) as caught:
        client.read_notice(changed.pairs, changed.raw)
    assert type(caught.value) is refusal


def test_every_header_of_the_proof_has_a_row_in_the_table_of_tampering(notice: SentNotice) -> None:
    assert {name for name, _, _ in TAMPERED} == {name for name in notice.headers if name != "Content-Type"}


def test_the_spare_bits_at_the_end_of_a_signature_may_not_be_changed(
    client: Client, notice: SentNotice
) -> None:
    """256 bytes leave four bits of the last character unused; another spelling is refused all the same."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text = notice.headers["Wechatpay-Signature"]
    twin = text[:-3] + alphabet[alphabet.index(text[-3]) + 1] + "=="
    assert base64.b64decode(twin) == base64.b64decode(text)
    changed = with_header(notice, "Wechatpay-Signature", twin)
    with pytest.raises(errors.SignatureWrong):
        client.read_notice(changed.pairs, changed.raw)


def test_any_single_changed_byte_of_the_body_is_refused(client: Client, notice: SentNotice) -> None:
    for at in range(0, len(notice.raw), 7):
        changed = notice.raw[:at] + bytes([notice.raw[at] ^ 1]) + notice.raw[at + 1 :]
        with pytest.raises(errors.SignatureWrong):
            client.read_notice(notice.pairs, changed)


def test_a_body_that_was_parsed_and_written_anew_is_refused(client: Client, notice: SentNotice) -> None:
    rewritten = json.dumps(json.loads(notice.raw), separators=(",", ":")).encode()
    assert json.loads(rewritten) == json.loads(notice.raw)
    with pytest.raises(errors.SignatureWrong):
        client.read_notice(notice.pairs, rewritten)


@pytest.mark.parametrize("seconds", [-299, 299])
def test_a_notice_signed_within_five_minutes_is_taken(
    client: Client, notice: SentNotice, clock: SetClock, seconds: int
) -> None:
    clock.forward(timedelta(seconds=seconds))
    assert client.read_notice(notice.pairs, notice.raw).event_type is EventType.PAID


@pytest.mark.parametrize("seconds", [-86400, -300, 300, 86400])
def test_a_notice_signed_five_minutes_away_or_more_is_refused_on_both_sides(
    client: Client, notice: SentNotice, clock: SetClock, seconds: int
) -> None:
    clock.forward(timedelta(seconds=seconds))
    with pytest.raises(errors.TimestampOutside):
        client.read_notice(notice.pairs, notice.raw)


def test_a_notice_sent_again_a_day_later_under_a_fresh_proof_is_taken_with_its_old_id(
    client: Client, notice: SentNotice, gateway: Gateway, clock: SetClock
) -> None:
    first = client.read_notice(notice.pairs, notice.raw)
    clock.forward(timedelta(days=1))
    late = gateway.again(notice)
    assert client.read_notice(late.pairs, late.raw) == first


def test_both_kinds_of_platform_keys_are_believed_during_migration(
    gateway: Gateway, tmp_path: Path, clock: SetClock
) -> None:
    client = a_client(tmp_path / "both", gateway.base_url, clock, "public-key", "certificate")
    client.order_jsapi(an_order(), OPENID)
    by_id = gateway.pay(NUMBER)
    by_certificate = NoticeMaker("certificate").sign(by_id.url, by_id.raw, NOON)
    assert by_id.headers["Wechatpay-Serial"] == PUBLIC_KEY_ID
    assert by_certificate.headers["Wechatpay-Serial"] == serial_of("platform-old")
    assert client.read_notice(by_id.pairs, by_id.raw) == client.read_notice(
        by_certificate.pairs, by_certificate.raw
    )


def test_the_spelling_of_a_certificate_s_serial_does_not_matter(
    gateway: Gateway, tmp_path: Path, clock: SetClock
) -> None:
    client = a_client(tmp_path / "certificate", gateway.base_url, clock, "certificate")
    gateway.order_elsewhere(NUMBER, 1)
    notice = gateway.pay(NUMBER)
    older = NoticeMaker("certificate").sign(notice.url, notice.raw, NOON)
    changed = with_header(older, "Wechatpay-Serial", "0" + older.headers["Wechatpay-Serial"].lower())
    assert client.read_notice(changed.pairs, changed.raw).event_type is EventType.PAID


def test_a_certificate_outside_its_period_proves_nothing(
    gateway: Gateway, tmp_path: Path, clock: SetClock
) -> None:
    client = a_client(tmp_path / "certificate", gateway.base_url, clock, "certificate")
    for days in (-365 * 10, 365 * 30):
        clock.at = NOON + timedelta(days=days)
        late = NoticeMaker("certificate").sign("https://pay.example/notices", b"{}", clock.at)
        with pytest.raises(errors.CertificateNotValid):
            client.read_notice(late.pairs, late.raw)


def test_a_merchant_s_own_signature_is_not_the_platform_s(client: Client, notice: SentNotice) -> None:
    message = f"{notice.headers['Wechatpay-Timestamp']}\n{notice.headers['Wechatpay-Nonce']}\n".encode()
    forged = with_header(notice, "Wechatpay-Signature", sign("merchant", message + notice.raw + b"\n"))
    with pytest.raises(errors.SignatureWrong):
        client.read_notice(forged.pairs, forged.raw)


def flipped(text: str) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[0] ^= 1
    return base64.b64encode(bytes(raw)).decode()


SEALED: dict[str, list[Callable[[str], Any]]] = {
    "algorithm": [lambda _: "AEAD_AES_128_GCM"],
    "ciphertext": [flipped, lambda text: text[:-4], lambda _: "AAAA", lambda _: "%"],
    "nonce": [other_last, lambda text: text[:-1], lambda text: text + "0"],
    "associated_data": [lambda _: "", lambda text: text + "x"],
}


@pytest.mark.parametrize(
    ("name", "at"), [(name, at) for name, all_ in SEALED.items() for at in range(len(all_))]
)
def test_every_changed_part_of_a_sealed_resource_is_refused_even_when_it_is_signed(
    client: Client, gateway: Gateway, notice: SentNotice, name: str, at: int
) -> None:
    envelope = json.loads(notice.raw)
    envelope["resource"][name] = SEALED[name][at](envelope["resource"][name])
    changed = gateway.notices.sign(notice.url, json.dumps(envelope).encode(), NOON)
    with pytest.raises(errors.DecryptionFailed):
        client.read_notice(changed.pairs, changed.raw)


def test_a_resource_without_associated_data_opens(
    client: Client, gateway: Gateway, notice: SentNotice
) -> None:
    envelope = json.loads(notice.raw)
    told = json.dumps(gateway.transaction(gateway.orders[NUMBER])).encode()
    envelope["resource"] = seal(told, "", "transaction")
    del envelope["resource"]["associated_data"]
    bare = gateway.notices.sign(notice.url, json.dumps(envelope).encode(), NOON)
    assert client.read_notice(bare.pairs, bare.raw).event_type is EventType.PAID


ENVELOPES: list[Callable[[dict[str, Any]], Any]] = [
    lambda envelope: envelope.pop("id"),
    lambda envelope: envelope.update(id="x" * 37),
    lambda envelope: envelope.update(id=7),
    lambda envelope: envelope.update(create_time="2026-03-02T12:00:00"),
    lambda envelope: envelope.update(create_time="yesterday"),
    lambda envelope: envelope.pop("create_time"),
    lambda envelope: envelope.update(event_type="TRANSACTION.FAIL"),
    lambda envelope: envelope.update(event_type="REFUND.SUCCESS"),
    lambda envelope: envelope.update(resource_type="plain"),
    lambda envelope: envelope.update(resource=[]),
    lambda envelope: envelope.update(summary="\ud800"),
    lambda envelope: envelope["resource"].update(original_type="refund"),
    lambda envelope: envelope["resource"].pop("nonce"),
]


@pytest.mark.parametrize("change", ENVELOPES)
def test_a_signed_envelope_of_another_form_is_refused(
    client: Client, gateway: Gateway, notice: SentNotice, change: Callable[[dict[str, Any]], Any]
) -> None:
    envelope = json.loads(notice.raw)
    change(envelope)
    odd = gateway.notices.sign(notice.url, json.dumps(envelope).encode(), NOON)
    with pytest.raises(errors.NoticeMalformed):
        client.read_notice(odd.pairs, odd.raw)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b'{"id":1.5}', b'{"id":NaN}', b'{"id":"a","id":"b"}', b"\xff"]
)
def test_a_signed_body_that_is_no_plain_object_is_refused(
    client: Client, gateway: Gateway, raw: bytes
) -> None:
    odd = gateway.notices.sign("https://pay.example/notices", raw, NOON)
    with pytest.raises(errors.NoticeMalformed):
        client.read_notice(odd.pairs, odd.raw)


RESOURCES: list[dict[str, Any]] = [
    {"mchid": ""},
    {"appid": None},
    {"out_trade_no": 7},
    {"appid": ""},
    {"trade_state": "PAID"},
    {"trade_state": "NOTPAY"},
    {"success_time": "now"},
    {"payer": "openid"},
    {"amount": {"total": "12345"}},
    {"amount": {"total": [12345]}},
    {"amount": {"total": -1}},
    {"amount": {"total": True}},
    {"amount": {"total": 10**14}},
    {"amount": {"total": 123.45}},
]


@pytest.mark.parametrize("change", RESOURCES)
def test_a_signed_resource_of_another_form_is_refused(
    client: Client, gateway: Gateway, notice: SentNotice, change: dict[str, Any]
) -> None:
    odd = gateway.paid_notice(NUMBER, **change)
    with pytest.raises(errors.NoticeMalformed):
        client.read_notice(odd.pairs, odd.raw)


DIFFERENT: list[tuple[dict[str, Any], type[errors.FactsDiffer]]] = [
    ({"mchid": "1900000002"}, errors.WrongMerchant),
    ({"appid": "wxfffffffffffffff2"}, errors.WrongApp),
    ({"out_trade_no": "YST20260302-0002"}, errors.WrongOrder),
    ({"amount": {"total": 12344}}, errors.WrongAmount),
    ({"amount": {"total": None}}, errors.WrongAmount),
    ({"amount": {"currency": "USD"}}, errors.WrongCurrency),
    ({"amount": {"currency": ""}}, errors.WrongCurrency),
    ({"transaction_id": ""}, errors.NotPaid),
    ({"success_time": None}, errors.NotPaid),
]


@pytest.mark.parametrize(("change", "refusal"), DIFFERENT)
def test_a_proven_payment_that_is_not_the_ordered_one_is_refused(
    client: Client,
    gateway: Gateway,
    notice: SentNotice,
    change: dict[str, Any],
    refusal: type[errors.FactsDiffer],
) -> None:
    wrong = gateway.paid_notice(NUMBER, **change)
    read = client.read_notice(wrong.pairs, wrong.raw)
    assert isinstance(read.resource, Transaction)
    with pytest.raises(refusal):
        check_payment(read.resource, expected())


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("SUCCESS", EventType.REFUNDED),
        ("ABNORMAL", EventType.REFUND_ABNORMAL),
        ("CLOSED", EventType.REFUND_CLOSED),
    ],
)
def test_a_refund_s_notice_is_read_and_held_against_the_request(
    client: Client, gateway: Gateway, notice: SentNotice, state: str, event: EventType
) -> None:
    client.refund(RefundRequest(NUMBER, "R-1", 345, 12345, notify_url="https://pay.example/refunds"))
    told = gateway.finish_refund("R-1", state)
    read = client.read_notice(told.pairs, told.raw)
    assert read.event_type is event
    assert isinstance(read.resource, Refund)
    assert (read.resource.refund_fen, read.resource.total_fen, read.resource.mchid) == (345, 12345, MCHID)
    check_refund(read.resource, expected(), out_refund_no="R-1", refund_fen=345)


REFUNDS: list[tuple[dict[str, Any], Expected, type[errors.FactsDiffer]]] = [
    ({"mchid": "1900000002"}, expected(), errors.WrongMerchant),
    ({"out_refund_no": "R-2"}, expected(), errors.WrongOrder),
    ({"out_trade_no": "YST20260302-0002"}, expected(), errors.WrongOrder),
    ({"amount": {"refund": 344}}, expected(), errors.WrongAmount),
    ({}, expected(amount_fen=12344), errors.WrongAmount),
    ({"amount": {"currency": "USD"}}, expected(), errors.WrongCurrency),
]


@pytest.mark.parametrize(("change", "ordered", "refusal"), REFUNDS)
def test_a_proven_refund_that_is_not_the_one_asked_for_is_refused(
    client: Client,
    gateway: Gateway,
    notice: SentNotice,
    change: dict[str, Any],
    ordered: Expected,
    refusal: type[errors.FactsDiffer],
) -> None:
    client.refund(RefundRequest(NUMBER, "R-1", 345, 12345))
    gateway.finish_refund("R-1")
    told = gateway.refund_notice("R-1", **change)
    read = client.read_notice(told.pairs, told.raw)
    assert isinstance(read.resource, Refund)
    with pytest.raises(refusal):
        check_refund(read.resource, ordered, out_refund_no="R-1", refund_fen=345)


@pytest.mark.parametrize("change", [{"mchid": ""}, {"amount": {"refund": None}}, {"refund_status": "CLOSED"}])
def test_a_refund_s_notice_that_lacks_what_must_be_there_or_belies_its_event_is_refused(
    client: Client, gateway: Gateway, notice: SentNotice, change: dict[str, Any]
) -> None:
    client.refund(RefundRequest(NUMBER, "R-1", 345, 12345))
    gateway.finish_refund("R-1")
    told = gateway.refund_notice("R-1", **change)
    with pytest.raises(errors.NoticeMalformed):
        client.read_notice(told.pairs, told.raw)


def test_a_refused_notice_is_answered_so_that_it_comes_again_and_says_nothing_of_the_cause() -> None:
    status, body = failed(errors.SerialUnknown("which files to look into"))
    assert status == 401
    assert body == {"code": "FAIL", "message": "不认识的微信支付证书或公钥"}
