"""The guard at the door: every route states who may call it, and one that states nothing is refused.

`@public` and `@signed_in` only mark a view; the guard acts before each request. What a known person may
do is decided in services, by role (`backend.identity.require_role`) or by bond to a unit.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request

from backend.kernel.refusal import Refusal

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed-in"
_STATED = "stated_authentication"


class NotSignedIn(Refusal):
    """No token, or one in a form that is not `Authorization: Bearer TOKEN`."""

    code = "not-signed-in"
    status = 401
    title = "请先登录"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Attributes:
        account_id: the account that the token belongs to.
        phone_hash: keyed hash of the account's phone, by which registry rows are matched to it.
        token_id: the session, so that it can be ended.
    """

    account_id: str
    phone_hash: str
    token_id: str


def public(view: View) -> View:
    """State that anybody may call this view."""
    return _state(view, PUBLIC)


def signed_in(view: View) -> View:
    """State that only a person with a valid token may call this view; see `current_actor`."""
    documentation = deepcopy(getattr(view, "_apidoc", {}))
    documentation.setdefault("manual_doc", {})["security"] = [{"bearer": []}]
    view._apidoc = documentation  # type: ignore[attr-defined]  # noqa: SLF001  (where flask-smorest reads it)
    return _state(view, SIGNED_IN)


def current_actor() -> Actor:
    """Return who calls. Only for views that state `@signed_in`."""
    return cast("Actor", g.actor)


def find_actor() -> Actor | None:
    """Return who calls, None on a public view."""
    return cast("Actor | None", g.get("actor"))


def stated_authentication(view: Callable[..., Any], method: str) -> str | None:
    """Return what a registered view states for an HTTP method, None if it states nothing."""
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        return getattr(view, _STATED, None)
    name = "get" if method == "HEAD" else method.lower()
    return getattr(getattr(view_class, name, None), _STATED, None)


def join_guard(app: Flask, authenticate: Callable[[str], Actor]) -> None:
    """Place the guard before every request. `authenticate` turns a token into an actor or refuses it."""

    def guard() -> None:
        if request.url_rule is None or request.method == "OPTIONS":
            return  # routing answers 404, 405 and OPTIONS by itself
        stated = stated_authentication(
            current_app.view_functions[cast("str", request.endpoint)], request.method
        )
        if stated == PUBLIC:
            return
        if stated != SIGNED_IN:
            raise RuntimeError(f"{request.endpoint} states no authentication")
        g.actor = authenticate(_bearer_token())

    app.before_request(guard)


def _state(view: View, kind: str) -> View:
    setattr(view, _STATED, kind)
    return view


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("请先登录，并在请求头中写明 Authorization: Bearer 令牌")
    return token.strip()
