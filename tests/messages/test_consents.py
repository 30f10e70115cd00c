"""The ledger of consents: one consent is worth one message."""

from __future__ import annotations

from pathlib import Path

from backend.infra.db import reading
from backend.infra.house import House
from backend.messages.rules import MOST_CONSENTS_LEFT
from tests.houses import SetClock, an_app, sign_in
from tests.messages.post import AN_OPENID, Post
from tests.standins.wechat import WeChatStandIn
from tests.wechat import BALLOT_TEMPLATE, TEMPLATE, sign_in_by_wechat, with_wechat

CONSENTS = "/api/v1/me/consents"


def test_what_a_consent_is_worth_is_listed_with_the_template_to_ask_for(post: Post) -> None:
    headers = post.sign_in()
    post.consent(headers, "ticket")
    assert post.client.get(CONSENTS, headers=headers).get_json()["items"] == [
        {"kind": "ballot-cast", "subject": "表决提醒", "template_id": BALLOT_TEMPLATE, "left": 0},
        {"kind": "ticket", "subject": "工单有新进展", "template_id": TEMPLATE, "left": 1},
    ]


def test_consents_add_up(post: Post) -> None:
    headers = post.sign_in()
    post.consent(headers, "ticket", "ballot-cast")
    post.consent(headers, "ticket")
    assert post.left(headers) == {"ticket": 2, "ballot-cast": 1}


def test_a_repeated_call_adds_no_consent(post: Post) -> None:
    headers = post.sign_in() | {"Idempotency-Key": "one-consent"}
    for _ in range(2):
        assert post.client.post(CONSENTS, json={"kinds": ["ticket"]}, headers=headers).status_code == 201
    assert post.left(headers)["ticket"] == 1


def test_a_kind_that_this_server_has_no_template_for_is_refused_and_nothing_is_noted(post: Post) -> None:
    headers = post.sign_in()
    answer = post.client.post(CONSENTS, json={"kinds": ["ticket", "bill"]}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "consent-kind-unknown")
    assert post.left(headers)["ticket"] == 0


def test_one_dialog_asks_for_three_kinds_at_most(post: Post) -> None:
    headers = post.sign_in()
    for kinds in ([], ["ticket"] * 4):
        assert post.client.post(CONSENTS, json={"kinds": kinds}, headers=headers).status_code == 422


def test_an_account_without_a_mini_program_has_nothing_to_consent_with(post: Post) -> None:
    headers = sign_in(post.client, post.house)
    answer = post.client.post(CONSENTS, json={"kinds": ["ticket"]}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "wechat-not-linked")
    assert post.left(headers) == {"ticket": 0, "ballot-cast": 0}


def test_a_server_without_a_mini_program_has_no_kinds(house: House) -> None:
    app = an_app(house)
    client = app.test_client()
    answer = client.get(CONSENTS, headers=sign_in(client, house))
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    assert answer.get_json() == {"items": []}


def test_consents_do_not_go_along_to_another_mini_program(post: Post) -> None:
    headers = post.sign_in()
    post.consent(headers, "ticket")
    assert post.left(post.sign_in(openid="o-2"))["ticket"] == 0
    assert post.left(post.sign_in(openid=AN_OPENID))["ticket"] == 1


def test_kinds_that_share_a_template_share_its_consents(
    house: House, service: WeChatStandIn, clock: SetClock, tmp_path: Path
) -> None:
    shared = with_wechat(house, service, clock, templates=f"ticket={TEMPLATE},bill={TEMPLATE}")
    app = an_app(shared)
    post = Post(app, service, clock)
    headers = post.sign_in()
    post.consent(headers, "ticket", "bill")
    assert post.left(headers) == {"ticket": 1, "bill": 1}
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_consents_beyond_what_anybody_is_sent_are_not_counted(post: Post) -> None:
    headers = post.sign_in()
    for _ in range(MOST_CONSENTS_LEFT + 1):
        answer = post.client.post(CONSENTS, json={"kinds": ["ticket"]}, headers=headers)
        assert answer.status_code == 201
    assert post.left(headers)["ticket"] == MOST_CONSENTS_LEFT


def test_nobody_sees_or_makes_consents_of_another(post: Post) -> None:
    post.consent(post.sign_in(), "ticket")
    another = sign_in_by_wechat(post.client, post.service, "o-2", "13900000002")
    assert post.left(another)["ticket"] == 0
    assert post.client.get(CONSENTS).status_code == 401
    assert post.client.post(CONSENTS, json={"kinds": ["ticket"]}).status_code == 401
    with post.app.app_context(), reading() as session:
        kept = session.connection().exec_driver_sql("select openid_hash from message_consents").scalars()
        assert AN_OPENID not in list(kept)
