"""A person's own data: a copy of it, and an end of the account (个人信息保护法 arts. 44, 45 and 47).

Each capability says what it holds about a person, and what it forgets when the person leaves. What the law
has us keep, such as ballots, bills and the trail, stays, without the phone that led to the person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from backend.infra.auth import Actor
from backend.infra.house import House

Value = Mapping[str, object] | Sequence[object]
Copy = Callable[[Session, House, Actor], Value]
Farewell = Callable[[Session, House, Actor], None]
_COPIES: dict[str, Copy] = {}
_FAREWELLS: list[Farewell] = []


def own_data(name: str) -> Callable[[Copy], Copy]:
    """Register the function that returns what is held about a person under this name, ready for JSON."""

    def register(function: Copy) -> Copy:
        if name in _COPIES:
            raise ValueError(f"two copies of {name}")
        _COPIES[name] = function
        return function

    return register


def at_farewell(function: Farewell) -> Farewell:
    """Register a function that forgets what need not be kept when a person closes the account."""
    _FAREWELLS.append(function)
    return function


def copy_of(session: Session, house: House, actor: Actor) -> dict[str, Value]:
    """Return everything that is held about a person, by what it is."""
    return {name: _COPIES[name](session, house, actor) for name in sorted(_COPIES)}


def say_farewell(session: Session, house: House, actor: Actor) -> None:
    """Have every capability forget a person; whoever calls then closes the account itself."""
    for function in _FAREWELLS:
        function(session, house, actor)
