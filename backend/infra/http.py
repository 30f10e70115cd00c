"""The HTTP edge: one API object, and one form for every error (RFC 9457 problem documents)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any

from apispec import APISpec
from flask import Flask, Response, abort, request
from flask_smorest import Api
from marshmallow import fields
from werkzeug.exceptions import HTTPException

from backend.infra.forms import Blueprint
from backend.infra.schema import Schema
from backend.kernel.refusal import Refusal
from backend.voting.errors import VotingError

PROBLEM = "application/problem+json"
MAX_BODY_BYTES = 32 * 1024 * 1024

WORDING: Mapping[int, tuple[str, str]] = {
    400: ("malformed-request", "请求无法识别，请检查格式"),
    404: ("no-such-address", "没有这个地址"),
    405: ("method-not-allowed", "这个地址不接受这种请求方法"),
    406: ("not-acceptable", "无法提供所要求的格式"),
    408: ("request-timeout", "请求超时，请重试"),
    413: ("too-large", "内容过大"),
    414: ("address-too-long", "地址过长"),
    415: ("unsupported-media-type", "不接受这种内容类型，请使用 application/json"),
    416: ("range-not-satisfiable", "请求的范围超出文件"),
    422: ("validation-failed", "填写的内容有误"),
    500: ("server-fault", "服务器出错，请稍后再试；如重复出现请联系管理员"),
}
_OTHER = ("http-error", "请求未能完成")


class ProblemSchema(Schema):
    """The form of every error."""

    type = fields.String(required=True, metadata={"description": "/problems/ and the code"})
    title = fields.String(required=True, metadata={"description": "Chinese, the same for every occurrence"})
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "stable name, for programs"})
    detail = fields.String(required=True, metadata={"description": "Chinese: the cause and the remedy"})
    errors = fields.List(
        fields.Dict(), metadata={"description": "each thing that is wrong, e.g. field and rule"}
    )


class HouseApi(Api):  # type: ignore[misc]  # the library has no type information
    """flask-smorest's API with our error form; it describes itself only when asked to.

    Describing some hundred routes takes longer than everything else at the start of a process.
    """

    ERROR_SCHEMA = ProblemSchema
    spec: APISpec

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._describing = Lock()
        super().__init__(app)

    def register_blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        """Mount a blueprint, to be described later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint, **options)
        self._undescribed.append(blueprint)

    def describe(self) -> dict[str, Any]:
        """Return the OpenAPI description of every blueprint."""
        with self._describing:
            for blueprint in self._undescribed:
                blueprint.register_views_in_doc(
                    self, self._app, self.spec, name=blueprint.name, parameters=None
                )
                self.spec.tag({"name": blueprint.name, "description": blueprint.description})
            self._undescribed.clear()
            described: dict[str, Any] = self.spec.to_dict()
            return described

    def _register_responses(self) -> None:
        """Describe errors as what they are sent as: the library would call them plain JSON."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer an HTTP error as a problem document, naming each field and the rule it broke."""
        if error.response is not None:
            return error.response  # type: ignore[return-value]  # made by our own code
        status = error.code or 500
        code, title = WORDING.get(status, _OTHER)
        errors = list(_field_errors(getattr(error, "data", None) or {}))
        detail = "；".join(f"{item['field']}：{item['rule']}" for item in errors) or title
        response = problem(code=code, status=status, title=title, detail=detail, errors=errors)
        for name, value in error.get_headers():
            if name.lower() != "content-type":
                response.headers[name] = value
        return response


def join_http(app: Flask, *, version: str) -> HouseApi:
    """Give the application its API object and its error forms."""
    app.config.update(
        API_TITLE="Yishiting 议事厅",
        API_VERSION=version,
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.before_request(_refuse_nul)
    app.after_request(_keep_types)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    api = HouseApi(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    app.register_error_handler(Refusal, _answer_refusal)
    app.register_error_handler(VotingError, _answer_voting_error)
    return api


def problem(
    *, code: str, status: int, title: str, detail: str, errors: list[dict[str, object]] | None = None
) -> Response:
    """Make a problem document."""
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(json.dumps(body, ensure_ascii=False), status=status, content_type=PROBLEM)


def _refuse_nul() -> None:
    """Refuse an address that holds a NUL: nothing is called so, and PostgreSQL cannot even be asked."""
    if "\x00" in request.path or b"%00" in request.query_string:
        abort(400)


def _answer_refusal(refusal: Refusal) -> Response:
    response = problem(
        code=refusal.code,
        status=refusal.status,
        title=refusal.title,
        detail=refusal.detail,
        errors=refusal.errors,
    )
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer_voting_error(error: VotingError) -> Response:
    """Answer what the core refused and no service put into words of its own."""
    return problem(code=error.code, status=422, title="未通过核验", detail=str(error))


def _field_errors(data: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    messages = data.get("messages") or data.get("errors") or {}
    for place in messages.values() if isinstance(messages, Mapping) else ():
        yield from _flatten("", place)


def _flatten(path: str, found: Any) -> Iterator[dict[str, object]]:
    if isinstance(found, Mapping):
        for name, inner in found.items():
            yield from _flatten(path if name == "_schema" else f"{path}.{name}".lstrip("."), inner)
    elif isinstance(found, list):
        for rule in found:
            yield {"field": path or "body", "rule": _JSON_WORDING.get(str(rule), str(rule))}


_JSON_WORDING = {
    "Invalid JSON body.": "不是有效的 JSON",
    "Invalid input type.": "应为 JSON 对象",
    "Unknown field.": "没有这个字段",
}


def _keep_types(response: Response) -> Response:
    """Have browsers take an answer for what it says it is, or an uploaded file might run as a page."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response
