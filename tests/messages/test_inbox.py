"""Telling people: the inbox, and the text message that follows."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.infra.db import reading, transaction
from backend.infra.outbox import drain
from backend.infra.sms import NoSender
from backend.messages import notify, notify_account
from backend.messages.service.deliveries import deliver as send_sms
from tests.houses import an_app, sign_in
from tests.registry.people import open_desk

PHONE = "13900000001"


@pytest.fixture
def desk(app, house):
    return open_desk(app, house)


def told(app, house, phone=PHONE, text="您的选票已计入公告板。"):
    with app.app_context(), transaction() as session:
        return notify(session, house, phone=phone, kind="ballot-cast", text=text)


def sent(house):
    path = house.settings.data_dir / "outbox" / "sms.jsonl"
    lines = (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )
    return [(line["phone"], line["text"]) for line in lines if "验证码" not in line["text"]]


def inbox(client, headers):
    answer = client.get("/api/v1/me/inbox", headers=headers)
    assert answer.status_code == 200
    return [(item["kind"], item["text"]) for item in answer.get_json()["items"]]


def test_a_message_waits_for_a_person_who_signs_in_only_later(app, client, house):
    told(app, house)
    assert inbox(client, sign_in(client, house, PHONE)) == [("ballot-cast", "您的选票已计入公告板。")]


def test_nobody_reads_the_inbox_of_another(app, client, house):
    told(app, house)
    assert inbox(client, sign_in(client, house, "13900000002")) == []
    assert client.get("/api/v1/me/inbox").status_code == 401


def test_the_newest_message_comes_first(app, client, house, clock):
    headers = sign_in(client, house, PHONE)
    for text in ("一", "二"):
        told(app, house, text=text)
        clock.forward(timedelta(minutes=1))
    assert [text for _, text in inbox(client, headers)] == ["二", "一"]


def test_the_text_goes_out_as_sms_once_however_often_the_job_runs(app, house):
    told(app, house)
    assert sent(house) == []
    with app.app_context():
        drain()
        with reading() as session:
            (message,) = session.connection().exec_driver_sql("select id from messages").scalars()
        send_sms({"message": message})
    assert sent(house) == [(PHONE, "【议事厅】您的选票已计入公告板。")]


def test_a_job_for_a_message_that_is_gone_does_nothing(app, house):
    with app.app_context():
        send_sms({"message": "none"})
    assert sent(house) == []


def test_without_an_sms_gateway_the_inbox_still_has_the_message(app, client, house, tmp_path):
    headers = sign_in(client, house, PHONE)
    told(app, house)
    silent = an_app(replace(house, sms=NoSender()))
    with silent.app_context():
        drain()
        with reading() as session:
            (done,) = session.connection().exec_driver_sql("select done_at from outbox").scalars()
        silent.extensions["sqlalchemy"].engine.dispose()
    assert done is not None
    assert inbox(client, headers) == [("ballot-cast", "您的选票已计入公告板。")]


def test_a_message_of_a_change_that_is_rolled_back_is_never_sent(app, client, house):
    with app.app_context():
        with suppress(LookupError), transaction() as session:
            notify(session, house, phone=PHONE, kind="ballot-cast", text="不应发出")
            raise LookupError
        drain()
    assert sent(house) == []
    assert inbox(client, sign_in(client, house, PHONE)) == []


def test_a_landline_cannot_be_told(app, house):
    assert told(app, house, phone="05341234567") is False


def test_an_account_is_told_by_its_id(app, desk, house):
    account_id = desk.client.get("/api/v1/me", headers=desk.chair).get_json()["account_id"]
    with app.app_context(), transaction() as session:
        notify_account(session, house, account_id=account_id, kind="notice", text="请查看名册。")
    assert inbox(desk.client, desk.chair) == [("notice", "请查看名册。")]


def test_no_text_or_phone_lies_readable_in_the_database(app, house):
    told(app, house, text="独特内容")
    for path in house.settings.data_dir.glob("*.db*"):
        content = path.read_bytes()
        assert "独特内容".encode() not in content
        assert PHONE.encode() not in content
