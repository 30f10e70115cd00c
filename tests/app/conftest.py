"""The app's tools and builds. In CI none may be missing; elsewhere a test says what it lacks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from scripts.environment import SetUpFailed
from scripts.webapp import Node, ensure_built, ensure_packages

Made = TypeVar("Made")


def made(make: Callable[[], Made]) -> Made:
    """Make something of the app's, or say why this machine cannot."""
    try:
        return make()
    except SetUpFailed as error:
        reason = f"the app cannot be built here: {error}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
        raise AssertionError from error


@pytest.fixture(scope="session")
def node() -> Node:
    """Node, with the packages of the app."""
    return made(ensure_packages)


@pytest.fixture(scope="session")
def browser_build() -> Path:
    """The app for browsers."""
    return made(ensure_built)


@pytest.fixture(scope="session")
def wechat_build() -> Path:
    """The mini-program."""
    return made(lambda: ensure_built("mp-weixin"))
