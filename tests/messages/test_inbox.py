"""Telling people: the inbox, and the text message that follows."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.infra.db import reading, transaction
from backend.infra.outbox import drain
from backend.infra.paging import PAGE
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


def page(client, headers, query=""):
    answer = client.get(f"/api/v1/me/inbox{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_long_inbox_is_read_page_by_page_without_gap_or_repeat(app, client, house, clock):
    headers = sign_in(client, house, PHONE)
    for number in range(2 * PAGE + 1):
        told(app, house, text=str(number))
        if number % 3 == 0:  # some have the same instant
            clock.forward(timedelta(seconds=1))
    seen, pages, query = [], 0, ""
    while query is not None:
        found = page(client, headers, query)
        seen += [item["id"] for item in found["items"]]
        pages, query = pages + 1, f"?cursor={found['next']}" if found["next"] else None
    assert (pages, len(seen), len(set(seen))) == (3, 2 * PAGE + 1, 2 * PAGE + 1)


def test_a_cursor_that_was_not_handed_out_is_refused(client, house):
    answer = client.get("/api/v1/me/inbox?cursor=abc", headers=sign_in(client, house, PHONE))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "cursor-refused")


def test_a_message_is_unread_until_it_is_marked(app, client, house):
    headers = sign_in(client, house, PHONE)
    for text in ("一", "二", "三"):
        told(app, house, text=text)
    found = page(client, headers)
    assert (found["unread"], {item["is_read"] for item in found["items"]}) == (3, {False})
    ids = [item["id"] for item in found["items"][:2]]
    marked = client.post("/api/v1/me/inbox/read", json={"ids": ids}, headers=headers)
    assert (marked.status_code, marked.get_json()) == (200, {"unread": 1})
    assert {item["id"] for item in page(client, headers)["items"] if item["is_read"]} == set(ids)
    assert len(page(client, headers, "?unread_only=true")["items"]) == 1


def test_all_messages_are_marked_where_none_is_named(app, client, house):
    headers = sign_in(client, house, PHONE)
    told(app, house)
    told(app, house)
    assert client.post("/api/v1/me/inbox/read", headers=headers).get_json() == {"unread": 0}


def test_nobody_marks_the_messages_of_another(app, client, house):
    told(app, house)
    headers = sign_in(client, house, PHONE)
    (message,) = page(client, headers)["items"]
    other = sign_in(client, house, "13900000002")
    answer = client.post("/api/v1/me/inbox/read", json={"ids": [message["id"]]}, headers=other)
    assert answer.status_code == 200
    assert page(client, headers)["unread"] == 1
    assert client.post("/api/v1/me/inbox/read").status_code == 401


def test_a_message_leads_to_the_page_that_it_is_about(app, client, house):
    with app.app_context(), transaction() as session:
        notify(session, house, phone=PHONE, kind="ticket-resolved", text="已办结。", link="id=abc")
    assert page(client, sign_in(client, house, PHONE))["items"][0]["link"] == "id=abc"


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
