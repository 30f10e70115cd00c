"""An act in a case, and who acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from backend.fees.rules.arrears.refusals import FormRefused
from backend.fees.rules.arrears.values import Kind, Side
from backend.fees.service.arrears.cases import Case
from backend.fees.service.clerk import Clerk
from backend.infra.auth import Actor

Word = TypeVar("Word")


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do: the kind of event, what they say, photos, and the kind's own facts."""

    kind: Kind
    text: str = ""
    photos: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """A case at hand with the ledger locked, who acts on it, and in which part."""

    clerk: Clerk
    case: Case
    actor: Actor
    side: Side


def one_of(words: type[Word], act: Act, name: str, title: str) -> Word:
    """Return a fact that is one of some words. Raises FormRefused."""
    try:
        return words(act.facts.get(name))  # type: ignore[call-arg]  # enumerations are called with a value
    except ValueError as error:
        allowed = "、".join(str(word) for word in words)  # type: ignore[attr-defined]
        raise FormRefused(f"{title}（{name}）应为 {allowed} 之一") from error


def whole(act: Act, name: str, title: str) -> int:
    """Return a fact that is a whole number above zero. Raises FormRefused."""
    return whole_number(act.facts.get(name), f"{title}（{name}）")


def whole_number(given: object, title: str) -> int:
    """Return what is a whole number above zero. Raises FormRefused."""
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given < 2**53:
        raise FormRefused(f"{title}应为正整数")
    return given


def a_day(given: object, title: str) -> date:
    """Return what is a day, written YYYY-MM-DD. Raises FormRefused."""
    try:
        return date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else _refuse(title)
    except ValueError:
        return _refuse(title)


def ids_in(act: Act, name: str, title: str) -> frozenset[int]:
    """Return a fact that is a list of ids of bills. Raises FormRefused."""
    given = act.facts.get(name, [])
    if not isinstance(given, list) or len(given) > 500:
        raise FormRefused(f"{title}（{name}）应为账单编号的列表")
    return frozenset(whole_number(one, f"{title}（{name}）") for one in given)


def words_in(act: Act, name: str, title: str, most: int) -> str:
    """Return a fact that is a short text. Raises FormRefused."""
    given = act.facts.get(name)
    if not isinstance(given, str) or not 0 < len(given.strip()) <= most:
        raise FormRefused(f"请填写{title}（{name}），至多 {most} 字")
    return given.strip()


def _refuse(title: str) -> date:
    raise FormRefused(f"{title}应为 YYYY-MM-DD 日期")
