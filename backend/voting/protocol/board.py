"""The board an archive holds: its events in the one lawful order, each with exactly the data it needs.

Source: protocol facts, sections 10 and 11b. The grammar is Setup Ballot* EndBallots EncryptedTally
PartialDecryption+ Result, and an archive may end after any event. `belenios-tool` 2.0 does not check the
order, so that an EndBallots slipped in among the ballots drops all before it; here it is refused.

Nothing cryptographic happens here: reading a board costs one pass and a few hundred bytes a ballot, and all
that is cheap to refuse is refused before the first power is computed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.archive import (
    ArchiveReader,
    Event,
    EventType,
    Record,
    RecordKind,
)
from backend.voting.protocol.encoding import check_fields, check_integer, compact, hex_sha256, parse_canonical

NEXT: Final[Mapping[EventType | None, frozenset[EventType]]] = {
    None: frozenset({EventType.SETUP}),
    EventType.SETUP: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
    EventType.BALLOT: frozenset({EventType.BALLOT, EventType.END_BALLOTS}),
    EventType.END_BALLOTS: frozenset({EventType.ENCRYPTED_TALLY}),
    EventType.ENCRYPTED_TALLY: frozenset({EventType.PARTIAL_DECRYPTION}),
    EventType.PARTIAL_DECRYPTION: frozenset({EventType.PARTIAL_DECRYPTION, EventType.RESULT}),
    EventType.RESULT: frozenset(),
}

RECORDS: Final[Mapping[EventType, int]] = {
    EventType.SETUP: 4,
    EventType.BALLOT: 1,
    EventType.END_BALLOTS: 0,
    EventType.ENCRYPTED_TALLY: 2,
    EventType.PARTIAL_DECRYPTION: 2,
    EventType.RESULT: 1,
}


class Stage(StrEnum):
    """How far an election has come, as its last event says."""

    SETUP = "setup"
    VOTING = "voting"
    ENDED = "ended"
    TALLIED = "tallied"
    DECRYPTING = "decrypting"
    RESULT = "result"


_STAGES: Final[Mapping[EventType, Stage]] = {
    EventType.SETUP: Stage.SETUP,
    EventType.BALLOT: Stage.VOTING,
    EventType.END_BALLOTS: Stage.ENDED,
    EventType.ENCRYPTED_TALLY: Stage.TALLIED,
    EventType.PARTIAL_DECRYPTION: Stage.DECRYPTING,
    EventType.RESULT: Stage.RESULT,
}


class Located(NamedTuple):
    """Where a record lies in the file, for one that is read again when it is needed."""

    hash: str
    offset: int
    size: int


class LocatedBallot(NamedTuple):
    """A ballot, and how refusals name the event that brought it."""

    where: Located
    place: str


class BallotIndex:
    """Where every ballot lies, in the order of the board, in some fifty bytes each."""

    def __init__(self) -> None:
        self._hashes = bytearray()
        self._offsets = array("Q")
        self._sizes = array("Q")

    def add(self, read: Record) -> None:
        """Note the next ballot."""
        self._hashes += bytes.fromhex(read.hash)
        self._offsets.append(read.offset)
        self._sizes.append(len(read.body))

    def __len__(self) -> int:
        return len(self._offsets)

    def __getitem__(self, number: int) -> LocatedBallot:
        where = Located(self._hash(number), self._offsets[number], self._sizes[number])
        # The order of events puts the Setup at height 0 and the ballots right after it.
        return LocatedBallot(where, f"height {number + 1} {EventType.BALLOT.value}")

    def __iter__(self) -> Iterator[LocatedBallot]:
        return map(self.__getitem__, range(len(self)))

    def hashes(self) -> list[str]:
        """Return the hash of every ballot, in order."""
        return [self._hash(number) for number in range(len(self))]

    def _hash(self, number: int) -> str:
        return self._hashes[32 * number : 32 * number + 32].hex()


@dataclass(frozen=True, slots=True)
class Posted:
    """The data of an event other than a ballot, in order, and how refusals name the event."""

    place: str
    bodies: tuple[bytes, ...]


@dataclass(slots=True)
class Board:
    """What an archive says, in the right shape and order; nothing of it is verified yet.

    `setup` holds the election and the trustees; the credential list, long as it may be, stays in the file.
    """

    setup: Posted
    credentials: Located
    head_hash: str
    head_height: int = 0
    stage: Stage = Stage.SETUP
    ballots: BallotIndex = field(default_factory=BallotIndex)
    closing_hash: str | None = None
    tally: Posted | None = None
    decryptions: list[Posted] = field(default_factory=list)
    result: Posted | None = None


def read_board(reader: ArchiveReader) -> Board:
    """Read a whole archive into a board.

    Raises FormatError for bytes not of the canonical form, VerificationError for a broken chain, a wrong
    order, or data that is missing, unused or not what the event says. Both name the record or the event.
    """
    steps = _steps(reader)
    first = next(steps, None)
    if first is None:
        raise VerificationError("board-empty", "the archive has no Setup event")
    board = _open(*first)
    del first
    seen: set[bytes] = set()
    for event, hashed, data in steps:
        _add(board, event, data, seen)
        board.head_hash, board.head_height, board.stage = hashed, event.height, _STAGES[event.type]
        if event.type is EventType.END_BALLOTS:
            board.closing_hash = hashed
    return board


def _steps(reader: ArchiveReader) -> Iterator[tuple[Event, str, list[Record]]]:
    """Yield every event with its hash and the data before it, checked against the event before."""
    data: list[Record] = []
    last: Event | None = None
    parent: str | None = None
    for read in reader.records():
        if read.kind is RecordKind.DATA:
            data.append(read)
            _check_used(data, most=max(RECORDS.values()))
            continue
        event = _parse(read)
        _check_link(event, last, parent)
        _check_data(event, data)
        yield event, read.hash, data
        last, parent, data = event, read.hash, []
    _check_used(data, most=0)


def _parse(read: Record) -> Event:
    try:
        return Event.parse(read.body)
    except FormatError as error:
        raise error.at(read.place) from error


def _check_used(data: list[Record], *, most: int) -> None:
    # Also bounds what an endless run of data records can make us hold.
    if len(data) > most:
        raise VerificationError("data-unused", "no event uses this record", event=data[0].place)


def _check_link(event: Event, last: Event | None, parent: str | None) -> None:
    height = 0 if last is None else last.height + 1
    if event.height != height:
        raise VerificationError("event-height", f"the next height is {height}", event=event.place)
    if event.parent != parent:
        raise VerificationError("event-parent", "the parent is not the event before", event=event.place)
    before = None if last is None else last.type
    if event.type not in NEXT[before]:
        after = "at the start" if before is None else f"after {before.value}"
        raise VerificationError("event-order", f"no {event.type.value} may stand {after}", event=event.place)


def _check_data(event: Event, data: list[Record]) -> None:
    if len(data) != RECORDS[event.type]:
        message = f"{len(data)} data records stand before an event that needs {RECORDS[event.type]}"
        raise VerificationError("event-data", message, event=event.place)
    payload = data[-1].hash if data else None
    if event.payload != payload:
        raise VerificationError("event-payload", "the payload is not the record before", event=event.place)
    if event.type is EventType.SETUP:
        names = ("election", "trustees", "credentials")
        _check_body(event, data[3], dict(zip(names, (item.hash for item in data), strict=False)))


def _check_body(event: Event, read: Record, expected: Mapping[str, object]) -> None:
    if read.body != compact(expected):
        message = f"the payload is not the canonical form of {', '.join(expected)}"
        raise VerificationError("event-payload", message, event=event.place)


def _open(event: Event, hashed: str, data: list[Record]) -> Board:
    election, trustees, credentials, _ = data
    setup = Posted(event.place, (election.body, trustees.body))
    where = Located(credentials.hash, credentials.offset, len(credentials.body))
    return Board(setup=setup, credentials=where, head_hash=hashed)


def _add(board: Board, event: Event, data: list[Record], seen: set[bytes]) -> None:
    posted = Posted(event.place, tuple(item.body for item in data))
    match event.type:
        case EventType.BALLOT:
            _add_ballot(board, event, data[0], seen)
        case EventType.ENCRYPTED_TALLY:
            board.tally = posted
        case EventType.PARTIAL_DECRYPTION:
            board.decryptions.append(posted)
        case EventType.RESULT:
            board.result = posted
        case _:
            pass


def _add_ballot(board: Board, event: Event, read: Record, seen: set[bytes]) -> None:
    digest = bytes.fromhex(read.hash)
    if digest in seen:
        # Facts 11a: a byte-identical earlier ballot would undo a re-vote.
        raise VerificationError("ballot-replay", f"ballot {read.hash} stands here twice", event=event.place)
    seen.add(digest)
    board.ballots.add(read)


def parse_owned(posted: Posted) -> int:
    """Return the number of the trustee that a PartialDecryption event names.

    Raises FormatError unless the payload is canonical, VerificationError unless it names the shares.
    """
    decryption, owned = posted.bodies
    fields = check_fields(parse_canonical(owned), ("owner", "payload"), "an owned payload")
    if fields["payload"] != hex_sha256(decryption):
        raise VerificationError("event-payload", "the payload does not name the shares before it")
    return check_integer(fields["owner"], "an owner", least=1)
