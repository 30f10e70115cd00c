"""Tables of an owners' assembly. Rows are private to this capability.

Two kinds of rows: acts (steps, opinions, ceremony messages, papers, verdicts), only ever added, and the
roll entry, which doubles as the lock: its `channel` is set once, by whichever channel is recorded first.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy import Enum as EnumColumn
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.assemblies.rules import Chain, Channel, Office, Step
from backend.infra.db import Base, Instant


def _word(kind: type[StrEnum], length: int) -> EnumColumn:
    """Return the column type that stores an enumeration's own words and reads them back as its members."""
    return EnumColumn(
        kind,
        native_enum=False,
        create_constraint=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


class Assembly(Base):
    """One owners' assembly and what its convenor decided about it."""

    __tablename__ = "assemblies"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("communities.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    rule_pack: Mapped[str] = mapped_column(String(64))
    notice_date: Mapped[date]
    voting_days: Mapped[int]
    max_changes: Mapped[int]
    threshold: Mapped[int | None]
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    trustees: Mapped[bytes | None] = mapped_column(LargeBinary)
    """trustees.json as every board of this assembly carries it; set when the key ceremony is complete."""
    result: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Canonical result.json; set when the last election has its result."""
    result_signature: Mapped[str | None] = mapped_column(String(128))

    items: Mapped[list[Item]] = relationship(order_by="Item.position", cascade="all, delete-orphan")
    steps: Mapped[list[AssemblyStep]] = relationship(order_by="AssemblyStep.seq")
    elections: Mapped[list[Election]] = relationship(order_by="Election.position")
    people: Mapped[list[Person]] = relationship(order_by="Person.id")
    verdicts: Mapped[list[Verdict]] = relationship(order_by="Verdict.id")


class AssemblyStep(Base):
    """A step taken: the stage follows from these."""

    __tablename__ = "assembly_steps"
    __table_args__ = (UniqueConstraint("assembly_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    seq: Mapped[int]
    step: Mapped[Step] = mapped_column(_word(Step, 16))
    account_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Instant)


class Item(Base):
    """One thing put to the vote (表决事项)."""

    __tablename__ = "assembly_items"
    __table_args__ = (UniqueConstraint("assembly_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    position: Mapped[int]
    item_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    matter: Mapped[int]
    scope: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    seats: Mapped[int | None]
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class AttachmentFile(Base):
    """A file that items of a community's assemblies may name; its bytes lie in the file store."""

    __tablename__ = "assembly_attachments"

    community_id: Mapped[str] = mapped_column(ForeignKey("communities.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_type: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Instant)


class Opinion(Base):
    """Advice of the community on a draft; advice, never a veto (law.md 9, stage 2)."""

    __tablename__ = "assembly_opinions"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    account_id: Mapped[str] = mapped_column(String(36))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Objection(Base):
    """What an owner holds against a preliminary result."""

    __tablename__ = "assembly_objections"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    account_id: Mapped[str] = mapped_column(String(36))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Person(Base):
    """Someone appointed to an office in one assembly, and the public keys that person's software made."""

    __tablename__ = "assembly_people"
    __table_args__ = (UniqueConstraint("assembly_id", "office", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    office: Mapped[Office] = mapped_column(_word(Office, 16))
    index: Mapped[int]
    """Counts from 1 within an office; a trustee's number in the key ceremony."""
    account_id: Mapped[str] = mapped_column(String(36))
    organisation_id: Mapped[str | None] = mapped_column(String(36))
    name: Mapped[str] = mapped_column(Text)
    sign_key: Mapped[str | None] = mapped_column(String(64))
    seal_key: Mapped[str | None] = mapped_column(String(64))


class CeremonyMessage(Base):
    """What a trustee's software sent in one round of the key ceremony; secrets inside are sealed."""

    __tablename__ = "ceremony_messages"
    __table_args__ = (UniqueConstraint("assembly_id", "round", "index"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    round: Mapped[int]
    index: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(128))


class Elector(Base):
    """One head of an assembly (表决主体): an owner set, or the developer."""

    __tablename__ = "electors"
    __table_args__ = (UniqueConstraint("assembly_id", "pseudonym"), UniqueConstraint("assembly_id", "key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    pseudonym: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(Text)
    """The owner set the law counts as one head: sorted owner ids, or DEV."""
    owner_ids: Mapped[list[str]] = mapped_column(JSON)
    labels: Mapped[list[str]] = mapped_column(JSON)
    """Units such as 3-1-502, shown to the elector, the registrar and the counters only."""


class SealedCode(Base):
    """An elector's voting code (投票凭证), sealed by the registrar to one device of an owner of the elector.

    The server carries the box and cannot open it. `signature` is the registrar's, by `signed_by`.
    """

    __tablename__ = "sealed_codes"

    elector_id: Mapped[int] = mapped_column(ForeignKey("electors.id"), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36), index=True)
    sign_key: Mapped[str] = mapped_column(String(64))
    seal_key: Mapped[str] = mapped_column(String(64))
    box: Mapped[str] = mapped_column(String(400))
    signature: Mapped[str] = mapped_column(String(128))
    signed_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class Election(Base):
    """One Belenios election: the items of an assembly that share one scope, hence one roll."""

    __tablename__ = "elections"

    uuid: Mapped[str] = mapped_column(String(32), primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    position: Mapped[int]
    scope: Mapped[str] = mapped_column(String(64))
    heads_total: Mapped[int]
    area_total: Mapped[int] = mapped_column(BigInteger)
    timestamp: Mapped[int | None] = mapped_column(BigInteger)
    """Unix seconds in every record header of both archives."""
    manifest: Mapped[bytes | None] = mapped_column(LargeBinary)
    roll: Mapped[bytes | None] = mapped_column(LargeBinary)
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    """election.json, byte for byte as the boards carry it."""
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    """When both chains were ended; no ballot counts from the closing instant on, however late this is."""
    paper: Mapped[bytes | None] = mapped_column(LargeBinary)
    """paper.json with both counters' signatures; set when the two entries agree."""

    entries: Mapped[list[RollEntry]] = relationship(back_populates="election")
    assembly: Mapped[Assembly] = relationship(back_populates="elections")


class RollEntry(Base):
    """An elector on the roll of one election, and the lock between the two channels."""

    __tablename__ = "roll_entries"
    __table_args__ = (
        UniqueConstraint("election_uuid", "elector_id"),
        UniqueConstraint("election_uuid", "credential"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("elections.uuid"), index=True)
    elector_id: Mapped[int] = mapped_column(ForeignKey("electors.id"), index=True)
    area: Mapped[int] = mapped_column(BigInteger)
    credential: Mapped[str | None] = mapped_column(Text)
    """Public credential in decimal, handed in by the registrar."""
    channel: Mapped[Channel | None] = mapped_column(_word(Channel, 8))
    casts: Mapped[int] = mapped_column(default=0)

    election: Mapped[Election] = relationship(back_populates="entries")
    elector: Mapped[Elector] = relationship()


class BoardHead(Base):
    """The head of one chain. Locking this row makes one writer per board."""

    __tablename__ = "board_heads"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("elections.uuid"), primary_key=True)
    chain: Mapped[Chain] = mapped_column(_word(Chain, 8), primary_key=True)
    height: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int] = mapped_column(BigInteger)
    """Length of the archive up to and including this event."""


class BoardEvent(Base):
    """One event of one chain, never changed. `data` lists the digests of its data records, in order."""

    __tablename__ = "board_events"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("elections.uuid"), primary_key=True)
    chain: Mapped[Chain] = mapped_column(_word(Chain, 8), primary_key=True)
    height: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(24))
    hash: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str | None] = mapped_column(String(64), index=True)
    event: Mapped[bytes] = mapped_column(LargeBinary)
    data: Mapped[list[str]] = mapped_column(JSON)
    offset: Mapped[int] = mapped_column(BigInteger)
    """Where this event's records start in the archive, in bytes."""


class BoardDatum(Base):
    """The body of a data record, stored once however many events carry it."""

    __tablename__ = "board_data"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("elections.uuid"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Cast(Base):
    """Evidence that a signed-in owner cast this ballot with an own device; kept beside the record."""

    __tablename__ = "casts"
    __table_args__ = (UniqueConstraint("election_uuid", "tracker"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("elections.uuid"), index=True)
    elector_id: Mapped[int] = mapped_column(ForeignKey("electors.id"), index=True)
    tracker: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(String(36))
    device_key: Mapped[str] = mapped_column(String(64))
    device_signature: Mapped[str] = mapped_column(String(128))
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)


class Paper(Base):
    """A returned paper ballot: a lock and turnout while the vote is open, nothing more."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("election_uuid", "elector_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("elections.uuid"), index=True)
    elector_id: Mapped[int] = mapped_column(ForeignKey("electors.id"))
    account_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Instant)


class PaperEntry(Base):
    """One counter's signed entry of all papers of an election; two equal ones make paper.json."""

    __tablename__ = "paper_entries"
    __table_args__ = (UniqueConstraint("election_uuid", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("elections.uuid"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("assembly_people.id"))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime] = mapped_column(Instant)


class Cosignature(Base):
    """An auditor's signature on a head of the board it has seen (见证)."""

    __tablename__ = "cosignatures"
    __table_args__ = (UniqueConstraint("election_uuid", "person_id", "signature"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("elections.uuid"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("assembly_people.id"))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime] = mapped_column(Instant)


class Verdict(Base):
    """An auditor's signed verdict on the result."""

    __tablename__ = "verdicts"
    __table_args__ = (UniqueConstraint("assembly_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[str] = mapped_column(ForeignKey("assemblies.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("assembly_people.id"))
    verdict: Mapped[str] = mapped_column(String(24))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime] = mapped_column(Instant)
