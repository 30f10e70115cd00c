"""Where messages are sent and received: a house with a mini-program, its outbox, and what went out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Flask

from backend.infra.db import reading, transaction
from backend.infra.house import House, current_house
from backend.infra.outbox import OutboxRow, drain
from backend.messages import notify
from tests.houses import A_PHONE, SetClock
from tests.standins.wechat import WeChatStandIn
from tests.wechat import Headers, sign_in_by_wechat

AN_OPENID = "o-1"
KIND = "ticket-resolved"
TEXT = "您的工单 20260302-0001 已办结：3号楼2单元502室张某报修的水管已更换。"
SUBJECT = "工单已办结"


class Post:
    """Sends messages, drains the outbox and tells what went out."""

    def __init__(self, app: Flask, service: WeChatStandIn, clock: SetClock) -> None:
        self.app, self.service, self.clock = app, service, clock
        self.client = app.test_client()

    @property
    def house(self) -> House:
        """The house of the application."""
        with self.app.app_context():
            return current_house()

    def sign_in(self, openid: str = AN_OPENID, phone: str = A_PHONE) -> Headers:
        """Sign in from the mini-program."""
        return sign_in_by_wechat(self.client, self.service, openid, phone)

    def consent(self, headers: Headers, *kinds: str, openid: str = AN_OPENID) -> None:
        """Consent in WeChat's dialog to a message of each kind, as the phone does: there, and then here."""
        wechat = self.house.settings.wechat
        assert wechat is not None
        for template_id in {wechat.templates[kind].template_id for kind in kinds}:
            self.service.consents[openid, template_id] += 1
        answer = self.client.post("/api/v1/me/consents", json={"kinds": kinds}, headers=headers)
        assert answer.status_code == 201, answer.text

    def left(self, headers: Headers) -> dict[str, int]:
        """How many messages of each kind the ledger says are allowed."""
        answer = self.client.get("/api/v1/me/consents", headers=headers)
        assert answer.status_code == 200, answer.text
        return {item["kind"]: item["left"] for item in answer.get_json()["items"]}

    def tell(self, phone: str = A_PHONE, **changes: Any) -> None:
        """Send a message; it stays in the outbox until `drain`."""
        parts = {"kind": KIND, "text": TEXT, "subject": SUBJECT} | changes
        with self.app.app_context(), transaction() as session:
            assert notify(session, current_house(), phone=phone, **parts)

    def drain(self, *, times: int = 1) -> None:
        """Have the outbox do what is due; again after a wait that is longer than any."""
        for time in range(times):
            if time:
                self.clock.forward(timedelta(days=1))
            with self.app.app_context():
                drain()

    def sent_by_wechat(self) -> list[dict[str, str]]:
        """The fields of every subscribe message that WeChat carried."""
        return [{name: each["value"] for name, each in body["data"].items()} for body in self.service.sent]

    def sent_by_sms(self) -> list[str]:
        """Every SMS, but for sign-in codes."""
        path = self.house.settings.data_dir / "outbox" / "sms.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        texts = [json.loads(line)["text"] for line in lines]
        return [text for text in texts if "验证码" not in text]

    def deliveries(self) -> Sequence[tuple[str, str, int, str]]:
        """Channel, state, tries and trace of every delivery."""
        return [tuple(row) for row in self.rows("channel, state, tries, trace", "message_deliveries")]

    def outcomes(self) -> list[str | None]:
        """How each consent ended, None for one that is left."""
        return [row[0] for row in self.rows("outcome", "message_consents order by id")]

    def rows(self, columns: str, source: str) -> list[Any]:
        """Rows of a table."""
        with self.app.app_context(), reading() as session:
            return list(session.connection().exec_driver_sql(f"select {columns} from {source}"))

    def errors(self) -> list[str | None]:
        """What the outbox noted of work that failed."""
        with self.app.app_context(), reading() as session:
            return [row.last_error for row in session.query(OutboxRow).order_by(OutboxRow.id)]
