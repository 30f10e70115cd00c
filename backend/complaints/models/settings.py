"""What is set up before the first report: the tree of categories, time limits, templates of replies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id


class Category(Base):
    """A kind of complaint (诉求类别), one tree for the whole server.

    `department` is the stable code of the department that answers at once (law enforcement), empty where the
    firm does. `questions` are typed as Open311's attributes are. A retired category takes no new reports.
    """

    __tablename__ = "complaint_categories"

    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    parent: Mapped[str | None] = mapped_column(sa.ForeignKey("complaint_categories.code"))
    name: Mapped[str] = mapped_column(sa.String(40))
    description: Mapped[str] = mapped_column(sa.String(200))
    keywords: Mapped[str] = mapped_column(sa.String(200))
    priority: Mapped[str] = mapped_column(sa.String(2))
    department: Mapped[str] = mapped_column(sa.String(40))
    questions: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    needs_proof: Mapped[bool]
    radius_m: Mapped[int]
    position: Mapped[int]
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class ComplaintSettings(Base):
    """Where a community's terms and working hours differ from the defaults (`rules.promises`)."""

    __tablename__ = "complaint_settings"

    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), primary_key=True)
    promises: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """By priority, as `Promises.to_json` writes them."""
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ReplyTemplate(Base):
    """A ready text of an organisation for a kind of step."""

    __tablename__ = "reply_templates"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(24))
    name: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.String(1000))
