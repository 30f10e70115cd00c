"""How JSON arrives: read once, strictly, so that no two programs on its way can read it differently."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

import flask_smorest
import marshmallow as ma
from flask import Request
from webargs import missing
from webargs.flaskparser import FlaskParser, abort, is_json_request

from backend.kernel.refusal import BadInput

UNSTORABLE = "文字中有不成对的代理字符或空字符"


class FieldNamedTwice(BadInput):
    """An object names a field twice: which of the two was meant would be a guess."""

    code = "field-named-twice"
    title = "同一字段出现了两次"


class _StrictParser(FlaskParser):
    def load_json(self, req: Request, schema: ma.Schema) -> Any:  # noqa: ARG002  (the library's signature)
        """Read the body; one that is empty or of another kind counts as missing."""
        content = req.get_data(cache=True) if is_json_request(req) else b""
        return _parse(content) if content else missing


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no type information
    """A blueprint whose routes read JSON strictly."""

    ARGUMENTS_PARSER: ClassVar[FlaskParser] = _StrictParser()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Read requests by a schema that is made once: making one copies every field of it."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)


def _parse(content: bytes) -> Any:
    try:
        found = json.loads(content.decode(), object_pairs_hook=_each_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:  # also a number of too many digits, and too deep a nest
        abort(400, exc=error, messages={"json": ["Invalid JSON body."]})
    if b"\\u" in content:  # only an escape can write what no text may hold
        _refuse_unstorable(found)
    return found


def _refuse_unstorable(found: object) -> None:
    """Refuse half of a surrogate pair, which no encoding carries, and NUL, which no database keeps."""
    waiting = [("body", found)]
    while waiting:  # not by recursion: the reader allows deeper nests than the rest of the stack
        field, value = waiting.pop()
        if isinstance(value, str) and not _is_storable(value):
            abort(422, messages={"json": {field: [UNSTORABLE]}})
        elif isinstance(value, Mapping):
            waiting += [(field if field != "body" else name, inner) for name, inner in value.items()]
            waiting += [(field, name) for name in value]  # read first, so that no bad name is repeated
        elif isinstance(value, list):
            waiting += [(field, inner) for inner in value]


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _each_once(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise FieldNamedTwice(f"字段“{name[:40]}”出现了两次，不知以哪个为准；请只写一次")
        found[name] = value
    return found


def _refuse(literal: str) -> NoReturn:
    raise ValueError(f"{literal} is not JSON")
