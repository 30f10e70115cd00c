"""Tables of the registry. Names, phones and documents are encrypted, and found by keyed hashes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)
HASH = sa.String(64)


class Organisation(Base):
    """A body that holds roles: a committee, a street office, the operator of this server."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(32))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Community(Base):
    """The whole area with one owners' assembly."""

    __tablename__ = "communities"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(sa.String(200))
    organisation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("organisations.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class CommunityBody(Base):
    """That an organisation serves a community, and since when; a row with `until` is history.

    `department` is the stable code of what a department answers for, such as urban-management, else empty.
    """

    __tablename__ = "community_bodies"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    duty: Mapped[str] = mapped_column(sa.String(16))
    department: Mapped[str] = mapped_column(sa.String(40), default="")
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        sa.Index(
            "uq_community_bodies_current",
            "community_id",
            "duty",
            "department",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )


class ResidencyRow(Base):
    """That a person says to live in a unit without owning it, and what was decided."""

    __tablename__ = "residencies"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    bond: Mapped[str] = mapped_column(sa.String(16))
    state: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.String(500))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(sa.ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        sa.Index(None, "community_id", "state", "asked_at"),
        sa.Index(
            "uq_residencies_standing",
            "account_id",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'confirmed')"),
            postgresql_where=sa.text("state IN ('asked', 'confirmed')"),
        ),
    )


class Developer(Base):
    """Who stands for every unit of a community that is not delivered, and signs in with this phone."""

    __tablename__ = "developers"

    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    phone: Mapped[str] = mapped_column(sa.Text)  # encrypted
    phone_hash: Mapped[str] = mapped_column(HASH, index=True)


class Unit(Base):
    """What is owned separately. `area` in dm2."""

    __tablename__ = "units"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    label: Mapped[str] = mapped_column(sa.String(130))
    building: Mapped[str] = mapped_column(sa.String(40))
    stair: Mapped[str] = mapped_column(sa.String(40))
    room: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[str] = mapped_column(sa.String(16))
    area: Mapped[int | None]
    area_source: Mapped[str | None] = mapped_column(sa.String(16))
    status: Mapped[str] = mapped_column(sa.String(16))

    __table_args__ = (sa.UniqueConstraint("community_id", "label"),)


class Owner(Base):
    """A person or body on titles of one community, told apart from others by the document."""

    __tablename__ = "owners"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(sa.Text)  # encrypted
    document: Mapped[str] = mapped_column(sa.Text)  # encrypted
    document_hash: Mapped[str] = mapped_column(HASH)

    __table_args__ = (sa.UniqueConstraint("community_id", "document_hash"),)


class OwnerPhone(Base):
    """A phone of an owner. Whoever signs in with it acts as that owner."""

    __tablename__ = "owner_phones"

    owner_id: Mapped[str] = mapped_column(sa.ForeignKey("owners.id"), primary_key=True)
    phone_hash: Mapped[str] = mapped_column(HASH, primary_key=True, index=True)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    phone: Mapped[str] = mapped_column(sa.Text)  # encrypted
    position: Mapped[int]


class Ownership(Base):
    """That an owner is on the title of a unit, in which place of the list."""

    __tablename__ = "ownerships"

    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    owner_id: Mapped[str] = mapped_column(sa.ForeignKey("owners.id"), primary_key=True, index=True)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    position: Mapped[int]


class TitleChange(Base):
    """That the owners on a known unit's title became others, when that was entered, and how many stayed."""

    __tablename__ = "title_changes"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    owners_left: Mapped[int]
    owners_stayed: Mapped[int]
    owners_came: Mapped[int]

    __table_args__ = (sa.Index(None, "community_id", "at"),)


class RollImport(Base):
    """One upload of a roll, and what came of it.

    `notes` (they name owners) and `file` are encrypted; the file is kept only while its report may be wanted.
    """

    __tablename__ = "roll_imports"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    dry_run: Mapped[bool]
    applied: Mapped[bool]
    file_sha256: Mapped[str] = mapped_column(HASH)
    notes: Mapped[str | None] = mapped_column(sa.Text)
    file: Mapped[str | None] = mapped_column(sa.Text)
