"""The list of differences: kept once each, closed by people with a note, or when a later look agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Difference, Reconciliation
from backend.fees.rules.pay_refusals import DifferenceUnknown
from backend.fees.rules.pay_wording import AGREES_NOW, DIFFERENCE_COLUMNS, DIFFERENCES
from backend.fees.rules.reconciling import Found, Line, Source, net_fen
from backend.fees.service.clerk import Clerk
from backend.infra.house import House
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor
from backend.infra.tables import Row
from backend.kernel.money import format_fen

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Look:
    """One comparison: of whom with whom, over which days. The community is None for orders of nobody."""

    source: Source
    first: date
    last: date
    community_id: str | None
    by: str


def keep_look(
    session: Session,
    house: House,
    look: Look,
    ours: Sequence[Line],
    theirs: Sequence[Line],
    found: list[Found],
) -> Reconciliation | None:
    """Keep what a comparison found; return its record, None where it is about no community."""
    keep_differences(session, house, look, found)
    if look.community_id is None:
        return None
    row = Reconciliation(
        community_id=look.community_id,
        source=look.source.value,
        first_day=look.first,
        last_day=look.last,
        ours=len(ours),
        ours_fen=net_fen(ours),
        theirs=len(theirs),
        theirs_fen=net_fen(theirs),
        differences=len(found),
        at=house.clock(),
        recorded_by=look.by,
    )
    session.add(row)
    session.flush()
    return row


def keep_differences(session: Session, house: House, look: Look, found: Iterable[Found]) -> None:
    """Keep the differences of a comparison, and close those of its days that are none any more."""
    before = {row.key: row for row in session.scalars(_of(look))}
    keys = set()
    for one in found:
        key = _key(look, one)
        keys.add(key)
        row = before.get(key)
        if row is None:
            session.add(_row(house, look, one, key))
            continue
        row.ours_fen, row.theirs_fen = _amounts(one)
        if row.closed_by == SYSTEM:
            row.closed_at, row.closed_by, row.note = None, None, ""
    for key, row in before.items():
        if key not in keys and row.closed_at is None:
            row.closed_at, row.closed_by, row.note = house.clock(), SYSTEM, AGREES_NOW


def close_difference(clerk: Clerk, difference_id: str, note: str) -> Difference:
    """Close a difference with a note; closed again, the later note stands. Raises DifferenceUnknown."""
    row = clerk.session.get(Difference, difference_id, with_for_update=True)
    if row is None or row.community_id not in (clerk.community_id, None):
        raise DifferenceUnknown("本小区没有这条差异；请刷新后重试")
    row.closed_at, row.closed_by, row.note = clerk.now, clerk.account_id, note
    clerk.record("difference-closed", f"difference:{row.id}", {"kind": row.kind})
    return row


def list_looks(session: Session, community_id: str) -> Sequence[Reconciliation]:
    """Return the latest comparisons of a community."""
    query = sa.select(Reconciliation).where(Reconciliation.community_id == community_id)
    return session.scalars(query.order_by(Reconciliation.at.desc(), Reconciliation.id).limit(PAGE)).all()


def list_differences(
    session: Session, community_id: str, *, only_open: bool, cursor: str | None
) -> Page[Difference]:
    """Return differences of a community and those of none, the latest first."""
    query = _here(community_id, only_open=only_open)
    if cursor is not None:
        at, key = read_cursor(cursor)
        older = sa.and_(Difference.found_at == at, Difference.id < key)
        query = query.where(sa.or_(Difference.found_at < at, older))
    rows = session.scalars(query.limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], cursor_of(last.found_at, last.id) if last else None)


def difference_rows(session: Session, community_id: str) -> Iterator[Row]:
    """Yield the difference list as a table, header first, without a cap."""
    yield DIFFERENCE_COLUMNS
    query = _here(community_id, only_open=False).execution_options(yield_per=500)
    for row in session.scalars(query):
        yield (
            row.day.isoformat(),
            DIFFERENCES[row.source],
            DIFFERENCES[row.what],
            DIFFERENCES[row.kind],
            row.number,
            "" if row.ours_fen is None else format_fen(row.ours_fen),
            "" if row.theirs_fen is None else format_fen(row.theirs_fen),
            row.detail,
            row.found_at,
            row.closed_at,
            row.note,
        )


def _here(community_id: str, *, only_open: bool) -> sa.Select[Difference]:
    here = sa.or_(Difference.community_id == community_id, Difference.community_id.is_(None))
    query = sa.select(Difference).where(here).order_by(Difference.found_at.desc(), Difference.id.desc())
    return query.where(Difference.closed_at.is_(None)) if only_open else query


def _of(look: Look) -> sa.Select[Difference]:
    return sa.select(Difference).where(
        Difference.source == look.source.value,
        Difference.day.between(look.first, look.last),
        Difference.community_id == look.community_id
        if look.community_id is not None
        else Difference.community_id.is_(None),
    )


def _key(look: Look, found: Found) -> str:
    line = found.line
    parts = (look.community_id or "", look.source, line.day.isoformat(), line.what, line.number, found.kind)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _row(house: House, look: Look, found: Found, key: str) -> Difference:
    line = found.line
    states = [one.state for one in (found.ours, found.theirs) if one is not None and one.state]
    return Difference(
        key=key,
        community_id=look.community_id,
        source=look.source.value,
        day=line.day,
        kind=found.kind.value,
        what=line.what.value,
        number=line.number[:64],
        ours_fen=_amounts(found)[0],
        theirs_fen=_amounts(found)[1],
        detail=" / ".join(states)[:200],
        found_at=house.clock(),
    )


def _amounts(found: Found) -> tuple[int | None, int | None]:
    ours, theirs = found.ours, found.theirs
    return ours.amount_fen if ours else None, theirs.amount_fen if theirs else None
