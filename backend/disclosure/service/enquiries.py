"""Owners ask about an entry, and are answered within a limit (Civil Code art. 285)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.disclosure.models import Book, BookEntry, Enquiry, EnquiryAnswer
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.limits import LimitName
from backend.disclosure.rules.refusals import (
    BookEntryUnknown,
    EnquiriesWaiting,
    EnquiryAnswered,
    EnquiryUnknown,
)
from backend.disclosure.rules.values import BookKind
from backend.disclosure.service.due import find_due, limits_of
from backend.disclosure.service.keeper import Keeper, Looker, check_sees_papers
from backend.infra.audit import record_act
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor
from backend.kernel.clock import CHINA
from backend.messages import notify_account

MOST_WAITING = 5
ANSWERED = "disclosure-enquiry-answered"


@dataclass(frozen=True, slots=True)
class EnquiryView:
    """A question without who asked it. `is_late`: its answer came after the limit, or is still out."""

    id: str
    entry_id: int
    text: str
    asked_at: datetime
    due_day: date | None
    answer: str | None
    answered_at: datetime | None
    is_late: bool


def ask(looker: Looker, entry_id: int, text: str) -> EnquiryView:
    """Ask about an entry of common income; for owners.

    Raises:
        SightRefused: no owner here.
        BookEntryUnknown, EnquiriesWaiting, PersonalText: what it says.
    """
    check_sees_papers(looker)
    check_impersonal(text)
    session, now = looker.session, looker.house.clock()
    _check_entry(session, looker.community_id, entry_id)
    _check_waiting(session, looker.account_id)
    limit = limits_of(session, looker.community_id)[LimitName.ANSWER]
    row = Enquiry(
        community_id=looker.community_id,
        entry_id=entry_id,
        account_id=looker.account_id,
        text=text,
        asked_at=now,
        due_day=find_due(session, limit, looker.today),
    )
    session.add(row)
    session.flush()
    record_act(
        session, at=now, actor=looker.account_id, act="disclosure-enquiry-asked", subject=f"enquiry:{row.id}"
    )
    return _view(row, None, looker.today)


def _check_entry(session: Session, community_id: str, entry_id: int) -> None:
    query = (
        sa.select(BookEntry.id)
        .join(Book, Book.id == BookEntry.book_id)
        .where(BookEntry.id == entry_id, Book.community_id == community_id)
        .where(Book.kind == BookKind.COMMON.value)
    )
    if session.scalar(query) is None:
        raise BookEntryUnknown("本小区没有这笔账；请核对编号")


def _check_waiting(session: Session, account_id: str) -> None:
    query = (
        sa.select(sa.func.count())
        .select_from(Enquiry)
        .outerjoin(EnquiryAnswer, EnquiryAnswer.enquiry_id == Enquiry.id)
        .where(Enquiry.account_id == account_id, EnquiryAnswer.enquiry_id.is_(None))
    )
    if (session.scalar(query) or 0) >= MOST_WAITING:
        raise EnquiriesWaiting(f"您有 {MOST_WAITING} 条询问尚待答复；请等答复后再问")


def answer(keeper: Keeper, enquiry_id: str, text: str) -> EnquiryView:
    """Answer a question, and tell who asked it.

    Raises:
        EnquiryUnknown, EnquiryAnswered, PersonalText: what it says.
    """
    check_impersonal(text)
    row = keeper.session.get(Enquiry, enquiry_id, with_for_update=True)
    if row is None or row.community_id != keeper.community_id:
        raise EnquiryUnknown("本小区没有这条询问；请核对编号")
    if keeper.session.get(EnquiryAnswer, enquiry_id) is not None:
        raise EnquiryAnswered("这条询问已有答复；如需补充，请由业主再次询问")
    said = EnquiryAnswer(
        enquiry_id=enquiry_id, text=text, answered_at=keeper.now, recorded_by=keeper.account_id
    )
    keeper.session.add(said)
    keeper.session.flush()
    keeper.record(ANSWERED, f"enquiry:{enquiry_id}")
    notify_account(
        keeper.session,
        keeper.house,
        account_id=row.account_id,
        kind=ANSWERED,
        text=f"您对公共收益账目的询问已答复：{text}",
        important=False,
        subject="公共收益询问已答复",
    )
    return _view(row, said, keeper.today)


def page_of(looker: Looker, cursor: str | None) -> Page[EnquiryView]:
    """Return some questions with their answers, the latest first. Raises CursorRefused."""
    query = (
        sa.select(Enquiry, EnquiryAnswer)
        .outerjoin(EnquiryAnswer, EnquiryAnswer.enquiry_id == Enquiry.id)
        .where(Enquiry.community_id == looker.community_id)
        .order_by(Enquiry.asked_at.desc(), Enquiry.id.desc())
        .limit(PAGE + 1)
    )
    if cursor:
        at, key = read_cursor(cursor)
        earlier = sa.and_(Enquiry.asked_at == at, Enquiry.id < key)
        query = query.where(sa.or_(Enquiry.asked_at < at, earlier))
    rows: Sequence[sa.Row[Enquiry, EnquiryAnswer | None]] = looker.session.execute(query).all()
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    following = cursor_of(last.asked_at, last.id) if last else None
    return Page([_view(asked, said, looker.today) for asked, said in rows[:PAGE]], following)


def _view(row: Enquiry, said: EnquiryAnswer | None, today: date) -> EnquiryView:
    on = said.answered_at.astimezone(CHINA).date() if said else today
    return EnquiryView(
        id=row.id,
        entry_id=row.entry_id,
        text=row.text,
        asked_at=row.asked_at,
        due_day=row.due_day,
        answer=said.text if said else None,
        answered_at=said.answered_at if said else None,
        is_late=row.due_day is not None and on > row.due_day,
    )
