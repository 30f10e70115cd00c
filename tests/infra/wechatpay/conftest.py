"""A merchant's client and a gateway on the loopback address that plays WeChat Pay, with one clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.infra.wechatpay.client import Client
from tests.houses import SetClock
from tests.infra.wechatpay.merchant import a_client
from tests.standins.wechatpay import Gateway, serving


@pytest.fixture
def gateway(clock: SetClock) -> Iterator[Gateway]:
    """The platform, signing with a public key that has an id."""
    with serving(Gateway(clock)) as served:
        yield served


@pytest.fixture
def client(gateway: Gateway, tmp_path: Path, clock: SetClock) -> Client:
    """The merchant's client of that platform."""
    return a_client(tmp_path / "keys", gateway.base_url, clock)
