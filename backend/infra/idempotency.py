"""`Idempotency-Key`: a call that a phone repeats is carried out once and answered the same each time.

The key is claimed inside the transaction that makes the change, so the change is never made twice. A
service that knows its answer then notes it in the same transaction (`keep_answer`); for the others it is
noted right after, and if the server dies between the two, a repeat is told that the change was made and
to read the present state, rather than making it again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.auth import find_actor
from backend.infra.db import Base, Instant, Line, asking, at_next_write, changing
from backend.infra.house import current_house
from backend.infra.prepared import Prepared, inserting
from backend.kernel.refusal import BadInput, Refusal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r"[A-Za-z0-9._:-]{8,100}")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class IdempotencyKeyUnreadable(BadInput):
    """The key is not 8 to 100 letters, digits, dots, underscores, colons or hyphens."""

    code = "idempotency-key-unreadable"
    title = "Idempotency-Key 格式不对"


class IdempotencyKeyReused(Refusal):
    """The key was used for another content; answering the old answer would mislead."""

    code = "idempotency-key-reused"
    status = 422
    title = "同一 Idempotency-Key 用于了不同的内容"


class RequestInProgress(Refusal):
    """The same call is being carried out at this moment."""

    code = "request-in-progress"
    title = "同一请求正在处理"


class AnswerLost(Refusal):
    """The change was made, and its answer was lost before it could be noted."""

    code = "answer-lost"
    title = "此请求已经生效，但当时的答复未能留存"


class IdempotencyAnswer(Base):
    """A claimed key, and the answer once it is known."""

    __tablename__ = "idempotency_answers"

    account_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    route: Mapped[str] = mapped_column(sa.String(300), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    request_sha256: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int | None]
    content_type: Mapped[str | None] = mapped_column(sa.String(100))
    body: Mapped[bytes | None]


Identity = tuple[str, str, str]
"""Account, method and path, key."""
_TABLE = cast("sa.Table", IdempotencyAnswer.__table__)
_IS_IT = sa.and_(
    _TABLE.c.account_id == sa.bindparam("the_account"),
    _TABLE.c.route == sa.bindparam("the_route"),
    _TABLE.c.key == sa.bindparam("the_key"),
)
_ANSWER = Prepared(
    sa.select(_TABLE.c.request_sha256, _TABLE.c.status, _TABLE.c.content_type, _TABLE.c.body).where(_IS_IT)
)
_CLAIM = inserting(IdempotencyAnswer, "account_id", "route", "key", "at", "request_sha256")
_NOTE = Prepared(
    sa.update(_TABLE)
    .where(_IS_IT)
    .values(
        status=sa.bindparam("new_status"),
        content_type=sa.bindparam("new_content_type"),
        body=sa.bindparam("new_body"),
    )
)


def keep_answer(line: Line, status: int, answer: Mapping[str, object]) -> Response:
    """Note the answer of this request in the transaction that makes its change, so that no crash loses it.

    The view must return the same content. Nothing is noted where the caller sent no key.
    """
    response = jsonify(answer)
    response.status_code = status
    identity = g.pop("claimed", None)
    if identity is not None:
        _note(line, identity, response)
    return response


def join_idempotency(app: Flask) -> None:
    """Have the application honour the header on every unsafe call of a signed-in person."""
    app.before_request(_answer_again)
    app.after_request(_note_answer)


def _answer_again() -> Response | None:
    key, actor = request.headers.get(HEADER), find_actor()
    if key is None or actor is None or request.method in SAFE_METHODS:
        return None
    if not KEY.fullmatch(key):
        raise IdempotencyKeyUnreadable("Idempotency-Key 应为 8 至 100 个字母、数字或 . _ : -")
    identity = (actor.account_id, f"{request.method} {request.path}", key)
    digest = hashlib.sha256(request.get_data()).hexdigest()
    with asking() as line:
        stored = _ANSWER.first(line, **_named(identity))
    if stored is not None:
        return _stored_answer(digest, *stored)
    g.claimed = identity
    at_next_write(lambda line: _claim(line, identity, digest))
    return None


def _stored_answer(
    digest: str, request_sha256: str, status: int | None, content_type: str | None, body: bytes | None
) -> Response:
    if request_sha256 != digest:
        raise IdempotencyKeyReused("这个 Idempotency-Key 已用于不同的内容；请换一个新的")
    if status is None:
        raise AnswerLost("此请求已经生效，但当时的答复未能留存；请查询当前状态，不要换键重发")
    response = Response(body, status=status, content_type=content_type)
    response.headers[REPLAYED] = "true"
    return response


def _claim(line: Line, identity: Identity, digest: str) -> None:
    row = {"account_id": identity[0], "route": identity[1], "key": identity[2], "request_sha256": digest}
    try:
        _CLAIM.run(line, {**row, "at": current_house().clock()})
    except IntegrityError as error:
        raise RequestInProgress("同一请求正在处理，请稍候再查询结果") from error


def _note_answer(response: Response) -> Response:
    identity = g.pop("claimed", None)
    if identity is None:
        return response
    with changing() as line:  # changes nothing where the claim was rolled back with its change
        _note(line, identity, response)
    return response


def _note(line: Line, identity: Identity, response: Response) -> None:
    answer = {
        "status": response.status_code,
        "content_type": response.content_type,
        "body": response.get_data(),
    }
    _NOTE.run(line, {**_named(identity), **{f"new_{name}": value for name, value in answer.items()}})


def _named(identity: Identity) -> dict[str, str]:
    return dict(zip(("the_account", "the_route", "the_key"), identity, strict=True))
