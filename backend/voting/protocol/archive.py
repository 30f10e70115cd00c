"""The `.bel` archive: an append-only tar of content-addressed records, byte for byte as Belenios writes it.

Source: protocol facts, section 10. A record is a 512-byte header and a body padded with NUL to 512. The first
record names the format and the one time stamp that every header repeats; every other record is named after
the SHA-256 of its body and is either data or an event. Events form a hash chain; each is preceded by exactly
the data it needs and names the last of them as its payload. There is no end-of-archive block, so a file grows
by appending and a mirror fetches only what is new.

A producer needs no file: `Chain` is the whole state (time stamp, last event hash, last height) and every
event turns it into the exact bytes to add.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from backend.voting.errors import FormatError
from backend.voting.protocol.encoding import (
    check_fields,
    check_integer,
    check_text,
    compact,
    hex_sha256,
    parse_canonical,
)

BLOCK: Final = 512
MAGIC: Final = "BELENIOS"
LARGEST_NUMBER: Final = 8**11 - 1

_READ_SIZE: Final = 1 << 14

_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json")
_OCTAL = re.compile(rb"[0-7]{11}")
_FIELDS: Final = {
    "mode": slice(100, 108),
    "owner": slice(108, 124),
    "mtime": slice(136, 148),
    "type": slice(156, 157),
}
_HASH = re.compile(r"[0-9a-f]{64}")


class EventType(StrEnum):
    """The kinds of event a homomorphic election has, in the order of its life."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


_TYPES: Final = frozenset(EventType)


class RecordKind(StrEnum):
    """What a record of the archive holds, as its name says."""

    DATA = "data"
    EVENT = "event"


@dataclass(frozen=True)
class Event:
    """One link of the board: its place, its kind, the hash of what it adds and of the event before it."""

    parent: str | None
    height: int
    type: EventType
    payload: str | None

    def to_bytes(self) -> bytes:
        """Return the one canonical form: absent fields are left out (facts section 10)."""
        return self._written

    @cached_property
    def _written(self) -> bytes:
        link: dict[str, object] = {} if self.parent is None else {"parent": self.parent}
        added: dict[str, object] = {} if self.payload is None else {"payload": self.payload}
        return compact({**link, "height": self.height, "type": self.type.value, **added})

    @cached_property
    def hash(self) -> str:
        """The hash by which the next event names this one."""
        return hex_sha256(self.to_bytes())

    @property
    def place(self) -> str:
        """How refusals name this event: "height 12 Ballot"."""
        return f"height {self.height} {self.type.value}"

    @classmethod
    def parse(cls, raw: bytes) -> Event:
        """Read an event. Raises FormatError unless `raw` is exactly what `to_bytes` would write."""
        names, optional = ("parent", "height", "type", "payload"), ("parent", "payload")
        fields = check_fields(parse_canonical(raw), names, "an event", optional=optional)
        height = check_integer(fields["height"], "an event's height")
        parent, payload = _hash_or_none(fields, "parent"), _hash_or_none(fields, "payload")
        return cls(parent, height, _event_type(fields["type"]), payload)


def _hash_or_none(fields: Mapping[str, object], name: str) -> str | None:
    if name not in fields:
        return None
    value = check_text(fields[name], f"an event's {name}")
    if not _HASH.fullmatch(value):
        raise FormatError("event-hash", f"an event's {name} is a SHA-256 in lower-case hex")
    return value


def _event_type(value: object) -> EventType:
    if not isinstance(value, str) or value not in _TYPES:
        raise FormatError("event-type", f"{value!r} is not an event of an election without mix-nets")
    return EventType(value)


# Writing


def record(name: str, body: bytes, timestamp: int) -> bytes:
    """Return one record: the 512-byte header, the body and its padding. `timestamp` in Unix seconds."""
    return _header(name, len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def _header(name: str, size: int, timestamp: int) -> bytes:
    if not 0 <= timestamp <= LARGEST_NUMBER or size > LARGEST_NUMBER:
        raise ValueError("a tar header holds sizes and times of eleven octal digits")
    before = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" + b"0000000\0"
    before += b"%011o\0%011o\0" % (size, timestamp)
    after = b"0".ljust(BLOCK - len(before) - 8, b"\0")
    checksum = sum(before) + sum(after) + 8 * ord(" ")
    return before + b"%06o\0 " % checksum + after


def header_record(timestamp: int) -> bytes:
    """Return the first record of every archive. `timestamp`: Unix seconds, repeated by every later header."""
    return record(MAGIC, _header_body(timestamp), timestamp)


def _header_body(timestamp: int) -> bytes:
    return compact({"version": 1, "timestamp": str(timestamp)})


def append_bytes(timestamp: int, data: Sequence[bytes], event: Event) -> bytes:
    """Return exactly what one event adds to a `.bel` file: its data records, then the event itself."""
    body = event.to_bytes()
    records = [record(f"{hex_sha256(item)}.data.json", item, timestamp) for item in data]
    return b"".join([*records, record(f"{hex_sha256(body)}.event.json", body, timestamp)])


@dataclass(slots=True)
class Chain:
    """Where a board stands: all that is needed to append to it, and small enough for a database row."""

    timestamp: int
    head_hash: str | None = None
    head_height: int = -1

    def append(
        self, kind: EventType, payload: bytes | None = None, data: Sequence[bytes] = ()
    ) -> tuple[Event, bytes]:
        """Add one event and move the head. `data` precedes `payload` in the file; returns what to write."""
        hashed = None if payload is None else hex_sha256(payload)
        event = Event(parent=self.head_hash, height=self.head_height + 1, type=kind, payload=hashed)
        written = append_bytes(self.timestamp, [*data, *([] if payload is None else [payload])], event)
        self.head_hash, self.head_height = event.hash, event.height
        return event, written


def setup_event(chain: Chain, election: bytes, trustees: bytes, credentials: bytes) -> tuple[Event, bytes]:
    """Open a board (the header record comes before, see `header_record`)."""
    data = (election, trustees, credentials)
    setup = dict(zip(("election", "trustees", "credentials"), map(hex_sha256, data), strict=True))
    return chain.append(EventType.SETUP, compact(setup), data)


def ballot_event(chain: Chain, ballot: bytes) -> tuple[Event, bytes]:
    """Put one ballot, in the bytes the voter signed, on the board."""
    return chain.append(EventType.BALLOT, ballot)


def end_ballots_event(chain: Chain) -> tuple[Event, bytes]:
    """Close the board for ballots."""
    return chain.append(EventType.END_BALLOTS)


def encrypted_tally_event(chain: Chain, tally: bytes, sized: bytes) -> tuple[Event, bytes]:
    """Put the encrypted tally on the board; `sized` counts it and names its hash."""
    return chain.append(EventType.ENCRYPTED_TALLY, sized, (tally,))


def partial_decryption_event(chain: Chain, owner: int, decryption: bytes) -> tuple[Event, bytes]:
    """Put one trustee's decryption shares on the board; trustees are numbered from 1."""
    owned = compact({"owner": owner, "payload": hex_sha256(decryption)})
    return chain.append(EventType.PARTIAL_DECRYPTION, owned, (decryption,))


def result_event(chain: Chain, result: bytes) -> tuple[Event, bytes]:
    """Put the result on the board; nothing may follow."""
    return chain.append(EventType.RESULT, result)


class ArchiveWriter:
    """A `.bel` file being written: the chain and the open file, for producers that keep no database."""

    def __init__(self, path: Path, timestamp: int) -> None:
        self.chain = Chain(timestamp)
        self._file = path.open("xb")
        self._file.write(header_record(timestamp))

    def write(self, added: tuple[Event, bytes]) -> Event:
        """Append what one of the event functions returned for `self.chain`."""
        event, written = added
        self._file.write(written)
        self._file.flush()
        return event

    def close(self) -> None:
        """Flush the file to the disk and close it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


# Reading


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read: `offset` is where its body starts in the file, `place` how refusals name it."""

    kind: RecordKind
    hash: str
    body: bytes
    offset: int
    place: str


class ArchiveReader:
    """Reads an archive once, from front to back, holding one record at a time.

    Accepts only what the writer above would write; raises FormatError naming the record otherwise.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        self._count = 0
        file.seek(0)
        self.timestamp = self._read_first()

    def records(self) -> Iterator[Record]:
        """Yield every record after the first."""
        while self._file.tell() < self.size:
            yield self._read_record()

    def _read_first(self) -> int:
        place = "record 0"
        header = self._take(BLOCK, place)
        mtime = header[136:147]
        if not _OCTAL.fullmatch(mtime):
            raise FormatError("archive-mtime", "the time stamp is not eleven octal digits", event=place)
        timestamp = int(mtime, 8)
        if _text(header[:100]) != MAGIC:
            raise FormatError("archive-first-record", f"the first record is not named {MAGIC}", event=place)
        place = f"record 0 {MAGIC}"
        body = self._body(header, MAGIC, timestamp, place)
        if body != _header_body(timestamp):
            raise FormatError("archive-version", "not a version 1 archive of the headers' time", event=place)
        return timestamp

    def _read_record(self) -> Record:
        self._count += 1
        place = f"record {self._count}"
        header = self._take(BLOCK, place)
        if header == bytes(BLOCK):
            raise FormatError("archive-zero-block", "a block of zeros is not part of an archive", event=place)
        name = _text(header[:100])
        parts = _NAME.fullmatch(name)
        if parts is None:
            raise FormatError("archive-name", f"{name[:80]!r} is not the name of a record", event=place)
        place = f"{place} {name}"
        offset = self._file.tell()
        body = self._body(header, name, self.timestamp, place)
        if hex_sha256(body) != parts[1]:
            raise FormatError("archive-record-hash", "the name is not the hash of the body", event=place)
        return Record(RecordKind(parts[2]), parts[1], body, offset, place)

    def _body(self, header: bytes, name: str, timestamp: int, place: str) -> bytes:
        size = _check_header(header, name, timestamp, place)
        body = self._take(size, place)
        if self._take(-size % BLOCK, place).strip(b"\0"):
            raise FormatError("archive-padding", "the padding after the body is not NUL", event=place)
        return body

    def _take(self, size: int, place: str) -> bytes:
        # Compared before reading: a header may claim gigabytes that the file does not have.
        if size > self.size - self._file.tell():
            raise FormatError("archive-truncated", "the file ends inside this record", event=place)
        taken = self._file.read(size)
        if len(taken) != size:
            raise FormatError("archive-truncated", "the file shrank while it was read", event=place)
        return taken


def read_records(file: BinaryIO) -> Iterator[Record]:
    """Yield the records after the first of an archive open for reading; see `ArchiveReader`."""
    return ArchiveReader(file).records()


def _text(field: bytes) -> str:
    return field.rstrip(b"\0").decode("ascii", "backslashreplace")


def _check_header(header: bytes, name: str, timestamp: int, place: str) -> int:
    """Return the size of the body. The fields are looked at one by one only to name what is wrong."""
    digits = header[124:135]
    if not _OCTAL.fullmatch(digits):
        raise FormatError("archive-size", "the size is not eleven octal digits", event=place)
    size = int(digits, 8)
    expected = _header(name, size, timestamp)
    if header == expected:
        return size
    wrong = [field for field, where in _FIELDS.items() if header[where] != expected[where]]
    rule = wrong[0] if wrong else _checksum_or_rest(header, expected)
    raise FormatError(f"archive-{rule}", "the header is not the one Belenios writes", event=place)


def _checksum_or_rest(header: bytes, expected: bytes) -> str:
    rest = header[:148] + header[156:] != expected[:148] + expected[156:]
    return "header" if rest else "checksum"


def read_body(file: BinaryIO, offset: int, size: int, expected: str) -> bytes:
    """Read a body again by its place. Raises FormatError when the file no longer holds what it held."""
    return b"".join(read_blocks(file, offset, size, expected))


def read_blocks(file: BinaryIO, offset: int, size: int, expected: str) -> Iterator[bytes]:
    """Yield a body in blocks, so that a long one is never whole in memory; raises as `read_body`, at the end.

    What is made of the blocks may be trusted only once all of them are taken.
    """
    found = hashlib.sha256()
    for start in range(0, size, _READ_SIZE):
        file.seek(offset + start)
        block = file.read(min(_READ_SIZE, size - start))
        found.update(block)
        yield block
    if found.hexdigest() != expected:
        raise FormatError("archive-changed", f"record {expected} changed while it was verified")
