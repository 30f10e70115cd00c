"""/healthz: the process answers. /readyz: it may be sent requests. /api/docs: what may be asked of it."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Blueprint, Flask, Response, jsonify

from backend.infra.auth import public
from backend.infra.db import reading
from backend.infra.house import current_house
from backend.infra.http import HouseApi, problem
from backend.infra.migrating import WrongVersion, check_version
from backend.kernel.clock import ClockError

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Tell that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """Tell whether database, its version and the clock are fit for requests."""
    house = current_house()
    try:
        house.clock()
        with reading() as session:
            check_version(session.connection())
    except (WrongVersion, ClockError, sa.exc.SQLAlchemyError) as error:
        structlog.get_logger().error("not-ready", reason=f"{type(error).__name__}: {error}")
        return problem(
            code="not-ready", status=503, title="服务尚未就绪", detail="数据库或时钟不可用，请查看服务器日志"
        )
    return jsonify(status="ready", drill=house.is_drill)


def join_documentation(app: Flask, api: HouseApi) -> None:
    """Serve the description of the API, as JSON and as a page that loads nothing from elsewhere."""

    @public
    def document() -> Response:
        return jsonify(api.describe())

    @public
    def page() -> Response:
        return Response(_page(api.describe()), content_type="text/html; charset=utf-8")

    app.add_url_rule("/api/openapi.json", "openapi", document)
    app.add_url_rule("/api/docs", "docs", page)


def _page(description: Mapping[str, Any]) -> str:
    rows = "\n".join(_rows(description["paths"]))
    title = html.escape(description["info"]["title"])
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title} API</title>'
        "<style>body{font:15px sans-serif;margin:2em}td{padding:.3em 1em .3em 0;vertical-align:top}"
        "td:nth-child(-n+3){white-space:nowrap}</style>"
        f'<h1>{title} API</h1><p>完整描述（OpenAPI）：<a href="/api/openapi.json">/api/openapi.json</a></p>'
        f"<table>{rows}</table></html>"
    )


def _rows(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            if isinstance(operation, Mapping) and "responses" in operation:
                who = "登录" if operation.get("security") else "公开"
                cells = (method.upper(), path, who, operation.get("summary", ""))
                yield "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
