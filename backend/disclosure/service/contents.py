"""What a publication says of a period: the figures of the screen, as plain values that are signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backend.disclosure.models import CommonSource
from backend.disclosure.rules.limits import Period
from backend.disclosure.rules.values import BookKind, EntryKind, Ground
from backend.disclosure.rules.wording import BOOKS, GROUNDS
from backend.disclosure.service.accounts import Standing, fund_on
from backend.disclosure.service.common import sources_of
from backend.disclosure.service.keeper import Keeper
from backend.disclosure.service.listing import EntryView, all_of
from backend.disclosure.service.projects import projects_of
from backend.disclosure.service.summary import Line, common_summary, fund_summary
from backend.registry import get_community

Json = dict[str, Any]
_ALL_UNITS = frozenset({EntryKind.INTEREST, EntryKind.FROM_COMMON, EntryKind.USE})
"""Entries of the fund that concern many units; any other may be one unit's own affair."""


def content_of(keeper: Keeper, kind: BookKind, period: Period) -> Json:
    """Return what is published of a period."""
    name = get_community(keeper.session, keeper.community_id).name
    head = {
        "book": kind.value,
        "title": f"{name}{period.name}{BOOKS[kind]}收支公示",
        "community": {"id": keeper.community_id, "name": name},
        "period": {
            "name": period.name,
            "first_day": period.first.isoformat(),
            "last_day": period.last.isoformat(),
        },
    }
    return head | (_common(keeper, period) if kind is BookKind.COMMON else _fund(keeper, period))


def _common(keeper: Keeper, period: Period) -> Json:
    found = common_summary(keeper.session, keeper.community_id, period.first, period.last)
    entries = list(all_of(keeper.session, keeper.community_id, BookKind.COMMON, period.first, period.last))
    names = ("opening_fen", "income_fen", "cost_fen", "paid_out_fen", "closing_fen")
    named = {one.source_id for one in entries}
    sources = [one for one in sources_of(keeper.session, keeper.community_id) if one.id in named]
    return {
        "figures": {name: getattr(found, name) for name in names},
        "income": _lines(found.income),
        "cost": _lines(found.cost),
        "paid_out": _lines(found.paid_out),
        "contracts": [_contract(one) for one in sources],
        "entries": [_entry(one) for one in entries],
        "not_reviewed": sum(one.agrees is None and one.kind is not EntryKind.SPLIT for one in entries),
    }


def _fund(keeper: Keeper, period: Period) -> Json:
    found = fund_summary(keeper.session, keeper.community_id, period.first, period.last)
    view = fund_on(keeper.session, keeper.community_id, period.last)
    entries = all_of(keeper.session, keeper.community_id, BookKind.FUND, period.first, period.last)
    shown = [one for one in entries if one.kind in _ALL_UNITS]
    return {
        "figures": {"opening_fen": found.opening_fen, "closing_fen": found.closing_fen},
        "lines": _lines(found.lines),
        "whole": _standing(view.whole),
        "buildings": [_standing(one) for one in view.cells],
        "projects": _projects(keeper, {one.project_id for one in shown}),
        "entries": [_entry(one) for one in shown],
    }


def _projects(keeper: Keeper, wanted: set[str | None]) -> list[Json]:
    return [
        {
            "id": row.id,
            "title": row.title,
            "scope": row.scope,
            "budget_fen": row.budget_fen,
            "ground": GROUNDS[Ground(row.ground)],
            "assembly": row.assembly_id,
            "item": row.item_id,
        }
        for row in projects_of(keeper.session, keeper.community_id)
        if row.id in wanted
    ]


def _lines(lines: Sequence[Line]) -> list[Json]:
    return [{"key": line.key, "name": line.name, "amount_fen": line.amount_fen} for line in lines]


def _contract(row: CommonSource) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "counterparty": row.counterparty,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "amount_fen": row.amount_fen,
        "terms": row.terms,
        "contract": row.contract_id,
    }


def _entry(one: EntryView) -> Json:
    return {
        "id": one.id,
        "day": one.day.isoformat(),
        "kind": one.name,
        "about": one.about,
        "amount_fen": one.amount_fen,
        "memo": one.memo,
        "reference": one.reference,
        "reverses": one.reverses_id,
        "project": one.project_id,
        "assembly": one.ground.assembly_id if one.ground else None,
        "item": one.ground.item_id if one.ground else None,
        "reviewed": one.agrees,
        "vouchers": [{"id": paper.id, "sha256": paper.sha256} for paper in one.papers],
    }


def _standing(one: Standing) -> Json:
    return {
        "name": one.name,
        "units": one.units,
        "low_units": one.low_units,
        "first_fen": one.first_fen,
        "balance_fen": one.balance_fen,
        "left_permille": one.permille,
    }
