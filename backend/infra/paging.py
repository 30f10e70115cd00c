"""Pages of long lists: a cursor names the last row of a page by what the list is sorted by."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from backend.kernel.clock import parse_instant
from backend.kernel.refusal import BadInput

Item = TypeVar("Item")
PAGE = 50
_AGAIN = "翻页标记无效；请从第一页重新读取"
_KEY = re.compile(r"[0-9A-Za-z_.:-]{1,100}")


class CursorRefused(BadInput):
    """A cursor that this list did not hand out."""

    code = "cursor-refused"
    title = "翻页标记无效"


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items, and the cursor that asks for those after them; None on the last page."""

    items: Sequence[Item]
    next: str | None


def cursor_of_name(name: str) -> str:
    """Return the cursor behind a row of a list that is sorted by names that differ."""
    return base64.urlsafe_b64encode(name.encode()).decode("ascii")


def read_name(cursor: str) -> str:
    """Return the name of such a cursor. Raises CursorRefused."""
    try:
        name = base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise CursorRefused(_AGAIN) from error
    if not name.isprintable():
        raise CursorRefused(_AGAIN)
    return name


def cursor_of(moment: datetime, key: str) -> str:
    """Return the cursor behind a row that is sorted by an instant and, among equals, by a key."""
    return base64.urlsafe_b64encode(json.dumps([moment.isoformat(), key]).encode()).decode("ascii")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Return the instant and the key of a cursor. Raises CursorRefused."""
    try:
        moment, key = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        at, is_key = parse_instant(moment), _KEY.fullmatch(key) is not None
    except (ValueError, TypeError, RecursionError) as error:
        raise CursorRefused(_AGAIN) from error
    if not is_key:
        raise CursorRefused(_AGAIN)
    return at, key
