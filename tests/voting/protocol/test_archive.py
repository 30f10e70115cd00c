"""The `.bel` container: what is written is read back, and nothing else is read."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.voting.errors import FormatError
from backend.voting.protocol.archive import (
    BLOCK,
    ArchiveReader,
    ArchiveWriter,
    Chain,
    Event,
    EventType,
    Record,
    RecordKind,
    append_bytes,
    ballot_event,
    end_ballots_event,
    header_record,
    read_body,
    read_records,
    record,
    setup_event,
)
from backend.voting.protocol.encoding import hex_sha256

TIME = 1_795_486_609
BODIES = [b'{"first":1}', b"", b"x" * BLOCK, "业主大会".encode()]


def read(raw: bytes) -> list[Record]:
    return list(read_records(io.BytesIO(raw)))


def an_archive(bodies: list[bytes] = BODIES, timestamp: int = TIME) -> bytes:
    named = [(f"{hex_sha256(body)}.data.json", body) for body in bodies]
    return header_record(timestamp) + b"".join(record(name, body, timestamp) for name, body in named)


def resummed(header: bytes) -> bytes:
    """A header whose checksum is right for its other fields."""
    blank = header[:148] + b" " * 8 + header[156:]
    return blank[:148] + b"%06o\0 " % sum(blank) + blank[156:]


def patched(raw: bytes, at: int, new: bytes, *, record_at: int = 1024, resum: bool = True) -> bytes:
    """`raw` with bytes of one header replaced; by default the checksum is made to fit."""
    header = raw[record_at : record_at + BLOCK]
    header = header[:at] + new + header[at + len(new) :]
    return raw[:record_at] + (resummed(header) if resum else header) + raw[record_at + BLOCK :]


def refused(raw: bytes) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read(raw)
    return caught.value


# What is written is what Belenios writes


def test_a_header_is_what_the_tar_of_belenios_holds() -> None:
    header = record("BELENIOS", b"abc", 0o17)[:BLOCK]
    assert header[:8] == b"BELENIOS"
    assert header[100:156] == (
        b"0000644\x000000000\x000000000\x0000000000003\x0000000000017\x00" + header[148:154] + b"\0 "
    )
    assert header[156:] == b"0" + bytes(355)
    assert int(header[148:154], 8) == sum(header[:148]) + sum(header[156:]) + 256


def test_any_tar_reads_the_archive() -> None:
    with tarfile.open(fileobj=io.BytesIO(an_archive() + bytes(1024))) as tar:
        members = tar.getmembers()
        bodies = [tar.extractfile(member).read() for member in members]  # type: ignore[union-attr]
    assert [member.name for member in members[1:]] == [f"{hex_sha256(body)}.data.json" for body in BODIES]
    assert bodies[1:] == BODIES
    assert {member.mtime for member in members} == {TIME}


def test_the_first_record_tells_version_and_time() -> None:
    assert header_record(TIME)[BLOCK : BLOCK + 40] == b'{"version":1,"timestamp":"1795486609"}\0\0'


@given(st.lists(st.binary(max_size=1500)), st.integers(min_value=0, max_value=8**11 - 1))
def test_what_is_written_is_read_back(bodies: list[bytes], timestamp: int) -> None:
    reader = ArchiveReader(io.BytesIO(an_archive(bodies, timestamp)))
    assert reader.timestamp == timestamp
    assert [found.body for found in reader.records()] == bodies


def test_a_time_that_a_tar_cannot_hold_is_a_mistake_of_the_caller() -> None:
    for timestamp in (-1, 8**11):
        with pytest.raises(ValueError, match="eleven octal digits"):
            header_record(timestamp)


def test_a_record_is_found_again_by_its_place() -> None:
    raw = an_archive()
    for found in read(raw):
        assert read_body(io.BytesIO(raw), found.offset, len(found.body), found.hash) == found.body


def test_a_record_that_changed_since_it_was_read_is_refused() -> None:
    raw = an_archive()
    first = read(raw)[0]
    changed = raw[: first.offset] + b"!" + raw[first.offset + 1 :]
    with pytest.raises(FormatError) as caught:
        read_body(io.BytesIO(changed), first.offset, len(first.body), first.hash)
    assert caught.value.rule == "archive-changed"


# Events


def test_an_event_is_written_without_the_fields_it_lacks() -> None:
    first = Event(None, 0, EventType.SETUP, "a" * 64)
    closing = Event("b" * 64, 7, EventType.END_BALLOTS, None)
    assert first.to_bytes() == b'{"height":0,"type":"Setup","payload":"' + b"a" * 64 + b'"}'
    assert closing.to_bytes() == b'{"parent":"' + b"b" * 64 + b'","height":7,"type":"EndBallots"}'
    for event in (first, closing):
        assert Event.parse(event.to_bytes()) == event


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "json"),
        (b"[]", "fields"),
        (b"[" * 100_000, "json"),
        (b"\xff", "json"),
        (b'{"type":"Ballot"}', "fields"),
        (b'{"height":1}', "fields"),
        (b'{"height":1,"type":"Ballot","more":1}', "fields"),
        (b'{"type":"Ballot","height":1}', "fields"),
        (b'{"height":-1,"type":"Ballot"}', "integer"),
        (b'{"height":1.0,"type":"Ballot"}', "json"),
        (b'{"height":true,"type":"Ballot"}', "integer"),
        (b'{"height":"1","type":"Ballot"}', "integer"),
        (b'{"height":1,"height":1,"type":"Ballot"}', "json"),
        (b'{"height":1,"type":"Ballot","payload":"A"}', "event-hash"),
        (b'{"height":1,"type":"Ballot","payload":"' + b"A" * 64 + b'"}', "event-hash"),
        (b'{"height":1,"type":"Ballot","payload":null}', "text"),
        (b'{"parent":1,"height":1,"type":"Ballot"}', "text"),
        (b'{"height":1,"type":"Shuffle"}', "event-type"),
        (b'{"height":1,"type":["Ballot"]}', "event-type"),
        (b'{"height":1,"type":"Ballot"}\n', "canonical"),
        (b'{"height": 1,"type":"Ballot"}', "canonical"),
        (b'{"height":1,"type":"\\u0042allot"}', "canonical"),
    ],
)
def test_an_event_in_any_other_form_is_refused(raw: bytes, rule: str) -> None:
    """Attack 15, parser differences."""
    with pytest.raises(FormatError) as caught:
        Event.parse(raw)
    assert caught.value.rule == rule


# The chain


def test_appending_needs_only_time_last_hash_and_height() -> None:
    whole = Chain(TIME)
    setup_event(whole, b"election", b"trustees", b"credentials")
    resumed = Chain(TIME, whole.head_hash, whole.head_height)
    assert ballot_event(resumed, b"ballot") == ballot_event(whole, b"ballot")
    assert resumed == whole


def test_every_event_names_the_one_before_and_stands_after_its_data() -> None:
    chain = Chain(TIME)
    setup, first = setup_event(chain, b"election", b"trustees", b"credentials")
    closing, last = end_ballots_event(chain)
    assert (setup.parent, closing.parent, chain.head_hash) == (None, setup.hash, closing.hash)
    assert (setup.height, closing.height, closing.payload) == (0, 1, None)
    records = read(header_record(TIME) + first + last)
    assert [found.body for found in records][:3] == [b"election", b"trustees", b"credentials"]
    assert [found.kind for found in records] == [RecordKind.DATA] * 4 + [RecordKind.EVENT] * 2
    assert setup.payload == records[3].hash
    names = ",".join(
        f'"{name}":"{hex_sha256(name.encode())}"' for name in ("election", "trustees", "credentials")
    )
    assert records[3].body == f"{{{names}}}".encode()


def test_equal_data_is_written_each_time() -> None:
    event = Event(None, 0, EventType.SETUP, hex_sha256(b"x"))
    assert len(read(header_record(TIME) + append_bytes(TIME, [b"x", b"x"], event))) == 3


def test_a_writer_makes_the_file_that_the_pieces_make(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "a.bel", TIME) as writer:
        writer.write(setup_event(writer.chain, b"e", b"t", b"c"))
        closing = writer.write(end_ballots_event(writer.chain))
    chain = Chain(TIME)
    pieces = [setup_event(chain, b"e", b"t", b"c")[1], end_ballots_event(chain)[1]]
    assert (tmp_path / "a.bel").read_bytes() == header_record(TIME) + b"".join(pieces)
    assert closing.hash == chain.head_hash


def test_a_writer_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "a.bel").write_bytes(b"kept")
    with pytest.raises(FileExistsError):
        ArchiveWriter(tmp_path / "a.bel", TIME)
    assert (tmp_path / "a.bel").read_bytes() == b"kept"


# What is refused


def test_a_file_cut_anywhere_but_between_records_is_refused_by_name() -> None:
    """Attack 6, truncation: half a file never passes for a whole one."""
    raw = an_archive()
    ends = {1024, 2048, 2560, 3584, 4608}
    assert len(raw) == max(ends)
    for size in [*range(0, len(raw), 37), *(end - 1 for end in ends)]:
        if size in ends:
            continue
        refusal = refused(raw[:size])
        assert refusal.rule == "archive-truncated"
        assert refusal.event is not None
        assert refusal.event.startswith(f"record {len([end for end in ends if end <= size])}")


def test_a_file_that_shrinks_while_it_is_read_is_refused() -> None:
    file = io.BytesIO(an_archive())
    reader = ArchiveReader(file)
    file.truncate(1600)
    with pytest.raises(FormatError) as caught:
        list(reader.records())
    assert caught.value.rule == "archive-truncated"


def test_a_size_larger_than_the_file_is_refused_before_any_memory_is_taken() -> None:
    """Attack 15, a header that claims eight gigabytes."""
    assert refused(patched(an_archive(), 124, b"77777777777")).rule == "archive-truncated"


@pytest.mark.parametrize(
    ("at", "new", "rule"),
    [
        (0, b"g", "archive-name"),
        (0, b"A", "archive-name"),
        (0, b"../../../../etc/passwd\0", "archive-name"),
        (0, b"/", "archive-name"),
        (69, b".tar", "archive-name"),
        (74, b"\n", "archive-name"),
        (99, b"x", "archive-name"),
        (100, b"0000755", "archive-mode"),
        (107, b" ", "archive-mode"),
        (108, b"0001000", "archive-owner"),
        (116, b"0001000", "archive-owner"),
        (124, b"0000000001 ", "archive-size"),
        (124, b"\x80", "archive-size"),
        (124, b"00000000012", "archive-padding"),
        (135, b" ", "archive-header"),
        (136, b"00000000000", "archive-mtime"),
        (156, b"5", "archive-type"),
        (156, b"\0", "archive-type"),
        (157, b"link", "archive-header"),
        (257, b"ustar\x0000", "archive-header"),
        (345, b"prefix", "archive-header"),
        (511, b"\1", "archive-header"),
    ],
)
def test_a_header_with_another_value_is_refused(at: int, new: bytes, rule: str) -> None:
    refusal = refused(patched(an_archive([b"0123456789-"]), at, new))
    assert refusal.rule == rule
    assert refusal.event is not None
    assert refusal.event.startswith("record 1")


def test_a_name_of_another_body_is_refused() -> None:
    other = f"{hex_sha256(b'other')}.data.json".encode()
    assert refused(patched(an_archive(), 0, other)).rule == "archive-record-hash"


def test_a_changed_body_is_refused() -> None:
    raw = an_archive()
    assert refused(raw[:1536] + b"[" + raw[1537:]).rule == "archive-record-hash"


def test_a_wrong_checksum_is_refused() -> None:
    assert refused(patched(an_archive(), 148, b"000000", resum=False)).rule == "archive-checksum"
    assert refused(patched(an_archive(), 154, b" \0", resum=False)).rule == "archive-checksum"


def test_padding_that_is_not_nul_is_refused() -> None:
    raw = an_archive([b"one"])
    assert refused(raw[:-1] + b" ").rule == "archive-padding"


def test_the_zero_blocks_of_an_ordinary_tar_are_refused() -> None:
    """Facts 10 and 11: the peer refuses them too."""
    assert refused(an_archive() + bytes(1024)).rule == "archive-zero-block"
    assert refused(an_archive() + bytes(512)).rule == "archive-zero-block"


@pytest.mark.parametrize("junk", [b"junk" * 128, b"PK\3\4" * 200, b"\1" * 512])
def test_junk_is_refused(junk: bytes) -> None:
    assert refused(an_archive() + junk).rule in {"archive-name", "archive-truncated"}
    assert refused(junk).rule in {"archive-mtime", "archive-truncated"}


def test_an_empty_file_is_refused() -> None:
    assert refused(b"").rule == "archive-truncated"


@pytest.mark.parametrize(
    ("first", "rule"),
    [
        (record("ELECTION", b'{"version":1,"timestamp":"5"}', 5), "archive-first-record"),
        (record("BELENIOS", b'{"version":2,"timestamp":"5"}', 5), "archive-version"),
        (record("BELENIOS", b'{"version":1,"timestamp":"6"}', 5), "archive-version"),
        (record("BELENIOS", b'{"version":1,"timestamp":5}', 5), "archive-version"),
        (record("BELENIOS", b'{"timestamp":"5","version":1}', 5), "archive-version"),
    ],
)
def test_a_first_record_that_is_not_of_version_1_is_refused(first: bytes, rule: str) -> None:
    assert refused(first).rule == rule


def test_a_record_of_another_time_is_refused() -> None:
    other = record(f"{hex_sha256(b'x')}.data.json", b"x", TIME + 1)
    assert refused(header_record(TIME) + other).rule == "archive-mtime"


def test_every_single_changed_byte_is_refused() -> None:
    """Attack 16: no byte of an archive is without meaning."""
    raw = header_record(TIME) + setup_event(Chain(TIME), b"e", b"t", b"c")[1]
    for at in range(len(raw)):
        refused(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
