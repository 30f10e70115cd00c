"""Logs: one JSON object a line, with nothing personal or secret in it."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from backend.kernel.ids import new_id

SECRET_NAMES = re.compile(
    r"phone|name|token|code|secret|password|authorization|document_number|owner", re.IGNORECASE
)
HARMLESS_NAMES = frozenset({"code", "endpoint_name", "logger_name"})
PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?86)?1[3-9][0-9]{9}(?![0-9A-Za-z])|(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])"
)
HIDDEN = "[hidden]"


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide values under telling names, and phone and identity numbers wherever they stand."""
    for name, value in event.items():
        if SECRET_NAMES.search(name) and name not in HARMLESS_NAMES:
            event[name] = HIDDEN
        elif isinstance(value, str):
            event[name] = PERSONAL.sub(HIDDEN, value)
    return event


def set_up_logs() -> None:
    """Send structured lines to standard error, for this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def join_logs(app: Flask) -> None:
    """Give each request an id, and a line when it has been answered."""

    def begin() -> None:
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=new_id())

    def finish(response: Response) -> Response:
        elapsed = time.perf_counter() - g.get("began", time.perf_counter())
        rule = request.url_rule.rule if request.url_rule else "-"
        structlog.get_logger().info(
            "answered",
            method=request.method,
            route=rule,
            status=response.status_code,
            ms=round(elapsed * 1000, 1),
        )
        return response

    app.before_request(begin)
    app.after_request(finish)
