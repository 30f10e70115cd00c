"""The settings of the mini-program and of quiet hours: what is refused before the server starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.infra.config import Settings, SettingsError
from backend.infra.wechat_settings import OFFICIAL, PLAIN, WeChatSettings
from tests.standins.wechat import EVENTS_TOKEN

SECRET = "a-secret-nobody-may-read"
SET_UP = {"WECHAT_APPID": "wx-example", "WECHAT_SECRET": SECRET}


def wechat_of(**environment: str) -> WeChatSettings:
    found = Settings.from_environment({**SET_UP, **environment}).wechat
    assert found is not None
    return found


def test_without_an_appid_there_is_no_mini_program() -> None:
    assert Settings.from_environment({}).wechat is None


def test_the_official_address_is_the_default() -> None:
    assert wechat_of().base_url == OFFICIAL == "https://api.weixin.qq.com"


@pytest.mark.parametrize("name", ["WECHAT_APPID", "WECHAT_SECRET"])
def test_half_a_mini_program_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="set both"):
        Settings.from_environment({name: SET_UP[name]})


def test_the_secret_is_in_no_representation_of_the_settings() -> None:
    settings = Settings.from_environment(SET_UP)
    assert SECRET not in repr(settings) + str(settings.wechat)


@pytest.mark.parametrize(
    "url", ["http://example.org", "ftp://127.0.0.1", "https://", "https://a:b@example.org", "example.org"]
)
def test_an_address_over_which_the_secret_would_travel_in_clear_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="WECHAT_BASE_URL") as refused:
        wechat_of(WECHAT_BASE_URL=url)
    assert SECRET not in str(refused.value)


def test_a_loopback_address_may_do_without_encryption() -> None:
    assert wechat_of(WECHAT_BASE_URL="http://127.0.0.1:9000/").base_url == "http://127.0.0.1:9000"


def test_events_need_a_token_and_an_address_that_wechat_reaches() -> None:
    found = wechat_of(WECHAT_EVENTS_TOKEN=EVENTS_TOKEN, PUBLIC_URL="https://example.org")
    assert found.events_token == EVENTS_TOKEN
    assert EVENTS_TOKEN not in repr(found)
    assert wechat_of().events_token == ""


@pytest.mark.parametrize("url", ["", "http://example.org", "https://", "https://example.org/?a=b"])
def test_events_over_a_line_that_can_be_overheard_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        wechat_of(WECHAT_EVENTS_TOKEN=EVENTS_TOKEN, PUBLIC_URL=url)


@pytest.mark.parametrize(
    "token", ["short", "a" * 33, "with-hyphens-in-it", "令牌令牌令牌令牌令牌令牌令牌令牌"]
)
def test_a_token_that_wechat_would_not_take_or_others_would_guess_is_refused(token: str) -> None:
    with pytest.raises(SettingsError, match="WECHAT_EVENTS_TOKEN") as refused:
        wechat_of(WECHAT_EVENTS_TOKEN=token, PUBLIC_URL="https://example.org")
    assert token not in str(refused.value)


def test_a_token_without_a_mini_program_is_refused() -> None:
    with pytest.raises(SettingsError, match="WECHAT_APPID"):
        Settings.from_environment({"WECHAT_EVENTS_TOKEN": EVENTS_TOKEN, "PUBLIC_URL": "https://example.org"})


def test_templates_may_be_given_as_pairs() -> None:
    found = wechat_of(WECHAT_TEMPLATES="ticket=T-1, ballot-cast=T-2").templates
    assert {kind: (each.template_id, each.page) for kind, each in found.items()} == {
        "ticket": ("T-1", ""),
        "ballot-cast": ("T-2", ""),
    }
    assert all(each.fields == PLAIN for each in found.values())


def test_templates_may_be_given_as_a_file_with_their_fields(tmp_path: Path) -> None:
    path = tmp_path / "templates.json"
    body = {"ticket": {"template_id": "T-1", "page": "pages/ticket", "fields": {"thing4": "subject"}}}
    path.write_text(json.dumps(body), encoding="utf-8")
    template = wechat_of(WECHAT_TEMPLATES=str(path)).templates["ticket"]
    assert (template.template_id, template.page, template.fields) == (
        "T-1",
        "pages/ticket",
        {"thing4": "subject"},
    )


@pytest.mark.parametrize(
    "text", ["ticket", "ticket=", "=T-1", "Ticket=T-1", "ticket=T-1,ticket=T-2", "missing-file.json"]
)
def test_pairs_that_name_no_template_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="WECHAT_TEMPLATES"):
        wechat_of(WECHAT_TEMPLATES=text)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"ticket": "T-1"},
        {"ticket": {"template_id": "T-1", "data": {}}},
        {"ticket": {"template_id": 1}},
        {"ticket": {"template_id": "T-1", "page": None}},
        {"ticket": {"template_id": "T-1", "fields": {}}},
        {"ticket": {"template_id": "T-1", "fields": {"thing": "subject"}}},
        {"ticket": {"template_id": "T-1", "fields": {"thing1": "text"}}},
    ],
)
def test_a_file_with_a_template_that_wechat_would_refuse_is_refused(tmp_path: Path, body: object) -> None:
    path = tmp_path / "templates.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(SettingsError, match="WECHAT_TEMPLATES"):
        wechat_of(WECHAT_TEMPLATES=str(path))


@pytest.mark.parametrize(
    ("kind", "template"),
    [("ticket", "T-1"), ("ticket-closed", "T-1"), ("ticket-resolved-late", "T-2"), ("tickets", None)],
)
def test_a_kind_is_carried_by_the_template_with_the_longest_name_that_fits(
    kind: str, template: str | None
) -> None:
    found = wechat_of(WECHAT_TEMPLATES="ticket=T-1,ticket-resolved=T-2").template_for(kind)
    assert (found.template_id if found else None) == template


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", (21 * 60 + 30, 7 * 60 + 30)),
        ("22:00-06:15", (22 * 60, 6 * 60 + 15)),
        ("12:00-14:00", (12 * 60, 14 * 60)),
        ("none", None),
    ],
)
def test_quiet_hours_are_read(text: str, hours: tuple[int, int] | None) -> None:
    assert Settings.from_environment({"QUIET_HOURS": text}).quiet_hours == hours


@pytest.mark.parametrize("text", ["9-17", "24:00-07:00", "21:30", "21:30-07:60", "2130-0730"])
def test_quiet_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="QUIET_HOURS"):
        Settings.from_environment({"QUIET_HOURS": text})
