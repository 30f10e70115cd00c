"""The bulletin board (公告板): two append-only chains per election, from which both archives are written.

A board is the Belenios event chain itself (protocol facts, section 10). Rows are only ever added; the head
row of each chain is locked before anything is appended, so that a board has one writer on any database.
Every function here runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar, cast

from sqlalchemy import Select, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from backend.assemblies.models import BoardDatum, BoardEvent, BoardHead, Election
from backend.assemblies.rules import Chain
from backend.voting.protocol import archive
from backend.voting.protocol.encoding import compact, hex_sha256

T = TypeVar("T")
EVENTS_AT_ONCE = 100
"""How many events one piece of an archive has at most, so that a download takes little memory."""

Appended = tuple[archive.Event, bytes]
"""What an event function of the archive returns: the event, and the exact bytes it adds to the file."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: height and hash of its last event, and the archive's length in bytes."""

    height: int
    hash: str
    bytes: int


class Place(NamedTuple):
    """Where an event's records start in the archive of a chain, in bytes."""

    uuid: str
    chain: Chain
    offset: int


def open_board(
    session: Session, election: Election, trustees: bytes, lists: Mapping[Chain, bytes], timestamp: int
) -> None:
    """Write the Setup event of both chains. `lists`: the credential list of each chain, archive form."""
    document = _present(election.document)
    election.timestamp = timestamp
    for kind, credentials in lists.items():
        chain = archive.Chain(timestamp)
        setup = archive.setup_event(chain, document, trustees, credentials)
        head = BoardHead(election_uuid=election.uuid, chain=kind, height=-1, hash="")
        head.bytes = len(archive.header_record(timestamp))
        session.add(head)
        session.flush()
        _store(session, head, setup, _setup_data(document, trustees, credentials))


def _setup_data(document: bytes, trustees: bytes, credentials: bytes) -> list[bytes]:
    data = [document, trustees, credentials]
    names = ("election", "trustees", "credentials")
    setup = {name: hex_sha256(body) for name, body in zip(names, data, strict=True)}
    return [*data, compact(setup)]


def append_ballot(session: Session, uuid: str, timestamp: int, raw: bytes) -> dict[Chain, Head] | None:
    """Put a ballot on both chains and return the heads it made, None when the board has this ballot already.

    The caller has locked the election's row. Everything is written in four statements.
    """
    digest = hex_sha256(raw)
    connection = session.connection()
    if connection.execute(_HAS_DATUM, {"uuid": uuid, "digest": digest}).first() is not None:
        return None
    rows, made = [], {}
    for kind, height, hashed, end in connection.execute(_HEADS, {"uuid": uuid}):
        event, written = archive.ballot_event(archive.Chain(timestamp, hashed, height), raw)
        rows.append(_event_row(Place(uuid, kind, end), event, [digest]))
        made[kind] = Head(event.height, event.hash, end + len(written))
    connection.execute(_ADD_DATUM, {"election_uuid": uuid, "digest": digest, "body": raw})
    connection.execute(_ADD_EVENT, rows)
    connection.execute(_MOVE_HEAD, [_move(uuid, kind, head) for kind, head in made.items()])
    return made


_ADD_DATUM = insert(cast("Table", BoardDatum.__table__))
_ADD_EVENT = insert(cast("Table", BoardEvent.__table__))
_HEADS = select(BoardHead.chain, BoardHead.height, BoardHead.hash, BoardHead.bytes).where(
    BoardHead.election_uuid == bindparam("uuid")
)
_HAS_DATUM = select(BoardDatum.digest).where(
    BoardDatum.election_uuid == bindparam("uuid"), BoardDatum.digest == bindparam("digest")
)
_HEAD_TABLE = cast("Table", BoardHead.__table__)
_MOVE_HEAD = (
    update(_HEAD_TABLE)
    .where(_HEAD_TABLE.c.election_uuid == bindparam("uuid"), _HEAD_TABLE.c.chain == bindparam("kind"))
    .values(height=bindparam("new_height"), hash=bindparam("new_hash"), bytes=bindparam("new_bytes"))
)
"""Statements made once: casting is the call that must be quick."""


def _move(uuid: str, kind: Chain, head: Head) -> dict[str, object]:
    return {
        "uuid": uuid,
        "kind": kind,
        "new_height": head.height,
        "new_hash": head.hash,
        "new_bytes": head.bytes,
    }


def append_to_both(
    session: Session, election: Election, event: Callable[[archive.Chain], Appended], data: Sequence[bytes]
) -> dict[Chain, Head]:
    """Append the same kind of event, with the same data records, to both chains."""
    return {kind: append(session, election, kind, event, data) for kind in Chain}


def append(
    session: Session,
    election: Election,
    kind: Chain,
    event: Callable[[archive.Chain], Appended],
    data: Sequence[bytes],
) -> Head:
    """Append one event. `data` are the bodies of its data records in the order the archive holds them."""
    head = locked_head(session, election.uuid, kind)
    chain = archive.Chain(_present(election.timestamp), head.hash, head.height)
    _store(session, head, event(chain), data)
    return Head(head.height, head.hash, head.bytes)


def _store(session: Session, head: BoardHead, appended: Appended, data: Sequence[bytes]) -> None:
    event, written = appended
    digests = [hex_sha256(body) for body in data]
    _store_data(session, head.election_uuid, dict(zip(digests, data, strict=True)))
    place = Place(head.election_uuid, head.chain, head.bytes)
    session.execute(insert(BoardEvent), _event_row(place, event, digests))
    head.height, head.hash, head.bytes = event.height, event.hash, head.bytes + len(written)


def _event_row(place: Place, event: archive.Event, digests: Sequence[str]) -> dict[str, object]:
    return {
        "election_uuid": place.uuid,
        "chain": place.chain,
        "height": event.height,
        "type": event.type.value,
        "hash": event.hash,
        "payload": event.payload,
        "event": event.to_bytes(),
        "data": list(digests),
        "offset": place.offset,
    }


def _store_data(session: Session, uuid: str, bodies: Mapping[str, bytes]) -> None:
    known = select(BoardDatum.digest).where(
        BoardDatum.election_uuid == uuid, BoardDatum.digest.in_(list(bodies))
    )
    stored = set(session.scalars(known))
    rows = [
        {"election_uuid": uuid, "digest": digest, "body": body}
        for digest, body in bodies.items()
        if digest not in stored
    ]
    if rows:
        session.execute(insert(BoardDatum), rows)


def locked_head(session: Session, uuid: str, kind: Chain) -> BoardHead:
    """Return the head row of a chain, locked until the transaction ends."""
    query = select(BoardHead).where(BoardHead.election_uuid == uuid, BoardHead.chain == kind)
    return session.scalars(query.with_for_update()).one()


def heads(session: Session, uuid: str) -> dict[Chain, Head]:
    """Return where both chains stand."""
    rows = session.scalars(select(BoardHead).where(BoardHead.election_uuid == uuid))
    return {row.chain: Head(row.height, row.hash, row.bytes) for row in rows}


def events(session: Session, uuid: str, kind: Chain, types: Sequence[archive.EventType]) -> list[BoardEvent]:
    """Return a chain's events of the given types, in board order."""
    query = select(BoardEvent).where(
        BoardEvent.election_uuid == uuid,
        BoardEvent.chain == kind,
        BoardEvent.type.in_([t.value for t in types]),
    )
    return list(session.scalars(query.order_by(BoardEvent.height)))


def find_event(session: Session, uuid: str, kind: Chain, height: int) -> BoardEvent | None:
    """Return a chain's event of one height, None above the head."""
    return session.get(BoardEvent, (uuid, kind, height))


def bodies(session: Session, uuid: str, digests: Sequence[str]) -> dict[str, bytes]:
    """Return the bodies of data records by digest."""
    query = select(BoardDatum.digest, BoardDatum.body).where(
        BoardDatum.election_uuid == uuid, BoardDatum.digest.in_(digests)
    )
    return dict(session.execute(query).all())


def find_ballot(session: Session, uuid: str, tracker: str) -> BoardEvent | None:
    """Return the event that carries the ballot with this tracker (hex), if the board has one."""
    query = select(BoardEvent).where(
        BoardEvent.election_uuid == uuid,
        BoardEvent.chain == Chain.HEADS,
        BoardEvent.payload == tracker,
        BoardEvent.type == archive.EventType.BALLOT.value,
    )
    return session.scalars(query).first()


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive bytes of an archive, and the height of the event whose records follow them."""

    content: bytes
    next_height: int


def archive_piece(session: Session, election: Election, kind: Chain, height: int) -> Piece:
    """Return what the events from `height` on add to a chain's `.bel`, as many as fit into one answer.

    The first piece, of height 0, starts with the archive's header record.
    """
    timestamp = _present(election.timestamp)
    query = _chain(election.uuid, kind).where(BoardEvent.height >= height).order_by(BoardEvent.height)
    rows = list(session.scalars(query.limit(EVENTS_AT_ONCE)))
    found = bodies(session, election.uuid, [digest for row in rows for digest in row.data])
    written = [
        archive.append_bytes(
            timestamp, [found[digest] for digest in row.data], archive.Event.parse(row.event)
        )
        for row in rows
    ]
    opening = archive.header_record(timestamp) if height == 0 else b""
    return Piece(opening + b"".join(written), height + len(rows))


def place_of(session: Session, uuid: str, kind: Chain, start: int) -> tuple[int, int]:
    """Return the height of the event whose records hold byte `start`, and the byte where its piece starts."""
    query = _chain(uuid, kind).where(BoardEvent.offset <= start).order_by(BoardEvent.height.desc())
    row = session.scalars(query.limit(1)).first()
    return (row.height, row.offset) if row is not None and row.height > 0 else (0, 0)


def _chain(uuid: str, kind: Chain) -> Select[BoardEvent]:
    return select(BoardEvent).where(BoardEvent.election_uuid == uuid, BoardEvent.chain == kind)


def _present(value: T | None) -> T:
    if value is None:
        raise LookupError("this election's board has not been opened yet")
    return value
