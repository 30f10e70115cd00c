"""No unit pays more than it has, on any day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.disclosure.models import BookPosting
from backend.disclosure.rules.refusals import UnitsShort
from backend.disclosure.rules.values import Account
from backend.disclosure.service.journal import least_of_units
from backend.kernel.money import format_fen
from backend.registry import get_unit

MOST_NAMED = 20


def check_can_pay(session: Session, book_id: int, amounts: Mapping[str, int], day: date) -> None:
    """Refuse that units pay these amounts on a day, where one of them has less then or later.

    Raises:
        UnitsShort: `errors` names the first of them with what is missing.
    """
    least = least_of_units(session, book_id, amounts, day)
    short = {
        unit_id: amount - least[unit_id] for unit_id, amount in amounts.items() if amount > least[unit_id]
    }
    if short:
        errors: list[dict[str, object]] = [
            {"unit": get_unit(session, unit_id).label, "short_fen": missing}
            for unit_id, missing in list(short.items())[:MOST_NAMED]
        ]
        raise UnitsShort(
            f"{len(short)} 套房屋余额不足，共缺 {format_fen(sum(short.values()))} 元；"
            "请先由相关业主补交或续筹，或核对金额和日期",
            errors=errors,
        )


def check_units_have(session: Session, book_id: int, entry_id: int) -> None:
    """Refuse to undo an entry that brought units what they have used since.

    Raises:
        UnitsShort: see `check_can_pay`.
    """
    query = sa.select(BookPosting.unit_id, BookPosting.day, -sa.func.sum(BookPosting.amount_fen)).where(
        BookPosting.entry_id == entry_id, BookPosting.account == Account.UNIT.value
    )
    rows = session.execute(query.group_by(BookPosting.unit_id, BookPosting.day)).all()
    brought = {str(unit_id): int(amount) for unit_id, _, amount in rows if amount > 0}
    if brought:
        check_can_pay(session, book_id, brought, rows[0][1])
