"""The tree of categories that a new server begins with (categories.toml), as rows of its table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from backend.complaints.rules.answers import check_questions


def first_categories() -> list[dict[str, Any]]:
    """Return a row for each heading and each leaf, headings before their leaves."""
    text = files("backend.complaints.rules").joinpath("categories.toml").read_text(encoding="utf-8")
    return list(_rows(tomllib.loads(text)["heading"]))


def _rows(headings: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for position, heading in enumerate(headings):
        yield _row(heading, parent=None, position=position)
        for place, leaf in enumerate(heading["leaf"]):
            yield _row(leaf, parent=heading["code"], position=place)


def _row(one: Mapping[str, Any], *, parent: str | None, position: int) -> dict[str, Any]:
    return {
        "code": one["code"],
        "parent": parent,
        "name": one["name"],
        "description": one.get("description", ""),
        "keywords": one.get("keywords", ""),
        "priority": one.get("priority", "P3"),
        "department": one.get("department", ""),
        "questions": check_questions(one.get("questions", [])),
        "needs_proof": one.get("proof", False),
        "radius_m": one.get("radius", 0),
        "position": position,
        "retired_at": None,
    }
