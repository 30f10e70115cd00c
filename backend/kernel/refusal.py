"""The one family of refusals: what a person may not do now, why, and what to do about it.

`backend.infra.http` turns each into an RFC 9457 problem document; nothing else does.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Base of every refusal. A subclass states `code`, `title` and, unless it is 409, `status`.

    Attributes:
        code: stable, kebab-case, unique in the project; programs decide by it.
        status: the HTTP status the refusal is answered with.
        title: Chinese, the same for every occurrence.
        detail: Chinese, about this occurrence: the cause and, where there is one, the remedy.
        errors: one mapping for each thing that is wrong, when there are several; keys are the caller's.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "不能这样做"

    def __init__(self, detail: str | None = None, *, errors: list[dict[str, object]] | None = None) -> None:
        self.detail = detail or self.title
        self.errors = errors or []
        super().__init__(self.detail)


class NotFound(Refusal):
    """What was asked for does not exist, or this person may not know that it does."""

    code = "not-found"
    status = 404
    title = "没有找到所请求的内容"


class Forbidden(Refusal):
    """The person is known, and lacks the role or the bond that the act demands."""

    code = "forbidden"
    status = 403
    title = "没有办理此事的权限"


class BadInput(Refusal):
    """A value that cannot be read as what it is meant to be."""

    code = "bad-input"
    status = 422
    title = "填写的内容有误"
