"""The tree of categories and the time limits of a community: what is set up beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Category, ComplaintSettings
from backend.complaints.rules import refusals
from backend.complaints.rules.answers import check_questions
from backend.complaints.rules.promises import DEFAULTS, Promises
from backend.complaints.rules.values import Priority
from backend.identity import Role, require_role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.house import House
from backend.infra.prepared import Prepared
from backend.registry import require_post


@dataclass(frozen=True, slots=True)
class KnownCategory:
    """What a ticket needs of its category; see `models.Category`."""

    code: str
    parent: str | None
    name: str
    priority: str
    department: str
    questions: Sequence[Mapping[str, Any]]
    needs_proof: bool
    radius_m: int
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class CategoryDraft:
    """A category as an administrator enters it; see `models.Category`."""

    code: str
    parent: str | None
    name: str
    description: str = ""
    keywords: str = ""
    priority: Priority = Priority.P3
    department: str = ""
    questions: Sequence[Mapping[str, Any]] = ()
    needs_proof: bool = False
    radius_m: int = 50
    position: int = 0


def list_categories(session: Session, *, retired: bool = False) -> Sequence[Category]:
    """Return the tree, parents before children, in the order that is set. For anybody."""
    query = sa.select(Category).order_by(Category.parent.is_not(None), Category.position, Category.code)
    return session.scalars(query if retired else query.where(Category.retired_at.is_(None))).all()


def get_open_category(line: Line, code: str) -> KnownCategory:
    """Return a category that takes reports.

    Raises:
        CategoryUnknown: there is none, it is retired, or it is only a heading of others.
    """
    row = _find(line, code)
    if row is None or row.retired_at is not None or row.parent is None:
        raise refusals.CategoryUnknown(f"没有可提交的诉求类别“{code[:40]}”；请从类别列表中选择")
    return row


def get_category(line: Line, code: str) -> KnownCategory:
    """Return a category that a ticket names; it may be retired."""
    row = _find(line, code)
    if row is None:
        raise LookupError(f"no category {code}")  # none that a ticket names is ever deleted
    return row


_CATEGORY = Prepared(  # every new ticket asks it
    sa.select(*(getattr(Category, one.name) for one in fields(KnownCategory))).where(
        Category.code == sa.bindparam("the_code")
    )
)


def _find(line: Line, code: str) -> KnownCategory | None:
    found = _CATEGORY.first(line, the_code=code)
    return KnownCategory(*found) if found else None


def priority_of(category: KnownCategory) -> Priority:
    """Return a category's default priority."""
    return Priority(category.priority)


def save_category(session: Session, house: House, actor: Actor, draft: CategoryDraft) -> Category:
    """Enter or change a category; one that was retired takes reports again. For administrators.

    Raises:
        CategoryUnlawful: its parent is missing or not a heading, or a question is malformed.
    """
    require_role(session, actor, Role.ADMINISTRATOR, None)
    _check_parent(session, draft)
    row = session.get(Category, draft.code) or Category(code=draft.code)
    row.parent, row.name, row.description = draft.parent, draft.name, draft.description
    row.keywords, row.priority, row.department = draft.keywords, draft.priority.value, draft.department
    row.questions, row.needs_proof = check_questions(draft.questions), draft.needs_proof
    row.radius_m, row.position, row.retired_at = draft.radius_m, draft.position, None
    session.add(row)
    session.flush()
    _record(session, house, actor, "complaint-category-saved", f"complaint-category:{row.code}")
    return row


def retire_category(session: Session, house: House, actor: Actor, code: str) -> None:
    """Have a category take no more reports; tickets that name it keep it. For administrators."""
    require_role(session, actor, Role.ADMINISTRATOR, None)
    row = session.get(Category, code)
    if row is None:
        raise refusals.CategoryUnknown(f"没有诉求类别“{code[:40]}”")
    row.retired_at = row.retired_at or house.clock()
    _record(session, house, actor, "complaint-category-retired", f"complaint-category:{code}")


_PROMISES = Prepared(
    sa.select(ComplaintSettings.promises).where(ComplaintSettings.community_id == sa.bindparam("community"))
)


def promises_of(line: Line, community_id: str) -> Mapping[Priority, Promises]:
    """Return the promises of a community: its own where it set some, else the defaults of law.md 6.1."""
    row = _PROMISES.first(line, community=community_id)
    own = row[0] if row else {}
    return {**DEFAULTS, **{Priority(name): Promises.from_json(kept) for name, kept in own.items()}}


def set_promises(
    session: Session, house: House, actor: Actor, community_id: str, own: Mapping[Priority, Promises]
) -> None:
    """Set a community's own terms; running clocks keep theirs. For the street that supervises it.

    Raises:
        TermsRefused: a response later than the resolution, or terms laxer than the defaults of law.md 6.1.
    """
    require_post(session, actor, (Role.STREET_OFFICER,), community_id)
    for priority, promises in own.items():
        _check_lawful(priority, promises)
    kept = {priority.value: promises.to_json() for priority, promises in own.items()}
    session.merge(ComplaintSettings(community_id=community_id, promises=kept, changed_at=house.clock()))
    _record(session, house, actor, "complaint-terms-set", f"community:{community_id}")


def _check_parent(session: Session, draft: CategoryDraft) -> None:
    if draft.parent is None:
        return
    parent = session.get(Category, draft.parent)
    if parent is None or parent.parent is not None or draft.parent == draft.code:
        raise refusals.CategoryUnlawful("上级类别应为已有的一级类别")


def _check_lawful(priority: Priority, promises: Promises) -> None:
    least = DEFAULTS[priority]
    for own, default in ((promises.response, least.response), (promises.resolution, least.resolution)):
        if (own.unit, own.mode) != (default.unit, default.mode) or not 0 < own.amount <= default.amount:
            raise refusals.TermsRefused(
                f"{priority.value} 的时限单位须与默认相同，且不得长于默认的 {default.amount}；请改短"
            )


def _record(session: Session, house: House, actor: Actor, act: str, subject: str) -> None:
    record_act(session, at=house.clock(), actor=actor.account_id, act=act, subject=subject)
