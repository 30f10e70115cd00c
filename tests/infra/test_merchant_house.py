"""A house with a merchant account: what it needs, and what stops it from opening."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from backend.fees.rules.pay_refusals import WechatPayOff
from backend.fees.service.channel import channel_of
from backend.infra.config import SettingsError
from backend.infra.house import open_house
from backend.infra.wechatpay.errors import PaymentKeysUnusable
from tests.houses import some_settings
from tests.standins.wechatpay_keys import APPID, MCHID, write_keys

WECHAT = {"WECHAT_APPID": APPID, "WECHAT_SECRET": "fictional-secret"}
ADDRESS = {"PUBLIC_URL": "https://yishiting.example"}


def test_orders_name_the_mini_program_and_notices_come_to_the_public_address(tmp_path: Path) -> None:
    house = open_house(some_settings(tmp_path / "data", **write_keys(tmp_path / "m"), **WECHAT, **ADDRESS))
    channel = channel_of(house)
    assert (channel.appid, channel.mchid) == (APPID, MCHID)
    assert channel.notify_url == "https://yishiting.example/wechatpay/notices"


def test_without_settings_there_is_no_channel_and_that_is_said(tmp_path: Path) -> None:
    house = open_house(some_settings(tmp_path / "data", **WECHAT))
    assert house.wechatpay is None
    with pytest.raises(WechatPayOff, match="其他方式"):
        channel_of(house)


def test_a_merchant_without_a_mini_program_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="WECHAT_APPID"):
        open_house(some_settings(tmp_path / "data", **write_keys(tmp_path / "m"), **ADDRESS))


def test_an_address_that_notices_cannot_come_to_does_not_start(tmp_path: Path) -> None:
    environment = write_keys(tmp_path / "m") | WECHAT | {"PUBLIC_URL": "http://yishiting.example"}
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        open_house(some_settings(tmp_path / "data", **environment))


def test_a_damaged_key_does_not_start(tmp_path: Path) -> None:
    environment = write_keys(tmp_path / "m") | WECHAT | ADDRESS
    Path(environment["WECHATPAY_KEY_FILE"]).write_text("no key", encoding="ascii")
    with pytest.raises(PaymentKeysUnusable):
        open_house(some_settings(tmp_path / "data", **environment))


def test_a_drill_takes_no_money(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("2026-03-02T12:00:00+08:00", encoding="ascii")
    environment = write_keys(tmp_path / "m") | WECHAT | ADDRESS | {"DRILL": "1", "DRILL_CLOCK": str(clock)}
    with capture_logs() as logs:
        house = open_house(some_settings(tmp_path / "data", **environment))
    assert (house.is_drill, house.wechatpay) == (True, None)
    assert [entry["event"] for entry in logs if entry["event"] == "wechatpay-off"] == ["wechatpay-off"]
